"""Own fields and tags: typed values on any entity without a migration."""
