"""Calendar rows: seeded, read as values, published as versions."""

from datetime import date, datetime, timezone

import pytest

from core.actors import Actor
from core.calendars import (
    ROUND_THE_CLOCK,
    STANDARD,
    body_of,
    named,
    publish,
    take_schedule,
    value_at,
    value_of,
    values_at,
)
from core.errors import Invalid
from core.holidays_cn import DayException
from core.models import Calendar, CalendarVersion, TrailEntry
from core.worktime import calendar_from_dict

NINE = datetime(2026, 3, 2, 1, tzinfo=timezone.utc)
pytestmark = pytest.mark.django_db


def china():
    return Calendar.objects.get(code=STANDARD)


def test_seeded_calendars_answer():
    standard = named(STANDARD)

    assert standard.standard_day_minutes == 540
    assert standard.covered_until == date(2026, 12, 31)
    assert standard.status(date(2026, 2, 17)).name == "春节"
    assert standard.status(date(2026, 10, 10)).kind == "make_up"
    assert named(ROUND_THE_CLOCK).always is True


def test_seeded_body_is_what_the_rows_say():
    row = china()

    assert calendar_from_dict(body_of(row, row.exceptions.all())) == value_of(row)


def test_published_change_leaves_the_old_version_as_it_was():
    row = china()
    row.week = {"mon": [["10:00", "12:00"]]}
    row.save(update_fields=["week"])

    publish(row, by=Actor.system(), now=NINE)

    assert row.version == 2
    assert value_of(row).standard_day_minutes == 120
    assert value_at(row.pk, 1).standard_day_minutes == 540
    assert TrailEntry.objects.get(verb="calendar.published").about_id == row.pk


def test_contradiction_is_refused_and_nothing_changes():
    row = china()
    row.week = {"mon": [["12:00", "10:00"]]}
    row.save(update_fields=["week"])

    with pytest.raises(Invalid):
        publish(row, by=Actor.system(), now=NINE)

    assert china().version == 1
    assert CalendarVersion.objects.filter(calendar=row).count() == 1


def test_schedule_replaces_the_provisional_year_but_not_own_hours():
    row = china()
    row.exceptions.filter(date=date(2027, 2, 10)).update(is_open=True, hours=[["09:00", "10:00"]])
    days = [
        DayException(date(2027, 1, 1), False, "元旦"),
        DayException(date(2027, 1, 3), True, "元旦"),
        DayException(date(2027, 2, 6), False, "春节"),
    ]

    take_schedule(row, days, covered_until=date(2027, 12, 31), by=Actor.system(), now=NINE)

    value = value_of(row)
    assert value.covered_until == date(2027, 12, 31)
    assert value.status(date(2027, 1, 3)).kind == "make_up"
    assert value.status(date(2027, 2, 8)).kind == "work"
    assert value.status(date(2027, 10, 1)).kind == "work"
    assert value.status(date(2027, 2, 10)).kind == "special"
    assert value.status(date(2026, 2, 17)).kind == "holiday"


def test_many_snapshots_cost_one_query(django_assert_num_queries):
    wanted = [(row.pk, 1) for row in Calendar.objects.all()]

    with django_assert_num_queries(1):
        found = values_at([*wanted, (0, 1)])

    assert set(found) == set(wanted)
