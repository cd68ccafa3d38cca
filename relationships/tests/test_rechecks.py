"""A timer that comes too early or too late looks at the facts and keeps silent."""

import datetime as dt

import pytest

from accounts.tests.build import NINE, SYSTEM, cast
from core.actors import Actor
from core.models import Notification, Timer, TrailEntry
from relationships import timers, timers_agreement
from relationships.actions import agreement_force, assessments, minutes, ratings
from relationships.models import Minutes, StrategicAgreement
from relationships.tests.build import met, placed, proposed

pytestmark = pytest.mark.django_db
SECOND, DAY = dt.timedelta(seconds=1), dt.timedelta(days=1)


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


def test_minutes_that_were_written_while_the_timer_came_remind_nobody():
    row, due = owed(cast())
    held = [Minutes.objects.get(pk=row.pk) for _each in range(2)]
    held[0].status, held[1].is_late = "submitted", True
    before = said()

    for stale in held:
        minutes.remind(stale, by=Actor.system(), now=NINE)
        assert minutes.step_of(stale, NINE) is None
    assert said() == before
    minutes.remind(row, by=Actor.system(), now=NINE)
    assert said() != before


def test_the_sweep_reads_owed_minutes_only_however_many_were_written():
    row, _due = owed(cast())
    assert list(timers._owed()) == [row]
    Minutes.objects.filter(pk=row.pk).update(status="submitted", submitted_at=NINE)

    assert list(timers._owed()) == []


def signed(made, **more):
    """An agreement signed by both that begins a day after NINE."""
    row = StrategicAgreement(
        customer=made.lanhai, title="战略合作", clauses="互为首选", owner=made.lin,
        starts_on=NINE.date() + DAY, ends_on=NINE.date() + 700 * DAY, signed_on=NINE.date(),
        status="signed", our_signatory=made.boss, their_signatory=made.ruochuan,
        approved_by=made.boss, approved_at=NINE,
    )  # fmt: skip
    for name, value in more.items():
        setattr(row, name, value)
    row.stamp(by=SYSTEM, now=NINE)
    row.save()
    return row


@pytest.mark.parametrize("lacks", ["our_signatory", "their_signatory"])
def test_what_one_side_has_not_signed_does_not_begin(lacks):
    row = signed(cast(), **{lacks: None})

    timers_agreement.agreement_start([Timer(about_id=row.pk)], now=NINE + DAY)

    assert list(timers_agreement.expected(NINE)) == []
    assert StrategicAgreement.objects.get().status == "signed"


def test_an_agreement_begins_on_its_first_day_and_not_before():
    row = signed(cast())
    first = row.local(row.starts_on)

    timers_agreement.agreement_start([Timer(about_id=row.pk)], now=first - SECOND)
    assert StrategicAgreement.objects.get().status == "signed"
    timers_agreement.agreement_start([Timer(about_id=row.pk)], now=first)
    assert StrategicAgreement.objects.get().status == "in_force"


def test_an_agreement_that_was_ended_while_the_timer_came_neither_asks_nor_expires():
    row = signed(cast(), status="in_force", starts_on=NINE.date())
    held = StrategicAgreement.objects.get(pk=row.pk)
    held.status = "terminated"
    before = said()

    for now in (row.local(row.ends_on), agreement_force.end_of(row)):
        agreement_force.step(held, by=Actor.system(), now=now)
    assert said() == before
    agreement_force.step(row, by=Actor.system(), now=row.local(row.ends_on))
    assert said() != before


def test_only_confirmed_scores_and_open_rounds_wait_for_a_timer():
    made = cast()
    waiting = proposed(made.ruochuan, made.wei)
    assert list(timers.expected(NINE)) == []
    waiting.delete()

    row, end = score(made)
    Minutes.objects.all().delete()
    assert [each[2:] for each in timers.expected(NINE)] == [(row.pk, end)]
