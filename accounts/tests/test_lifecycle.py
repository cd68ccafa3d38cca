"""Steps along the lifecycle: what the rule proposes, and what a person makes of it (R-A5)."""

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client

from accounts import timers_lifecycle
from accounts.actions import lifecycle
from accounts.choices import TeamRole
from accounts.lifecycle import Cuts, Facts, is_idle, is_loyal, order_years, proposal
from accounts.models import AccountAssignment, Customer, LifecycleProposal, RevenueRecord
from accounts.queries_lifecycle import facts_of
from accounts.tests import build
from accounts.tests.build import NINE, SYSTEM
from core.actors import Actor
from core.errors import Forbidden, Invalid, Refused
from core.models import ApiToken, Notification

DAY = dt.timedelta(days=1)
TODAY = NINE.date()
CUTS = Cuts()
LONG_AGO = TODAY - 2000 * DAY


def ago(contact, order):
    day = {None: None}
    return Facts(
        LONG_AGO,
        day.get(contact, contact is not None and TODAY - contact * DAY),
        day.get(order, order is not None and TODAY - order * DAY),
    )


@pytest.mark.parametrize(
    ("contact", "order", "idle"),
    [
        (180, 365, True),
        (179, 365, False),
        (180, 364, False),
        (None, None, True),
        (None, 364, False),
    ],
)
def test_idle_takes_both_silences(contact, order, idle):
    assert is_idle(ago(contact, order), today=TODAY, cuts=CUTS) is idle


@pytest.mark.parametrize(("age", "idle"), [(364, False), (365, True)])
def test_a_new_customer_is_counted_from_its_first_day(age, idle):
    assert is_idle(Facts(TODAY - age * DAY), today=TODAY, cuts=CUTS) is idle


@pytest.mark.parametrize(
    ("years", "satisfaction", "loyal"),
    [(3, None, True), (2, None, False), (3, "8", True), (3, "7.99", False), (4, "10", True)],
)
def test_loyal_takes_three_order_years_and_no_dissatisfaction(years, satisfaction, loyal):
    asked = None if satisfaction is None else Decimal(satisfaction)
    facts = Facts(LONG_AGO, order_years=years, satisfaction=asked)

    assert is_loyal(facts, CUTS) is loyal


def test_order_years_are_calendar_years_of_the_last_four():
    months = [dt.date(2022, 12, 1), dt.date(2023, 1, 1), dt.date(2023, 6, 1), dt.date(2026, 3, 1),
              dt.date(2027, 1, 1)]  # fmt: skip

    assert order_years(months, today=TODAY) == 2


BUSY = Facts(TODAY - 10 * DAY, TODAY, TODAY)
LOYAL = Facts(TODAY - 10 * DAY, TODAY, TODAY, order_years=3)
IDLE = Facts(LONG_AGO)


@pytest.mark.parametrize(
    ("status", "facts", "to"),
    [
        ("active", BUSY, None),
        ("active", LOYAL, "loyal"),
        ("active", IDLE, "dormant"),
        ("active", Facts(LONG_AGO, order_years=3), "dormant"),
        ("loyal", LOYAL, None),
        ("loyal", BUSY, "active"),
        ("loyal", Facts(LONG_AGO, order_years=3), "active"),
        ("dormant", IDLE, None),
        ("dormant", BUSY, "active"),
        ("prospect", IDLE, None),
        ("lost", BUSY, None),
    ],
)
def test_the_rule_proposes_one_step_from_each_state(status, facts, to):
    assert proposal(status, facts, today=TODAY, cuts=CUTS) == to


@pytest.fixture
def cast(db):
    made = build.cast()
    made.lanhai.status = "active"
    made.lanhai.save(update_fields=["status"])
    return made


def order(cast, month, amount, **more):
    row = RevenueRecord(
        customer=cast.lanhai, unit=cast.office, month=month, order_amount=amount, **more
    )
    row.stamp(by=SYSTEM, now=NINE)
    row.save()
    return row


def look(at):
    return timers_lifecycle.propose_steps(now=at)


def test_the_nightly_look_proposes_once_and_tells_the_manager(cast):
    late = NINE + 365 * DAY

    assert [look(late - DAY), look(late), look(late)] == [0, 1, 0]
    row = LifecycleProposal.objects.get()
    assert (row.from_status, row.to_status, row.status) == ("active", "dormant", "proposed")
    assert Notification.objects.filter(kind="lifecycle.proposed", user=cast.lin).count() == 1
    cast.lanhai.refresh_from_db()
    assert cast.lanhai.status == "active"


def test_orders_that_were_reversed_do_not_count(cast):
    for year in (2023, 2024, 2025):
        order(cast, dt.date(year, 5, 1), Decimal(100))
    assert facts_of([cast.lanhai], now=NINE)[cast.lanhai.pk].order_years == 3
    wrong = RevenueRecord.objects.order_by("month").last()
    order(cast, wrong.month, -wrong.order_amount, reverses=wrong)

    facts = facts_of([cast.lanhai], now=NINE)[cast.lanhai.pk]

    assert (facts.order_years, facts.last_order) == (2, dt.date(2024, 5, 1))


