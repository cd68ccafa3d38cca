"""Backup and restore: one archive for both engines, proven row by row.

An archive is a ZIP: `tables/<label>.jsonl` (a row a line, in the order of the key),
`files.jsonl` (path, size and hash of each file), `files/…` and, last, `manifest.json`.
"""
