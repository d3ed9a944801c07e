"""Forms of the casework app."""
