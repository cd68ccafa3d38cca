"""Shares of competitors at one customer: together never more than the whole (C122).

No table, no clock.
"""

from __future__ import annotations

from collections.abc import Iterable

WHOLE = 100


def too_much(share: int | None, others: Iterable[int | None]) -> int:
    """By how many percent this share and those of the others exceed the whole; 0 when they fit.

    A share that nobody knows counts as nothing.
    """
    return max(0, (share or 0) + sum(other or 0 for other in others) - WHOLE)
