"""When the weekly report of a project is due, reminded and escalated, pure (W1, R-E11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from core.worktime import Calendar

FRIDAY = 5


@dataclass(frozen=True, slots=True)
class WeeklyTimes:
    """The instants of one ISO week's report: reminder to the author, due, then the regional head
    on the next open day at noon."""

    reminder_at: datetime
    due_at: datetime
    escalates_at: datetime


def due_day(
    iso_year: int, iso_week: int, calendar: Calendar, *, weekday: int = FRIDAY
) -> date | None:
    """The configured ISO weekday (1 Monday … 7) if open, else the last open day of that ISO week;
    None for a week without an open day, which is exempt (W1)."""
    wanted = date.fromisocalendar(iso_year, iso_week, weekday)
    if calendar.status(wanted).is_open:
        return wanted
    week = (date.fromisocalendar(iso_year, iso_week, day) for day in range(7, 0, -1))
    return next((day for day in week if calendar.status(day).is_open), None)


def weekly_times(
    iso_year: int,
    iso_week: int,
    calendar: Calendar,
    *,
    weekday: int = FRIDAY,
    at: time = time(18),
    reminder_h: float = 24,
    escalation_at: time = time(12),
) -> WeeklyTimes | None:
    """The times of the report of an ISO week, `at` local time of the due day; None when the week
    is exempt (W1, R-E11)."""
    day = due_day(iso_year, iso_week, calendar, weekday=weekday)
    if day is None:
        return None
    due_at = calendar.wall_to_instant(datetime.combine(day, at))
    following = calendar.add_days(day, 1, "date")
    return WeeklyTimes(
        reminder_at=due_at - timedelta(hours=reminder_h),
        due_at=due_at,
        escalates_at=calendar.wall_to_instant(datetime.combine(following, escalation_at)),
    )
