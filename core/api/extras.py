"""Own fields and tags of the rows of a resource: fetched by page, written with the row."""

from __future__ import annotations

from core.custom.api import NAMES, bare, demand, fetch, give, taken

__all__ = ["NAMES", "bare", "demand", "fetch", "give", "taken"]
