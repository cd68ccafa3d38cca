"""Measures of the product, run by hand: `make bench`, `make shots`. Nothing imports this."""
