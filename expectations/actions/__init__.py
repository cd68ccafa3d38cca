"""Every write of the floor of promises, one aggregate per file."""
