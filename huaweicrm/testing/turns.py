"""What a day's `make test` asks of the long tables: a part by date, everything within a few days.

Only `make test` takes turns (it sets DAILY); `pytest` of a module asks the whole module, and
`make test-all` (THOROUGH=1) asks everything on both engines.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

THOROUGH = "THOROUGH" in os.environ
DAILY = "DAILY" in os.environ and not THOROUGH
DAYS = 3
"""In so many days every long table is asked whole."""


def turn() -> int:
    """The day by its number; TURN=738846 repeats that of another day."""
    return int(os.environ.get("TURN", "0"))


def share(asked: Sequence[Any], of: int = DAYS, *, at: int = 0) -> Sequence[Any]:
    """One in so many of a long table, others every day."""
    return asked[(turn() + at) % of :: of] if DAILY else asked


def due(rows: Iterable[Any], *, at: int = 0) -> list[Any]:
    """The rows whose address has its day: every third, by the address.

    Three tables with another `at` each share the addresses of a day: one of them asks.
    """
    return [row for row in rows if not DAILY or falls(row.path, at)]


def falls(path: str, at: int) -> bool:
    """True when an address has its day at a table."""
    return (zlib.crc32(path.encode()) + turn() + at) % DAYS == 0
