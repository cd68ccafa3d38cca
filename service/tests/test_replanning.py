"""A published schedule: what clocks guessed at is counted anew, what was settled stays."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import calendars, reconcile
from core.actors import Actor
from core.holidays_cn import DayException
from core.models import Calendar, Timer, TrailEntry
from service.actions import replanning
from service.choices import Severity
from service.models import SlaClock, Ticket
from service.queries.calendars import settled
from service.tests import build

pytestmark = pytest.mark.django_db
NINE = build.NINE
SYSTEM = Actor.system()
LATER = NINE + dt.timedelta(hours=1)


@pytest.fixture
def stage():
    """A contract on a calendar that is published until today."""
    made = build.cast()
    week = {day: [["09:00", "18:00"]] for day in build.WORKDAYS}
    made.calendar = Calendar.objects.create(
        code="guess", name="猜", week=week, covered_until=NINE.date()
    )
    calendars.publish(made.calendar, by=SYSTEM, now=NINE)
    build.contract(made.lanhai, calendar=made.calendar)
    return made


def report(stage, number=1):
    return [
        build.ticket(stage.lanhai, stage.lin, severity=Severity.MINOR, title=f"第{n}单")
        for n in range(number)
    ]


def publish(stage, *closed):
    days = [DayException(day, False, "休") for day in closed]
    until = dt.date(NINE.year, 12, 31)
    calendars.take_schedule(stage.calendar, days, covered_until=until, by=SYSTEM, now=LATER)


def tomorrow():
    day = NINE.date() + dt.timedelta(days=1)
    while day.weekday() > 4:
        day += dt.timedelta(days=1)
    return day


def guessed():
    return SlaClock.objects.live().filter(is_provisional=True)


def test_a_guessed_due_time_moves_with_the_schedule(stage):
    (ticket,) = report(stage)
    before = {clock.pk: clock.due_at for clock in guessed()}
    assert before

    publish(stage, tomorrow())
    assert replanning.replan(now=LATER) == 1

    after = SlaClock.objects.filter(pk__in=before)
    assert all(clock.due_at > before[clock.pk] for clock in after)
    assert {clock.calendar_version for clock in after} == {
        Calendar.objects.get(pk=stage.calendar.pk).version
    }
    assert not guessed().exists()
    for clock in after:
        timer = Timer.objects.armed().get(kind="service.clock", about_id=clock.pk)
        assert timer.due_at == clock.next_fire_at
    assert TrailEntry.objects.filter(verb="ticket.replanned", about_id=ticket.pk).count() == 1
    assert reconcile.others(LATER, repairing=False) == []


def test_it_happens_once_and_only_after_a_publication(stage):
    report(stage)

    assert replanning.replan(now=LATER) == 0
    publish(stage, tomorrow())
    assert [replanning.replan(now=LATER), replanning.replan(now=LATER)] == [1, 0]


def test_whoever_holds_the_older_ticket_is_refused(stage):
    (ticket,) = report(stage)
    publish(stage, tomorrow())
    replanning.replan(now=LATER)

    assert Ticket.objects.get(pk=ticket.pk).version == ticket.version + 1


def test_statements_grow_by_batch(stage):
    def cost(number):
        report(stage, number)
        publish(stage, tomorrow())
        Calendar.objects.filter(pk=stage.calendar.pk).update(covered_until=NINE.date())
        calendars.publish(stage.calendar, by=SYSTEM, now=LATER)
        with CaptureQueriesContext(connection) as seen:
            assert replanning.replan(now=LATER) == number
        SlaClock.objects.update(is_provisional=False)
        return len(seen)

    assert cost(15) <= cost(2) + 5


def test_settled_dates_stay_as_they_were():
    old = {
        "covered_until": "2026-12-31", "holidays": ["2026-10-01", "2027-01-01"], "names": {},
        "extra_workdays": ["2026-09-27"], "overrides": {"2026-05-04": []}, "week": {"mon": []},
    }  # fmt: skip
    new = {
        "covered_until": "2027-12-31", "holidays": ["2026-10-02", "2027-01-02"], "week": {},
        "extra_workdays": ["2027-01-03"], "overrides": {"2027-05-04": []}, "names": {},
    }  # fmt: skip

    found = settled(old, new)

    assert found["holidays"] == ["2026-10-01", "2027-01-02"]
    assert found["extra_workdays"] == ["2026-09-27", "2027-01-03"]
    assert found["overrides"] == {"2026-05-04": [], "2027-05-04": []}
    assert found["week"] == {"mon": []} and found["covered_until"] == "2027-12-31"
    assert settled({**old, "covered_until": None}, new) == {**old, "covered_until": None}
