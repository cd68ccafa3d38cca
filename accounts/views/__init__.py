"""Pages of the customer floor, one aggregate per file."""
