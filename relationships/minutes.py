"""When minutes are due, when somebody is reminded, and when they are late (R-R6); no clock here."""

from __future__ import annotations

import datetime as dt

SECOND = dt.timedelta(seconds=1)
CLARIFICATION = "clarification_meeting"


def is_urgent(code: str, is_executive: bool) -> bool:
    """Executive, benchmark and clarification meetings have the shorter time."""
    return is_executive or code == CLARIFICATION


def due_at(ended_at: dt.datetime, hours: int) -> dt.datetime:
    """Clock hours after the end, nights and weekends included."""
    return ended_at + dt.timedelta(hours=hours)


def is_late(at: dt.datetime, due: dt.datetime) -> bool:
    """Submitted at the very second is still in time."""
    return at > due


def next_step(due: dt.datetime, remind_h: int, now: dt.datetime) -> dt.datetime | None:
    """The next moment to do something about open minutes: remind, then the first late second."""
    moments = (due - dt.timedelta(hours=remind_h), due + SECOND)
    return next((moment for moment in moments if moment > now), None)
