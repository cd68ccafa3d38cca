"""Pages of the floor of promises, one aggregate per file."""
