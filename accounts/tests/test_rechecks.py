"""A timer that comes too early, too late or twice looks at the facts and keeps silent."""

import datetime as dt

import pytest

from accounts import timers
from accounts.actions import action_items, erasure, handovers
from accounts.choices import Role, TeamRole
from accounts.models import AccountAssignment, ActionItem, ErasureRequest, TierAssessment
from accounts.tests import build
from accounts.tests.build import NINE, SYSTEM
from core.actors import Actor
from core.models import Notification, Timer, TrailEntry

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
SECOND = dt.timedelta(seconds=1)
EXPIRY = dt.datetime(2027, 3, 3, tzinfo=NINE.tzinfo)


@pytest.fixture
def cast():
    return build.cast()


def tier(cast):
    """An approved tier that is valid until the day before EXPIRY."""
    row = TierAssessment(
        customer=cast.lanhai, as_of=NINE.date(), proposed_tier=2, approved_tier=2,
        status="approved", valid_until=(EXPIRY - DAY).date(),
        **dict.fromkeys(("fit", "score", "current_value", "potential", "influence"), 50),
    )  # fmt: skip
    row.stamp(by=SYSTEM, now=NINE)
    row.save()
    return row


def seat(cast):
    """A seat that ends at NINE."""
    row = build.assign(cast.lanhai, cast.stranger, TeamRole.REVIEWER)
    AccountAssignment.objects.filter(pk=row.pk).update(until=NINE)
    return row


def item(cast):
    """Something that is due at NINE."""
    return action_items.create(
        "回电", owner=cast.fang, due_at=NINE, customer=cast.lanhai, by=SYSTEM, now=NINE - DAY
    )


def erasure_of(cast):
    """Somebody who is to be erased and was reminded of; due at NINE."""
    officer = build.person("officer", cast.east, Role.CMP)
    row = erasure.request(
        cast.ruochuan, origin="person", received_on=NINE.date() - 30 * DAY,
        by=Actor.of(officer), now=NINE - 30 * DAY,
    )  # fmt: skip
    build.person("keeper", cast.east, Role.ADM)
    ErasureRequest.objects.filter(pk=row.pk).update(due_at=NINE)
    return row


def handover_of(cast):
    """A handover that begins on the next day, where the unit is."""
    successor = build.person("qin", cast.office, Role.AR)
    day = (NINE + DAY).date()
    row = handovers.plan(
        AccountAssignment.objects.get(customer=cast.lanhai, role=TeamRole.AR), successor,
        overlap_from=day, overlap_to=day + 30 * DAY, by=Actor.of(cast.boss), now=NINE,
    )  # fmt: skip
    return row


BEGINS = NINE.replace(hour=0) + DAY
CASES = [
    (timers.handover_step, handover_of, BEGINS, {"status": "cancelled", "note": "不走了"}),
    (timers.handover_step, handover_of, BEGINS, {"overlap_from": (NINE + 2 * DAY).date()}),
    (timers.erasures_due, erasure_of, NINE, {"status": "refused"}),
    (timers.remind_of_tier, tier, NINE, {"status": "expired"}),
    (timers.remind_of_tier, tier, NINE, {"status": "returned"}),
    (timers.expire_tiers, tier, EXPIRY, {"status": "returned"}),
    (timers.expire_tiers, tier, EXPIRY, {"valid_until": EXPIRY.date()}),
    (timers.end_assignments, seat, NINE, {"status": "ended"}),
    (timers.end_assignments, seat, NINE, {"until": NINE + SECOND}),
    (timers.end_assignments, seat, NINE, {"until": None}),
    (timers.end_assignments, seat, NINE, {"role": TeamRole.AR}),
    (timers.remind_of_items, item, NINE, {"status": "done"}),
    (timers.remind_of_items, item, NINE, {"due_at": NINE + SECOND}),
]
"""(handler, row, when it comes, what was changed before)."""
NAMES = [f"{handler.__name__}-{next(iter(void.items()))}" for handler, _row, _now, void in CASES]


def said():
    """How much was told and written so far."""
    return Notification.objects.count(), TrailEntry.objects.count()


@pytest.mark.parametrize(("handler", "made", "now", "void"), CASES, ids=NAMES)
def test_what_changed_before_the_timer_came_keeps_it_silent(cast, handler, made, now, void):
    row = made(cast)
    rows, late = type(row).objects.filter(pk=row.pk), [Timer(about_id=row.pk)]
    if void.get("role") == TeamRole.AR:
        AccountAssignment.objects.filter(user=cast.lin).delete()  # one manager a customer
    standing = {name: getattr(rows.get(), name) for name in void}

    rows.update(**void)
    before, columns = said(), rows.values().get()
    handler(late, now=now)
    assert (said(), rows.values().get()) == (before, columns)

    rows.update(**standing)
    handler(late, now=now)
    assert said() != before, "with the facts it was armed for it speaks"


def test_a_tier_is_brought_to_the_account_manager_of_that_customer_only(cast):
    other = build.customer(cast.office, "别家")
    build.assign(other, cast.stranger, TeamRole.AR)
    former = build.assign(cast.lanhai, cast.wei, TeamRole.MEMBER)
    rows = AccountAssignment.objects.filter(pk=former.pk)
    rows.update(role=TeamRole.AR, status="ended")

    timers.remind_of_tier([Timer(about_id=tier(cast).pk)], now=NINE)

    assert [note.user for note in Notification.objects.all()] == [cast.lin]


def test_a_handover_that_was_called_off_waits_for_no_timer(cast):
    row = handover_of(cast)
    waits = [each for each in timers.expected(NINE) if each[1] == "accounts.handover"]
    handovers.cancel(row, by=Actor.of(cast.boss), now=NINE, note="不走了")

    assert [each[2:] for each in waits] == [(row.pk, BEGINS)]
    assert not [each for each in timers.expected(NINE) if each[1] == "accounts.handover"]


def test_what_is_confidential_is_not_named_in_a_reminder(cast):
    open_one, secret = item(cast), item(cast)
    about = {"about_label": "relationships.relationshipplan"}
    ActionItem.objects.filter(pk=secret.pk).update(text="说服反对者", **about)

    timers.remind_of_items([Timer(about_id=row.pk) for row in (open_one, secret)], now=NINE)

    named = {note.about_id: "%(text)s" in note.title for note in Notification.objects.all()}
    assert named == {open_one.pk: True, secret.pk: False}
    assert "说服反对者" not in str(list(Notification.objects.values()))


def test_nobody_is_reminded_of_an_erasure_that_is_refused(cast):
    row = erasure_of(cast)
    row.refresh_from_db()
    row.status = "refused"
    before = said()

    erasure.remind(row, now=NINE)

    assert said() == before
