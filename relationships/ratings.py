"""Several people rate one contact without seeing each other's score: who sees what, the spread.

No table, no clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from relationships.grid import STRONG, Point

LEAST_RATERS = 2
MOST_RATERS = 12


@dataclass(frozen=True)
class Spread:
    """The scores of one axis: lowest, highest, and the one in the middle."""

    low: int
    high: int
    middle: int

    @property
    def width(self) -> int:
        """Points between the lowest and the highest."""
        return self.high - self.low

    @property
    def is_wide(self) -> bool:
        """Two points or more apart: talk before anybody proposes."""
        return self.width >= STRONG


def spread_of(values: Sequence[int]) -> Spread | None:
    """None without a score. Between two middles stands the one nearer to 0: the careful one."""
    if not values:
        return None
    ranked = sorted(values)
    lower, upper = ranked[(len(ranked) - 1) // 2], ranked[len(ranked) // 2]
    return Spread(ranked[0], ranked[-1], min(lower, upper, key=abs))


def spreads_of(points: Sequence[Point]) -> tuple[Spread, Spread] | None:
    """(intimacy, support); None without a score."""
    across, up = spread_of([x for x, _y in points]), spread_of([y for _x, y in points])
    return (across, up) if across is not None and up is not None else None


def sees_scores(user_id: Any, given: set[Any], *, is_open: bool) -> bool:
    """While a round is open its scores are seen by those only who have given theirs."""
    return not is_open or user_id in given
