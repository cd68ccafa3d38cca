"""Handing an account over: rotation at months 33, 35, 36; overlap; the list that must be empty."""

import datetime as dt

import pytest

from accounts import rotation
from accounts.actions import action_items, handovers, people, team
from accounts.models import AccountAssignment, ActionItem, Contact, Handover
from accounts.queries_handover import open_lines, to_introduce
from accounts.tests import build
from accounts.tests.build import NINE, SYSTEM
from accounts.timers import expected, remind_of_rotation
from core import timers
from core.actors import Actor
from core.errors import Forbidden, Invalid, Refused
from core.models import Event, Notification, Timer

DAY = dt.timedelta(days=1)
TODAY = NINE.date()
MARKS = (33, 35, 36)


@pytest.mark.parametrize(
    ("since", "today", "reached"),
    [
        ("2023-06-02", "2026-03-01", 0),
        ("2023-06-02", "2026-03-02", 33),
        ("2023-06-02", "2026-05-01", 33),
        ("2023-06-02", "2026-05-02", 35),
        ("2023-06-02", "2026-06-01", 35),
        ("2023-06-02", "2026-06-02", 36),
        ("2023-05-31", "2026-02-27", 0),
        ("2023-05-31", "2026-02-28", 33),
    ],
)
def test_months_of_service(since, today, reached):
    days = [dt.date.fromisoformat(each) for each in (since, today)]

    assert rotation.stage(*days, marks=MARKS) == reached
    if reached:
        assert days[0] <= rotation.began_before(days[1], months=33), "the query finds it"


@pytest.mark.parametrize(("days", "early"), [(29, True), (30, False), (31, False)])
def test_an_overlap_lasts_thirty_days(days, early):
    assert rotation.ends_early(TODAY, TODAY + days * DAY, least_days=30) == early


@pytest.fixture
def cast(db):
    made = build.cast()
    made.qin = build.person("qin", made.office, "ar")
    made.seat = AccountAssignment.objects.get(customer=made.lanhai, role="ar")
    made.head = Actor.of(made.boss)
    return made


def planned(cast, days=30, **more):
    return handovers.plan(
        cast.seat, cast.qin, overlap_from=TODAY, overlap_to=TODAY + days * DAY,
        by=cast.head, now=NINE, **more,
    )  # fmt: skip


def begun(cast, **more):
    return handovers.begin(planned(cast, **more), by=cast.head, now=NINE)


def test_a_rotation_overlaps_thirty_days_and_other_reasons_need_not(cast):
    with pytest.raises(Invalid) as refusal:
        planned(cast, days=29)

    assert refusal.value.rule == "R-A6"
    assert planned(cast, days=0, reason="reorganisation").status == "planned"


@pytest.mark.parametrize("wrong", ["lin", "portal", "past", "other seat", "machine", "twice"])
def test_what_cannot_be_planned(cast, wrong):
    who, seat, by, begin = cast.qin, cast.seat, cast.head, TODAY
    if wrong == "lin":
        who = cast.lin
    if wrong == "portal":
        who = build.person("guest", is_portal=True)
    if wrong == "past":
        begin = TODAY - DAY
    if wrong == "other seat":
        seat = AccountAssignment.objects.get(customer=cast.lanhai, role="sr")
    if wrong == "machine":
        by = Actor(cast.boss, token=object())
    if wrong == "twice":
        planned(cast)
    with pytest.raises((Invalid, Refused, Forbidden)):
        handovers.plan(seat, who, overlap_from=begin, overlap_to=begin + 30 * DAY, by=by, now=NINE)


def test_the_overlap_begins_on_its_day_and_the_successor_sees_the_customer(cast):
    row = handovers.plan(
        cast.seat, cast.stranger, overlap_from=TODAY + DAY, overlap_to=TODAY + 31 * DAY,
        by=cast.head, now=NINE,
    )  # fmt: skip
    midnight = handovers.start_of(row, TODAY + DAY)
    assert (handovers.STEP, "accounts.handover", row.pk, midnight) in set(expected(NINE))

    timers.sweep(midnight - dt.timedelta(seconds=1))
    assert Handover.objects.get().status == "planned"
    timers.sweep(midnight)
    timers.sweep(midnight)

    assert Handover.objects.get().status == "in_overlap"
    seats = AccountAssignment.objects.active().filter(user=cast.stranger)
    assert [(seat.role, seat.customer) for seat in seats] == [("member", cast.lanhai)]


