"""A timer that comes too late finds other facts: each handler looks again and keeps silent."""

import datetime as dt

import pytest

from core import clock
from core.models import Event, Notification, OutboxMessage, Timer, TrailEntry
from service import timers
from service.models import TicketEvent
from service.tests import build
from service.tests import permissions as table

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def silent(world):
    """A resolved ticket whose customer has been asked nothing yet."""
    row = table.ticket(world)
    type(row).objects.filter(pk=row.pk).update(status="resolved", resolved_at=clock.now())
    return row


def paused(world):
    """The open pause of a ticket that waits for its customer."""
    row = table.pause(world)
    type(row.ticket).objects.update(status="waiting_customer")
    return row


def in_force(world):
    """A contract that runs."""
    return build.contract(world.lanhai)


OVER = dt.timedelta(days=30)
FAR = dt.datetime(2099, 1, 1, tzinfo=dt.UTC)
CASES = [
    (timers.pause_ends, paused, OVER, {"ends_at": FAR}),
    (timers.pause_reviews, paused, OVER, {"ends_at": FAR}),
    (timers.silences, silent, OVER, {"status": "closed", "closed_at": FAR}),
    (timers.silences, silent, OVER, {"status": "in_progress"}),
    (timers.unrestored, table.ticket, 5 * HOUR, {"status": "closed", "closed_at": FAR}),
    (timers.unrestored, table.ticket, 5 * HOUR, {"restored_at": build.NINE}),
    (timers.bulletin_dues, table.bulletin, HOUR, {"status": "sent", "sent_at": FAR}),
    (timers.breach_reasons, table.breach, OVER, {"reason": "vendor"}),
    (timers.breach_reasons, table.breach, OVER, {"revoked_at": build.NINE}),
    (timers.contract_ends, in_force, OVER, {"status": "terminated"}),
    (timers.contract_ends, in_force, OVER, {"status": "expired"}),
    (timers.contract_ends, in_force, OVER, {"status": "draft"}),
]
"""(handler, row, how much later, what was changed before the timer came)."""
NAMES = [f"{handler.__name__}-{next(iter(void.items()))}" for handler, _row, _l, void in CASES]


def said():
    """How much was told and written so far."""
    kept = (Notification, OutboxMessage, TrailEntry, Event, TicketEvent)
    return [model.objects.count() for model in kept]


@pytest.mark.parametrize(("handler", "made", "later", "void"), CASES, ids=NAMES)
def test_what_changed_before_the_timer_came_keeps_it_silent(handler, made, later, void):
    row = made(build.cast())
    rows, now = type(row).objects.filter(pk=row.pk), clock.now() + later
    late = [Timer(about_id=row.pk)]
    standing = {name: getattr(rows.get(), name) for name in void}

    rows.update(**void)
    before, columns = said(), rows.values().get()
    handler(late, now=now)
    assert (said(), rows.values().get()) == (before, columns)

    rows.update(**standing)
    columns = rows.values().get()
    handler(late, now=now)
    assert (said(), rows.values().get()) != (before, columns), (
        "with the facts it was armed for it speaks"
    )


def test_silence_is_reminded_of_twice_and_then_closes():
    row = silent(build.cast())
    before = said()

    timers.silences([Timer(about_id=row.pk)], now=clock.now())
    assert said() == before

    said_so = []
    for _turn in range(3):
        timers.silences([Timer(about_id=row.pk)], now=clock.now() + OVER)
        row.refresh_from_db()
        said_so.append((row.reminders, row.status))
    assert said_so == [(1, "resolved"), (2, "resolved"), (2, "closed")]
