"""Working time: what a calendar counts, when a target falls due, and why (clocks.md 3 and 4)."""

from core.worktime.calendar import Calendar, DayStatus, calendar_from_dict, calendar_to_dict
from core.worktime.change import Retarget, Verdict, retarget, verdict
from core.worktime.errors import CalendarError, NeverReached, WorktimeError
from core.worktime.explain import Stretch, explain
from core.worktime.hours import Hours, parse_hours
from core.worktime.pauses import Pause, unite
from core.worktime.zones import parse_instant, wall_to_instant

__all__ = [
    "Calendar",
    "CalendarError",
    "DayStatus",
    "Hours",
    "NeverReached",
    "Pause",
    "Retarget",
    "Stretch",
    "Verdict",
    "WorktimeError",
    "calendar_from_dict",
    "calendar_to_dict",
    "explain",
    "parse_hours",
    "parse_instant",
    "retarget",
    "unite",
    "verdict",
    "wall_to_instant",
]
