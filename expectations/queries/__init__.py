"""Reads over several tables of the floor of promises, one subject per file."""