def test_what_the_rule_says_no_more_is_overtaken(cast):
    late = NINE + 365 * DAY
    look(late)
    order(cast, (late - 20 * DAY).date().replace(day=1), Decimal(5))

    assert look(late + DAY) == 0
    assert LifecycleProposal.objects.get().status == "overtaken"


@pytest.mark.parametrize(("days", "again"), [(89, 0), (90, 1)])
def test_a_rejected_step_waits_ninety_days(cast, days, again):
    late = NINE + 400 * DAY
    look(late)
    row = LifecycleProposal.objects.get()
    with pytest.raises(Invalid):
        lifecycle.reject(row, " ", by=Actor.of(cast.lin), now=late)
    lifecycle.reject(row, "下月有会", by=Actor.of(cast.lin), now=late)

    assert look(late + days * DAY) == again


def test_only_a_rejected_step_waits(cast):
    late = NINE + 400 * DAY
    look(late)
    lifecycle.confirm(LifecycleProposal.objects.get(), by=Actor.of(cast.lin), now=late)
    Customer.objects.filter(pk=cast.lanhai.pk).update(status="active")

    assert look(late + DAY) == 1


def test_who_managed_the_customer_before_hears_nothing(cast):
    former = build.assign(cast.lanhai, cast.stranger, TeamRole.MEMBER)
    ended = {"role": TeamRole.AR, "status": "ended", "until": NINE}
    AccountAssignment.objects.filter(pk=former.pk).update(**ended)

    look(NINE + 365 * DAY)

    told = Notification.objects.filter(kind="lifecycle.proposed")
    assert [note.user for note in told] == [cast.lin]


def test_a_person_confirms_and_the_customer_takes_the_step(cast):
    look(NINE + 365 * DAY)
    row = LifecycleProposal.objects.get()
    machine = Actor(user=cast.lin, token=ApiToken(user=cast.lin), channel="api")
    with pytest.raises(Forbidden):
        lifecycle.confirm(row, by=machine, now=NINE)

    lifecycle.confirm(row, by=Actor.of(cast.lin), now=NINE + 366 * DAY)

    cast.lanhai.refresh_from_db()
    assert (cast.lanhai.status, row.status) == ("dormant", "confirmed")
    with pytest.raises(Refused):
        lifecycle.confirm(row, by=Actor.of(cast.lin), now=NINE + 366 * DAY)


def test_a_customer_that_moved_meanwhile_does_not_take_the_step(cast):
    row = lifecycle.propose(cast.lanhai, "dormant", by=SYSTEM, now=NINE)
    Customer.objects.filter(pk=cast.lanhai.pk).update(status="loyal")
    row = LifecycleProposal.objects.select_related("customer").get(pk=row.pk)

    with pytest.raises(Refused):
        lifecycle.confirm(row, by=Actor.of(cast.lin), now=NINE)


def test_many_customers_are_read_in_portions(cast, monkeypatch):
    monkeypatch.setattr(timers_lifecycle, "AT_ONCE", 2)
    for number in range(4):
        build.customer(cast.office, f"子{number}", status="active")
    build.customer(cast.office, "走了", status="lost")
    build.customer(cast.office, "新", status="prospect")

    assert [len(rows) for rows in timers_lifecycle._portions()] == [2, 2, 1]
    assert look(NINE + 365 * DAY) == 5


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_the_record_shows_the_step_and_only_who_runs_the_customer_decides(cast):
    row = lifecycle.propose(cast.lanhai, "dormant", by=SYSTEM, now=NINE)
    lin, wei = signed_in(cast.lin), signed_in(cast.wei)
    confirm = f"/lifecycle-proposals/{row.pk}/confirm/"

    assert confirm in lin.get(f"/customers/{cast.lanhai.pk}/record/").content.decode()
    page = wei.get(f"/customers/{cast.lanhai.pk}/record/").content.decode()
    assert confirm not in page
    assert 'id="lifecycle"' in page
    assert wei.post(confirm).status_code == 403
    assert lin.post(confirm)["Location"] == f"/customers/{cast.lanhai.pk}/record/"
    cast.lanhai.refresh_from_db()
    assert cast.lanhai.status == "dormant"


def test_a_step_that_cannot_be_taken_leaves_the_proposal_open(cast):
    row = lifecycle.propose(cast.lanhai, "loyal", by=SYSTEM, now=NINE)
    AccountAssignment.objects.filter(role=TeamRole.AR).delete()

    with pytest.raises(Refused):
        lifecycle.confirm(row, by=Actor.of(cast.boss), now=NINE)

    row.refresh_from_db()
    assert row.status == "proposed"
