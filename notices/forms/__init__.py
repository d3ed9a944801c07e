"""Forms of the notices app."""
