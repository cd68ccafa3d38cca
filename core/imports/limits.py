"""How large a file may be, by page and by command (trust.md: input bounds)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds of one import. Sizes in bytes."""

    size: int = 5 * 1024 * 1024
    rows: int = 5_000
    columns: int = 50
    cell: int = 4_000
    zip_entries: int = 500
    inflated: int = 50 * 1024 * 1024
    ratio: int = 100


PAGE = Limits()
COMMAND = Limits(
    size=200 * 1024 * 1024, rows=2_000_000, columns=200, cell=32_000, inflated=500 * 1024 * 1024
)
