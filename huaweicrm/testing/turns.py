"""What a day's `make test` asks of the long tables: a part by date, everything within a few days.

Only `make test` takes turns (it sets DAILY); `pytest` of a module asks the whole module, and
`make test-all` (THOROUGH=1) asks everything on both engines.
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

THOROUGH = "THOROUGH" in os.environ
DAILY = "DAILY" in os.environ and not THOROUGH
DAYS = 3
"""In so many days every long table is asked whole."""
SECOND = os.environ.get("DATABASE_URL", "").startswith("postgres")
EVERY_DAY = re.compile(
    r"^core/|/test_(.*actions|imports|.*_import|import_fuzz|findable|duplicates|visible|rollup"
    r"|queries_alike|crowd|rechecks|prealerts|lifecycle|handovers|forms|ladders|catching_up"
    r"|plans|backup|.*races?|merging|permissions|retention|demo|metrics|emptying)\.py$"
)
"""Modules that ask what an engine decides: SQL of our own, locks, constraints, races, search,
plans, writes, timers, importers, backup. The others take turns on PostgreSQL."""
RESTING = 5
"""Of the others one in so many a day."""


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


def today(*, at: int = 0) -> bool:
    """True on every third day, for a single test that takes long."""
    return not DAILY or (turn() + at) % DAYS == 0


def rests(path: Path) -> bool:
    """True when a module of tests is not asked on PostgreSQL today."""
    return DAILY and SECOND and path.name.startswith("test_") and not chosen(name_of(path), turn())


def name_of(path: Path) -> str:
    """`core/tests/test_x.py`, wherever the house stands."""
    return "/".join(path.parts[-3:])


def chosen(name: str, day: int) -> bool:
    """True when the second engine is asked a module on a day."""
    return bool(EVERY_DAY.search(name)) or (zlib.crc32(name.encode()) + day) % RESTING == 0
