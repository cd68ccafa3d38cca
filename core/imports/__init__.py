"""Imports: read a table, map its columns, preview every row, commit all or nothing, undo."""
