"""Pages of the relationship floor, one aggregate per file."""
