"""The public holidays and make-up days 调休 of mainland China: from the holidays package, or from a
State Council schedule as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from typing import Any

from core.msgid import gettext_noop
from core.worktime import CalendarError
from core.worktime.parsing import parse_date

MAKE_UP_NAME = "调休上班"


def _package(country: str, **more: Any) -> Any:
    """The package knows the calendars of the world: it is loaded by who publishes a year."""
    return import_module("holidays").country_holidays(country, **more)


@dataclass(frozen=True, slots=True)
class DayException:
    """One date that differs from the week: closed, or open with the hours of a make-up day."""

    date: date
    is_open: bool
    name: str
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Schedule:
    """The published schedule of a year; a year without papers is not published yet."""

    year: int
    papers: tuple[str, ...]
    days: tuple[DayException, ...]

    @property
    def is_published(self) -> bool:
        """Whether the schedule names its papers and its days."""
        return bool(self.papers and self.days)

    @property
    def covered_until(self) -> date | None:
        """The last day that the schedule settles; None while it is not published."""
        return date(self.year, 12, 31) if self.is_published else None


def china_days(years: Iterable[int]) -> list[DayException]:
    """Holidays and make-up days of the years in order, from the holidays package. Days after
    `covered_until(years)` are provisional: the statutory dates without any make-up days."""
    years = sorted(years)
    source = _package("CN", years=years, language="zh_CN")
    until = covered_until(years)
    closed = [(day, False, name) for day, name in source.items()]
    opened = [(day, True, MAKE_UP_NAME) for day in source.weekend_workdays]
    return [
        DayException(day, is_open, name, until is None or day > until)
        for day, is_open, name in sorted(closed + opened)
        if day.year in years
    ]


def covered_until(years: Iterable[int]) -> date | None:
    """The last day of the latest of these years whose schedule the holidays package knows; a year
    with a known schedule has make-up days of its own."""
    source = _package("CN", years=sorted(years))
    known = [day.year for day in source.weekend_workdays]
    return date(max(known), 12, 31) if known else None


def china_calendar(
    years: Iterable[int], *, hours: Iterable[Iterable[str]] = (("09:00", "18:00"),)
) -> dict[str, Any]:
    """The JSON of a Monday-to-Friday calendar of China for `calendar_from_dict`; make-up days have
    the same hours."""
    years = sorted(years)
    intervals = [list(interval) for interval in hours]
    days = china_days(years)
    until = covered_until(years)
    return {
        "tz": "Asia/Shanghai",
        "week": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), intervals),
        "holidays": [day.date.isoformat() for day in days if not day.is_open],
        "extra_workdays": [day.date.isoformat() for day in days if day.is_open],
        "extra_hours": intervals,
        "names": {day.date.isoformat(): day.name for day in days},
        "covered_until": until and until.isoformat(),
    }


def parse_schedule(content: str | bytes | Mapping[str, Any]) -> Schedule:
    """A schedule of {"year", "papers": [url], "days": [{"name", "date", "isOffDay"}]}; unknown keys
    are ignored. Raises CalendarError with a sentence for what contradicts itself: a date twice or
    of another year than this one and its neighbours. A working day may be a weekday: in 2020 one
    was taken out of a prolonged holiday."""
    stored = content if isinstance(content, Mapping) else _loaded(content)
    year = stored.get("year")
    if not isinstance(year, int) or isinstance(year, bool) or not 1950 <= year <= 2200:
        raise CalendarError(gettext_noop("“%(year)s” is not the year of a schedule."), year=year)
    rows, papers = stored.get("days"), stored.get("papers") or []
    if not isinstance(rows, list) or not isinstance(papers, list):
        raise CalendarError(gettext_noop("A schedule needs a list of days and a list of papers."))
    days = [_day(row, year) for row in rows]
    seen: set[date] = set()
    for day in days:
        if day.date in seen:
            raise CalendarError(gettext_noop("%(day)s is listed twice."), day=day.date)
        seen.add(day.date)
    return Schedule(year, tuple(map(str, papers)), tuple(sorted(days, key=lambda day: day.date)))


def _loaded(content: str | bytes) -> Mapping[str, Any]:
    try:
        stored = json.loads(content)
    except ValueError:
        raise CalendarError(gettext_noop("The schedule is not valid JSON.")) from None
    if not isinstance(stored, Mapping):
        raise CalendarError(gettext_noop("The schedule must be a JSON object."))
    return stored


def _day(row: Any, year: int) -> DayException:
    if not isinstance(row, Mapping) or not isinstance(row.get("isOffDay"), bool):
        raise CalendarError(
            gettext_noop("Each day of a schedule needs a date, a name and isOffDay.")
        )
    name = row.get("name")
    if not isinstance(name, str) or not name.strip():
        raise CalendarError(gettext_noop("The day %(day)s has no name."), day=row.get("date"))
    day = parse_date(str(row.get("date")))
    if abs(day.year - year) > 1:
        raise CalendarError(
            gettext_noop("%(day)s does not belong to a schedule of %(year)s."), day=day, year=year
        )
    return DayException(day, not row["isOffDay"], name.strip())
