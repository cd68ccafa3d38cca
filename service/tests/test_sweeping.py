"""What a sweep of due clocks asks of the database."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from core import timers
from core.actors import Actor
from core.models import Timer
from service.actions import work
from service.actions.log import When
from service.choices import ClockState, Severity
from service.models import SlaClock, Ticket
from service.queries.timelines import clock_differences
from service.tests import build

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)
START = build.at("2025-11-17 09:00")
HALF = START + 181 * MINUTE


def tickets(stage, number: int) -> list[Ticket]:
    """So many whose response was given in time; the other clocks run."""
    made = [
        build.ticket(stage.lanhai, stage.han, START, Severity.CRITICAL) for _number in range(number)
    ]
    for ticket in made:
        work.claim(ticket, by=Actor.of(stage.han), now=START)
        work.contact(ticket, text="已联系", by=Actor.of(stage.han), now=START + MINUTE)
    return made


def test_a_sweep_asks_the_same_of_many_tickets_as_of_few():
    stage, asked = build.stage("gold"), []
    for number in (2, 2, 7):
        with transaction.atomic():
            tickets(stage, number)
            others = Timer.objects.exclude(kind="service.clock")
            others.update(next_try_at=HALF + 60 * MINUTE)
            with CaptureQueriesContext(connection) as seen:
                assert timers.sweep(HALF).fired >= number
            transaction.set_rollback(True)
        asked.append(len(seen))

    assert asked[1] == asked[2]


def test_clocks_that_stopped_are_left_as_they_are_and_stay_right():
    [ticket] = tickets(build.stage("gold"), 1)
    stopped = SlaClock.objects.get(ticket=ticket, kind="response")
    assert stopped.state == ClockState.MET

    assert timers.sweep(HALF).fired > 0
    assert SlaClock.objects.get(pk=stopped.pk).as_of == stopped.as_of
    assert list(clock_differences()) == []


@pytest.mark.parametrize("back", [None, 30 * MINUTE])
def test_a_sweep_behind_the_clock_that_recorded_counts_by_that_one(back):
    """Two hosts a second apart; the step may say that it happened earlier."""
    [ticket] = tickets(build.stage("gold"), 1)
    sent = HALF + MINUTE / 60
    when = work.NOW if back is None else When(at=HALF - back, reason="补记")
    by = Actor.of(ticket.owner)
    work.send_update(ticket, text="正在更换", by=by, now=sent, when=when)
    updates = SlaClock.objects.filter(ticket=ticket, kind="update").order_by("cycle")
    before = list(updates.values_list("cycle", "state"))
    assert before[-1] == (2, ClockState.RUNNING)

    swept = timers.sweep(HALF)
    assert (swept.fired > 0, swept.failed) == (True, 0)
    assert list(updates.values_list("cycle", "state")) == before
    assert Timer.objects.armed().filter(kind="service.clock", about_id=updates.last().pk).exists()

    for later in (31, 120):
        swept = timers.sweep(HALF + later * MINUTE)
        assert (swept.fired > 0, swept.failed) == (True, 0)
    assert updates.last().is_breached
    assert list(clock_differences()) == []


def test_a_step_behind_the_clock_that_recorded_counts_by_that_one():
    """The next step of a ticket on a host a second behind undoes nothing of the one before."""
    [ticket] = tickets(build.stage("gold"), 1)
    by = Actor.of(ticket.owner)
    work.send_update(ticket, text="正在更换", by=by, now=HALF + MINUTE / 60)

    ticket.refresh_from_db()
    work.send_update(ticket, text="已换好一半", by=by, now=HALF)

    updates = SlaClock.objects.filter(ticket=ticket, kind="update").order_by("cycle")
    assert [clock.state for clock in updates] == [
        *(ClockState.BREACHED_STOPPED, ClockState.MET, ClockState.RUNNING),
    ]
    assert list(clock_differences()) == []
