"""Every write of the service floor."""