def test_when_the_overlap_is_over_both_and_the_head_are_told_once(cast):
    row = begun(cast)
    over = handovers.end_of(row)

    timers.sweep(over - dt.timedelta(seconds=1))
    assert not Notification.objects.filter(kind="handover.over").exists()
    timers.sweep(over)
    timers.sweep(over)

    told = Notification.objects.filter(kind="handover.over").values_list("user", flat=True)
    assert sorted(told) == sorted([cast.qin.pk, cast.lin.pk, cast.boss.pk])
    assert not Timer.objects.armed().filter(kind=handovers.STEP).exists()


@pytest.mark.parametrize("why", ["a second early", "called off"])
def test_who_looks_again_tells_nobody_that_it_is_over(cast, why):
    row = begun(cast)
    moment = handovers.end_of(row) - dt.timedelta(seconds=why == "a second early")
    if why == "called off":
        handovers.cancel(row, by=cast.head, now=NINE, note="先不换")

    handovers.remind(row, by=SYSTEM, now=moment)

    assert not Notification.objects.filter(kind="handover.over").exists()


def test_it_is_complete_only_when_nothing_is_open(cast):
    row = begun(cast)
    action_items.create(
        "回电", owner=cast.lin, due_at=NINE, customer=cast.lanhai, by=SYSTEM, now=NINE
    )
    Contact.objects.filter(pk=cast.ruochuan.pk).update(relationship_owner=cast.lin)
    team.assign(cast.lanhai, cast.lin, "member", by=SYSTEM, now=NINE)
    later = NINE + 31 * DAY
    said = {line.key: line.count for line in open_lines(row)}
    assert said == {"accounts.actionitem.owner": 1, "contacts": 1, "seats": 1}

    with pytest.raises(Refused) as refusal:
        handovers.complete(row, by=cast.head, now=later)
    assert (refusal.value.rule, refusal.value.extra["open"]) == ("R-A6", said)

    assert handovers.give(row, by=cast.head, now=later) == {"accounts.actionitem.owner": 1}
    handovers.introduce(row, to_introduce(row), by=cast.head, now=later)
    other = AccountAssignment.objects.active().get(user=cast.lin, role="member")
    team.end(other, by=cast.head, now=later)
    handovers.complete(row, by=cast.head, now=later)

    row.refresh_from_db()
    assert (row.status, row.completed_at, row.seat.user) == ("completed", later, cast.qin)
    seats = AccountAssignment.objects.active().filter(customer=cast.lanhai)
    assert sorted((seat.role, seat.user.username) for seat in seats) == [
        ("ar", "qin"), ("fr", "fang"), ("sr", "wei"),
    ]  # fmt: skip
    assert Contact.objects.get(pk=cast.ruochuan.pk).relationship_owner == cast.qin


@pytest.mark.parametrize(("days", "done"), [(29, False), (30, True)])
def test_a_rotation_is_complete_after_thirty_days(cast, days, done):
    row = begun(cast)
    if done:
        assert handovers.complete(row, by=cast.head, now=NINE + days * DAY).status == "completed"
        return
    with pytest.raises(Refused):
        handovers.complete(row, by=cast.head, now=NINE + days * DAY)


def test_calling_off_takes_the_successor_off_the_team(cast):
    row = begun(cast)

    handovers.cancel(row, by=cast.head, now=NINE, note="先不换")

    assert not AccountAssignment.objects.active().filter(user=cast.qin).exists()
    assert AccountAssignment.objects.get(pk=cast.seat.pk).status == "active"
    assert not Timer.objects.armed().filter(kind=handovers.STEP).exists()
    with pytest.raises(Refused):
        handovers.complete(row, by=cast.head, now=NINE + 40 * DAY)


def given(cast):
    """Lin's work and one contact are the successor's by now; another item was his before."""
    row = begun(cast)
    mine, his, other = (
        action_items.create(
            text, owner=owner, due_at=NINE, customer=cast.lanhai, by=SYSTEM, now=NINE
        )
        for text, owner in (("回电", cast.lin), ("自己的", cast.qin), ("办完的", cast.lin))
    )
    Contact.objects.filter(pk=cast.ruochuan.pk).update(relationship_owner=cast.lin)
    handovers.give(row, by=cast.head, now=NINE)
    handovers.introduce(row, [cast.ruochuan], by=cast.head, now=NINE)
    other.refresh_from_db()
    action_items.done(other, by=Actor.of(cast.qin), now=NINE)
    return row, mine, his, other


