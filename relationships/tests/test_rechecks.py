"""A timer that comes too early or too late looks at the facts and keeps silent."""

import datetime as dt

import pytest

from accounts.tests.build import NINE, cast
from core.actors import Actor
from core.models import Notification, Timer, TrailEntry
from relationships import timers
from relationships.actions import assessments, ratings
from relationships.models import Minutes
from relationships.tests.build import met, placed, proposed

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)


def score(made):
    """A confirmed position and the instant its validity ends."""
    row = placed(made.ruochuan, made.wei, made.lin)
    return row, assessments.expiry_at(row)


def raters(made):
    """A round and the instant it ends."""
    row = ratings.ask(made.ruochuan, [made.lin, made.wei], by=Actor.of(made.lin), now=NINE)
    return row, ratings.end_of(row)


def owed(made):
    """Minutes of a meeting and the instant they are due."""
    met(made.ruochuan, made.wei)
    row = Minutes.objects.owed().get()
    return row, row.due_at + SECOND


def said():
    return Notification.objects.count(), TrailEntry.objects.count()


@pytest.mark.parametrize(
    ("handler", "made", "void"),
    [
        (timers.expire_scores, score, {"status": "rejected"}),
        (timers.expire_scores, score, {"status": "superseded"}),
        (timers.minutes_step, owed, {"is_late": True}),
        (timers.minutes_step, owed, {"status": "submitted", "submitted_at": NINE}),
        (timers.end_rounds, raters, {"status": "cancelled", "closed_at": NINE}),
        (timers.end_rounds, raters, {"status": "closed", "closed_at": NINE}),
    ],
)
def test_what_ended_before_keeps_the_timer_silent(handler, made, void):
    row, end = made(cast())
    rows, late = type(row).objects.filter(pk=row.pk), [Timer(about_id=row.pk)]
    standing, before = {name: getattr(row, name) for name in void}, said()

    rows.update(**void)
    columns = rows.values().get()
    handler(late, now=end)
    assert (said(), rows.values().get()) == (before, columns)
    rows.update(**standing)

    if handler is not timers.minutes_step:  # it also speaks before
        handler(late, now=end - SECOND)
        assert said() == before
    handler(late, now=end)
    assert said() != before


def test_only_confirmed_scores_and_open_rounds_wait_for_a_timer():
    made = cast()
    waiting = proposed(made.ruochuan, made.wei)
    assert list(timers.expected(NINE)) == []
    waiting.delete()

    row, end = score(made)
    Minutes.objects.all().delete()
    assert [each[2:] for each in timers.expected(NINE)] == [(row.pk, end)]
