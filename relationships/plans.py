"""Plans to bring a person to a better place on the grid: what is better, what is reached, since
when somebody opposes (R-R5).

No table, no clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from relationships.grid import Point


def is_better(goal: Point, now: Point) -> bool:
    """No axis worse than today, one of them better."""
    return goal != now and goal[0] >= now[0] and goal[1] >= now[1]


def is_better_grade(goal: str, now: str, grades: str) -> bool:
    """Both are grades of the layer, best first, and the goal stands before today's."""
    known = bool(goal) and bool(now) and goal in grades and now in grades
    return known and grades.index(goal) < grades.index(now)


def is_reached(goal: Point, now: Point) -> bool:
    """Both axes stand at the goal or beyond."""
    return now[0] >= goal[0] and now[1] >= goal[1]


def opposed_since(history: Iterable[tuple[Any, int]]) -> Any | None:
    """When somebody came into grid N and has stayed there: (moment, support) oldest first."""
    since = None
    for moment, support in history:
        since = None if support >= 0 else since or moment
    return since


def needs_plan_since(since: dt.date | None, *, today: dt.date, within_days: int) -> int:
    """Days by which a plan is overdue (R-R5); 0 on the last day on which it is in time."""
    if since is None:
        return 0
    return max(0, (today - since).days - within_days)


def is_review_due(reviewed_at: dt.datetime | None, now: dt.datetime, *, within_days: int) -> bool:
    """A head has not looked for longer than this (R-R5); on the last moment it is in time."""
    return reviewed_at is None or now - reviewed_at > dt.timedelta(days=within_days)
