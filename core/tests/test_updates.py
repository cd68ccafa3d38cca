"""Many rows, each with its own values, in one statement."""

import datetime as dt

import pytest

from core import updates
from core.models import Calendar, CalendarException, Timer
from core.updates import update_rows

pytestmark = pytest.mark.django_db
NINE = dt.datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=dt.timezone.utc)


def timers(number):
    rows = [
        Timer(kind="t", about_label="t.x", about_id=n, due_at=NINE, next_try_at=NINE, armed_at=NINE)
        for n in range(number)
    ]
    return Timer.objects.bulk_create(rows)


def test_each_row_gets_its_own_values():
    rows = timers(5)
    for number, row in enumerate(rows):
        row.state = "fired" if number % 2 else "dead"
        row.fired_at = NINE + dt.timedelta(seconds=number) if number else None
        row.late_by_s = number or None
        row.last_error = f"it's 100% “{number}”"
        row.facts = {"n": [number, None, "“ü”"]} if number else {}
        row.kind = "not written"

    update_rows(rows, ["state", "fired_at", "late_by_s", "last_error", "facts"])

    for row in rows:
        stored = Timer.objects.get(pk=row.pk)
        for name in ("state", "fired_at", "late_by_s", "last_error", "facts"):
            assert getattr(stored, name) == getattr(row, name)
        assert stored.kind == "t"


def test_others_stay_as_they_are():
    first, second = timers(2)
    first.attempts = second.attempts = 7

    update_rows([first], ["attempts"])

    assert Timer.objects.get(pk=second.pk).attempts == 0


def test_foreign_keys_dates_and_truths():
    old, new = (Calendar.objects.create(code=f"c{n}", name="历", zone="UTC") for n in range(2))
    day = CalendarException.objects.create(calendar=old, date=NINE.date(), is_open=False, name="休")
    day.calendar, day.date, day.is_open = new, NINE.date() + dt.timedelta(days=1), True

    update_rows([day], ["calendar", "date", "is_open"])

    stored = CalendarException.objects.get(pk=day.pk)
    assert (stored.calendar_id, stored.date, stored.is_open) == (new.pk, day.date, True)


def test_statements_grow_by_batch(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(updates, "BATCH", 10)
    rows = timers(25)

    with django_assert_num_queries(3):
        update_rows(rows, ["attempts"])
    with django_assert_num_queries(0):
        update_rows([], ["attempts"])
