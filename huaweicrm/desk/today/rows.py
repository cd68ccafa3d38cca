"""Rows of the day: each says what to do, why now, and where."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Todo:
    """One thing to do. Lower `rank` burns first; within a rank the earlier due time."""

    rank: int
    kind: str
    tone: str
    icon: str
    title: str
    meta: str
    url: str
    due_at: dt.datetime | None
    verb: str
    hours: float | None = None
    untold: bool = False

    @property
    def order(self) -> tuple[int, float]:
        """Sort key."""
        return (self.rank, self.due_at.timestamp() if self.due_at else float("inf"))


def tone_of_left(seconds: float) -> str:
    """Tone of a running 72-hour clock: 48 h ok, 24 h watch, 4 h risk, less or over breach."""
    hours = seconds / 3600
    if hours >= 48:
        return "ok"
    if hours >= 24:
        return "watch"
    return "risk" if hours >= 4 else "breach"


def seconds_left(due: dt.datetime | None, now: dt.datetime) -> float:
    """Seconds from now to a time; infinite without one."""
    return (due - now).total_seconds() if due else float("inf")


@dataclass(frozen=True)
class Block:
    """A card of the day: its first rows, how many there are, and the list behind the count."""

    rows: list[Any]
    count: int
    url: str
