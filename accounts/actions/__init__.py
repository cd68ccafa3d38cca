"""Every write of the customer floor, one aggregate per file."""
