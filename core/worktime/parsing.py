"""Reads the JSON form of a calendar and refuses contradictions with a sentence (clocks.md 3)."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from core.msgid import gettext_noop
from core.worktime.errors import CalendarError
from core.worktime.hours import Hours, parse_hours

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_YEARLY = re.compile(r"(?:\d{4}-|--)?(\d{2})-(\d{2})\Z")


def calendar_fields(stored: Mapping) -> dict[str, Any]:
    """The constructor arguments of a Calendar. Raises CalendarError."""
    if not isinstance(stored, Mapping):
        raise CalendarError(gettext_noop("A calendar must be a JSON object."))
    if not stored.get("tz"):
        raise CalendarError(gettext_noop("A calendar needs a time zone."))
    week = parse_week(stored.get("week") or {})
    return {
        "zone": stored["tz"],
        "week": week,
        "holidays": frozenset(map(parse_date, stored.get("holidays") or ())),
        "yearly_holidays": frozenset(map(parse_yearly, stored.get("yearly_holidays") or ())),
        "overrides": _dated(stored.get("overrides") or {}),
        "make_up": _make_up(stored, week),
        "names": {parse_date(day): text for day, text in (stored.get("names") or {}).items()},
        "always": bool(stored.get("always")),
        "covered_until": parse_date(stored["covered_until"])
        if stored.get("covered_until")
        else None,
        "name": str(stored.get("name") or ""),
        "version": str(stored.get("version") or ""),
    }


def parse_week(week: Mapping[str, Sequence]) -> tuple[Hours, ...]:
    """Hours by weekday, Monday first, of {"mon": [["09:00", "17:00"]], …}."""
    by_day: dict[str, Hours] = {}
    for key, intervals in week.items():
        day = str(key).lower()[:3]
        if day not in DAYS:
            raise CalendarError(
                gettext_noop("“%(key)s” is no day of the week; use mon, tue, wed … sun."), key=key
            )
        by_day[day] = parse_hours(intervals or (), where=str(key))
    return tuple(by_day.get(day, ()) for day in DAYS)


def _make_up(stored: Mapping, week: tuple[Hours, ...]) -> dict[date, Hours]:
    days = [parse_date(day) for day in stored.get("extra_workdays") or ()]
    hours = parse_hours(stored.get("extra_hours") or (), where="the make-up days")
    hours = hours or next((open_hours for open_hours in week if open_hours), ())
    return {**dict.fromkeys(days, hours), **_dated(stored.get("make_up") or {})}


def _dated(intervals_by_day: Mapping[str, Sequence]) -> dict[date, Hours]:
    return {
        parse_date(day): parse_hours(intervals or (), where=str(day))
        for day, intervals in intervals_by_day.items()
    }


def parse_date(text: str | date) -> date:
    """A date of "YYYY-MM-DD". Raises CalendarError."""
    if isinstance(text, date):
        return text
    try:
        return date.fromisoformat(text)
    except (ValueError, TypeError):
        raise CalendarError(
            gettext_noop("“%(text)s” is not a date of the form YYYY-MM-DD."), text=text
        ) from None


def parse_yearly(text: str) -> tuple[int, int]:
    """(month, day) of "MM-DD"; 02-29 holds in leap years. Raises CalendarError."""
    match = _YEARLY.match(text) if isinstance(text, str) else None
    if match is None:
        raise CalendarError(
            gettext_noop("“%(text)s” is not a yearly day of the form MM-DD."), text=text
        )
    month, day = int(match[1]), int(match[2])
    try:
        date(2000, month, day)
    except ValueError:
        raise CalendarError(
            gettext_noop("“%(text)s” is not a day of any year."), text=text
        ) from None
    return month, day
