"""China's holidays: what the package knows and what a schedule may say."""

import json
from datetime import date

import pytest

from core.holidays_cn import (
    DayException,
    china_calendar,
    china_days,
    covered_until,
    parse_schedule,
)
from core.worktime import CalendarError, calendar_from_dict

CN = calendar_from_dict(china_calendar(range(2020, 2028)))


def days_open(year):
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    return sum(CN.status(date.fromordinal(day)).is_open for day in range(first, last + 1))


@pytest.mark.parametrize(("year", "count"), [(2025, 248), (2026, 248)])
def test_working_days_of_published_years(year, count):
    assert days_open(year) == count


@pytest.mark.parametrize(
    ("day", "kind", "name"),
    [
        (date(2026, 1, 4), "make_up", "调休上班"),
        (date(2026, 2, 17), "holiday", "春节"),
        (date(2026, 10, 7), "holiday", "休息日（由 2026-10-10 调休）"),
        (date(2026, 10, 10), "make_up", "调休上班"),
        (date(2026, 10, 12), "work", ""),
    ],
)
def test_days_of_2026(day, kind, name):
    status = CN.status(day)

    assert (status.kind, status.name) == (kind, name)


def test_2027_is_provisional():
    assert covered_until(range(2020, 2028)) == CN.covered_until == date(2026, 12, 31)
    assert {day.provisional for day in china_days([2026, 2027]) if day.date.year == 2027} == {True}
    assert {day.provisional for day in china_days([2026, 2027]) if day.date.year == 2026} == {False}


def schedule(*days, **more):
    rows = [{"name": name, "date": day, "isOffDay": off} for name, day, off in days]
    return {"year": 2026, "papers": ["notice"], "days": rows, **more}


def test_schedule_is_read_in_order():
    read = parse_schedule(
        json.dumps(schedule(("春节", "2026-02-15", True), ("元旦", "2026-01-04", False)))
    )

    assert read.days == (
        DayException(date(2026, 1, 4), True, "元旦"),
        DayException(date(2026, 2, 15), False, "春节"),
    )
    assert read.covered_until == date(2026, 12, 31)


def test_year_without_papers_is_not_published():
    read = parse_schedule({"year": 2027, "papers": [], "days": []})

    assert (read.is_published, read.covered_until) == (False, None)


def test_schedule_may_reach_into_the_year_before():
    read = parse_schedule(schedule(("元旦", "2025-12-31", True)))

    assert read.days[0].date == date(2025, 12, 31)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "The schedule is not valid JSON."),
        ("[]", "The schedule must be a JSON object."),
        (schedule(year="2026"), "“2026” is not the year of a schedule."),
        (schedule(days=None), "A schedule needs a list of days and a list of papers."),
        (
            schedule(("春节", "2026-02-15", "yes")),
            "Each day of a schedule needs a date, a name and isOffDay.",
        ),
        (schedule((" ", "2026-02-15", True)), "The day 2026-02-15 has no name."),
        (
            schedule(("春节", "2026-02-30", True)),
            "“2026-02-30” is not a date of the form YYYY-MM-DD.",
        ),
        (
            schedule(("春节", "2024-02-15", True)),
            "2024-02-15 does not belong to a schedule of 2026.",
        ),
        (
            schedule(("春节", "2026-02-15", True), ("春节", "2026-02-15", True)),
            "2026-02-15 is listed twice.",
        ),
    ],
)
def test_contradictions_are_refused(content, sentence):
    with pytest.raises(CalendarError) as refusal:
        parse_schedule(content)

    assert str(refusal.value) == sentence
