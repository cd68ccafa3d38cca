"""Gap-free codes: a counter row is raised inside the transaction that uses the number."""

from __future__ import annotations

from django.db import connection

from core.models import Sequence

# One statement on both engines: it makes the row, or raises it and holds it until the commit.
_RAISE = (
    "INSERT INTO {table} (series, last) VALUES (%s, %s)"
    " ON CONFLICT (series) DO UPDATE SET last = {table}.last + excluded.last RETURNING last"
)


def next_number(series: str) -> int:
    """The next number of a series; a rolled-back transaction gives its number back."""
    return reserve(series, 1)


def reserve(series: str, count: int) -> int:
    """Reserve `count` consecutive numbers and return the first; for bulk writers."""
    with connection.cursor() as cursor:
        cursor.execute(_RAISE.format(table=Sequence._meta.db_table), [series, count])
        return cursor.fetchone()[0] - count + 1


def take_turn(series: str) -> None:
    """Wait until every transaction that took this turn before has ended; ours holds it now."""
    reserve(series, 1)


def next_code(prefix: str, *, year: int | None = None, width: int = 6) -> str:
    """`CUS-000001`, or per year `CEF-2026-1` (domain.md: cef-yyyy-n)."""
    if year is not None:
        return f"{prefix}-{year}-{next_number(f'{prefix}-{year}')}"
    return f"{prefix}-{next_number(prefix):0{width}d}"
