"""Reads over several tables of the service floor."""
