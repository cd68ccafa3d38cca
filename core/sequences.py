"""Gap-free codes: a counter row is raised inside the transaction that uses the number."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from core.models import Sequence


def next_number(series: str) -> int:
    """The next number of a series; a rolled-back transaction gives its number back."""
    return reserve(series, 1)


def reserve(series: str, count: int) -> int:
    """Reserve `count` consecutive numbers and return the first; for bulk writers."""
    with transaction.atomic():
        if not Sequence.objects.filter(series=series).update(last=F("last") + count):
            Sequence.objects.get_or_create(series=series)
            Sequence.objects.filter(series=series).update(last=F("last") + count)
        return Sequence.objects.values_list("last", flat=True).get(series=series) - count + 1


def next_code(prefix: str, *, year: int | None = None, width: int = 6) -> str:
    """`CUS-000001`, or per year `CEF-2026-1` (domain.md: cef-yyyy-n)."""
    if year is not None:
        return f"{prefix}-{year}-{next_number(f'{prefix}-{year}')}"
    return f"{prefix}-{next_number(prefix):0{width}d}"