def owners(cast, *items):
    contact = Contact.objects.get(pk=cast.ruochuan.pk)
    found = [ActionItem.objects.get(pk=item.pk).owner for item in items]
    return [one.username for one in (*found, contact.relationship_owner)]


def test_calling_off_gives_back_what_was_given(cast):
    row, *items = given(cast)
    assert owners(cast, *items) == ["qin", "qin", "qin", "qin"]

    handovers.cancel(Handover.objects.get(), by=cast.head, now=NINE, note="先不换")

    assert owners(cast, *items) == ["lin", "qin", "qin", "lin"], "what is done stays done by qin"
    assert Handover.objects.get().given == {
        "accounts.actionitem.owner": sorted([items[0].pk, items[2].pk]),
        "accounts.contact.relationship_owner": [cast.ruochuan.pk],
    }


@pytest.mark.parametrize("to", ["wei", "qin"])
def test_a_handover_that_is_overtaken_gives_its_work_to_the_holder_of_the_seat(cast, to):
    _row, *items = given(cast)

    team.hand_over(cast.seat, getattr(cast, to), by=cast.head, now=NINE)

    assert owners(cast, *items) == [to, "qin", "qin", to]


def test_a_seat_that_changes_hands_at_once_calls_the_handover_off(cast):
    row = begun(cast)

    people.leave(cast.lin.profile, TODAY, by=SYSTEM, now=NINE)

    row.refresh_from_db()
    assert row.status == "cancelled"
    assert not AccountAssignment.objects.active().filter(user=cast.qin).exists()


@pytest.mark.parametrize("heir_manages", [True, False])
def test_when_the_successor_leaves_the_heir_follows_unless_it_is_their_own_seat(cast, heir_manages):
    row = begun(cast)
    if heir_manages:
        AccountAssignment.objects.filter(pk=cast.seat.pk).update(user=cast.boss)

    people.leave(cast.qin.profile, TODAY, by=SYSTEM, now=NINE)

    row.refresh_from_db()
    state = (row.status, row.successor)
    assert state == (("cancelled", cast.qin) if heir_manages else ("in_overlap", cast.boss))
    assert not AccountAssignment.objects.active().filter(user=cast.qin).exists()
    assert AccountAssignment.objects.get(pk=cast.seat.pk).status == "active"


def test_the_letter_is_kept_and_a_shorter_overlap_refused(cast):
    row = begun(cast)

    handovers.edit(row, {"letter": "先见林总"}, by=cast.head, now=NINE, version=row.version)
    with pytest.raises(Invalid):
        handovers.edit(
            row, {"overlap_to": TODAY + 29 * DAY}, by=cast.head, now=NINE, version=row.version
        )

    assert Handover.objects.get().letter == "先见林总"


def test_people_of_another_customer_are_not_introduced(cast):
    other = build.contact(build.customer(cast.office, "朔原电信"), "周远")

    with pytest.raises(Invalid):
        handovers.introduce(begun(cast), [other], by=cast.head, now=NINE)


def test_rotations_are_told_once_a_mark(cast):
    AccountAssignment.objects.filter(pk=cast.seat.pk).update(
        since=dt.datetime(2023, 6, 2, 8, tzinfo=build.SHANGHAI)
    )
    before = dt.datetime(2026, 3, 1, 23, tzinfo=build.SHANGHAI)
    told = []
    for moment in (
        before,
        before + 2 * DAY,
        before + 3 * DAY,
        before + 63 * DAY,
        before + 93 * DAY,
    ):
        remind_of_rotation(now=moment)
        told.append(Notification.objects.filter(kind="assignment.rotation_due").count())

    assert told == [0, 2, 2, 4, 6], "lin and boss at months 33, 35 and 36"
    assert Event.objects.filter(name="assignment.rotation_due").count() == 3


def test_seats_that_were_told_do_not_keep_the_later_ones_waiting(cast):
    other = build.assign(build.customer(cast.office, "第二家"), cast.qin, "ar")
    moment = NINE + 33 * 31 * DAY
    for _round in range(2):
        remind_of_rotation(now=moment, most=1)

    other.refresh_from_db()
    assert other.rotation_told == 33
