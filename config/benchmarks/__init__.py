"""Measurements of `make bench`: ratios from one run, on a database of its own."""
