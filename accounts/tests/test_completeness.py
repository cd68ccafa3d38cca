"""What a record must hold by tier, how much of it is there, and verifying it (R-A8)."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actions import assets, buying_profiles, customers, insights
from accounts.choices import TeamRole
from accounts.completeness import NEEDS, Complete, Need, complete, is_verified, needed
from accounts.models import AccountAssignment, Customer
from accounts.queries_gaps import by_unit, kept_of, key_accounts, whole
from accounts.tests import build
from accounts.tests.build import NINE
from accounts.tests.permissions import WHOLE
from core import clock
from core.actors import Actor
from core.models import TrailEntry

DAY = dt.timedelta(days=1)
TODAY = NINE.date()
KEYS = {need.key for need in NEEDS}


@pytest.mark.parametrize(
    ("tier", "status", "count"),
    [(1, "active", 13), (2, "active", 12), (3, "active", 5), (None, "active", 5),
     (1, "prospect", 12), (None, "prospect", 4)],
)  # fmt: skip
def test_more_is_asked_of_better_tiers(tier, status, count):
    assert len(needed(tier, status)) == count


def test_nothing_lacks_when_everything_is_held():
    assert complete(1, "active", KEYS) == Complete(13, ())
    assert complete(1, "active", KEYS).percent == 100


def test_each_lack_is_named_in_order():
    found = complete(3, "active", {"industry", "ar"})

    assert [need.key for need in found.lacking] == ["region", "first_order", "contact"]
    assert (found.filled, found.required, found.percent) == (2, 5, 40)


@pytest.mark.parametrize(("lacking", "percent"), [(0, 100), (1, 90), (2, 80)])
def test_the_share_is_rounded_down(lacking, percent):
    assert Complete(10, tuple([Need("x", "")] * lacking)).percent == percent
    assert Complete(1000, tuple([Need("x", "")] * 101)).percent == 89
    assert Complete(0, ()).percent == 100


@pytest.mark.parametrize(("back", "fresh"), [(0, True), (180, True), (181, False)])
def test_a_look_counts_for_a_hundred_and_eighty_days(back, fresh):
    assert is_verified(TODAY - back * DAY, today=TODAY, days=180) is fresh
    assert is_verified(None, today=TODAY, days=180) is False


@pytest.fixture
def cast(db):
    made = build.cast()
    Customer.objects.filter(pk=made.lanhai.pk).update(tier=1, status="active")
    made.lanhai.refresh_from_db()
    return made


def fill(cast, now=NINE):
    """Everything that is asked of a tier S customer."""
    by = Actor.of(cast.lin)
    build.assign(cast.lanhai, cast.exe, TeamRole.EXECUTIVE_SPONSOR)
    build.department(cast.lanhai)
    build.contact(cast.lanhai, "方启文", is_decision_layer=True)
    facts = {"industry": "通信", "region": "澜州", "first_order_date": TODAY}
    customers.edit(cast.lanhai, facts, by=by, now=now, version=None)
    insights.publish(insights.draft(cast.lanhai, WHOLE, by=by, now=now), by=by, now=now)
    buying_profiles.write(cast.lanhai, {"procurement_mode": "direct"}, [], by=by, now=now)
    assets.create(cast.lanhai, {"product": "网关"}, by=by, now=now)


def test_the_bare_cast_lacks_and_says_where_to_fill(cast):
    found = kept_of(cast.lanhai, today=TODAY, now=NINE)

    base = f"/customers/{cast.lanhai.pk}/"
    assert [gap.url.removeprefix(base) for gap in found.gaps] == [
        "edit/", "edit/", "edit/", "contacts/", "departments/new/", "insight/new/",
        "buying-profile/new/", "assets/new/", "team/",
    ]  # fmt: skip
    assert (found.percent, found.reached, found.verified, found.tone) == (30, False, False, "watch")


def test_what_is_filled_counts(cast):
    fill(cast)

    found = kept_of(cast.lanhai, today=TODAY, now=NINE)

    assert (found.percent, found.gaps, found.reached) == (100, [], True)


def test_the_list_and_the_page_judge_alike(cast):
    """`whole` asks the database what `kept` says of a row: for each thing that may lack."""
    fill(cast)
    customers.verify(cast.lanhai, by=Actor.of(cast.lin), now=NINE, on=TODAY)
    rows = Customer.objects.filter(pk=cast.lanhai.pk)
    empty = {"industry": "", "region": "", "first_order_date": None, "last_verified_on": None}

    def both(now=NINE):
        found = kept_of(rows.get(), today=now.date(), now=now)
        return rows.filter(whole(now, now.date())).exists(), not found.gaps and found.verified

    assert both() == (True, True)
    for name, value in empty.items():
        kept = getattr(rows.get(), name)
        rows.update(**{name: value})
        assert both() == (False, False), name
        rows.update(**{name: kept})
    cast.lanhai.insights.update(status="expired")
    assert both() == (False, False)


@pytest.mark.parametrize(("days", "shown"), [(180, True), (181, False)])
def test_the_list_counts_a_look_as_long_as_the_rule(cast, days, shown):
    fill(cast)
    customers.verify(cast.lanhai, by=Actor.of(cast.lin), now=NINE, on=TODAY)
    later = NINE + days * DAY

    assert key_accounts(cast.lin).filter(whole(later, later.date())).exists() is shown


def test_a_sponsor_is_asked_of_tier_s_only(cast):
    fill(cast)
    customers.verify(cast.lanhai, by=Actor.of(cast.lin), now=NINE, on=TODAY)
    AccountAssignment.objects.filter(role=TeamRole.EXECUTIVE_SPONSOR).delete()
    rows = Customer.objects.filter(pk=cast.lanhai.pk)

    assert rows.filter(whole(NINE, TODAY)).exists() is False
    rows.update(tier=2)
    assert rows.filter(whole(NINE, TODAY)).exists() is True


def test_gaps_are_counted_by_unit_and_lost_or_small_customers_are_not(cast):
    build.customer(cast.east, "岭东", tier=2)
    build.customer(cast.office, "小店", tier=3)
    build.customer(cast.office, "走了", tier=1, status="lost")
    build.customer(cast.office, "旧", tier=1, is_archived=True)
    fill(cast)
    customers.verify(cast.lanhai, by=Actor.of(cast.lin), now=NINE, on=TODAY)

    found = by_unit(key_accounts(cast.boss), now=NINE, today=TODAY)

    assert [(one["owning_unit__name"], one["all"], one["open"]) for one in found] == [
        ("East", 1, 1), ("East office", 1, 0),
    ]  # fmt: skip


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_the_record_is_verified_in_one_tap(cast):
    lin = signed_in(cast.lin)

    answer = lin.post(f"/customers/{cast.lanhai.pk}/verify/")

    cast.lanhai.refresh_from_db()
    assert answer["Location"] == f"/customers/{cast.lanhai.pk}/record/"
    assert cast.lanhai.last_verified_on == clock.now().astimezone(build.SHANGHAI).date()
    assert TrailEntry.objects.filter(verb="customer.verified", actor=cast.lin).count() == 1
    shown = lin.get(f"/api/v1/customers/{cast.lanhai.pk}/completeness/").json()
    assert (shown["percent"], shown["verified"], len(shown["gaps"])) == (30, True, 9)


def test_whole_records_leave_the_list_unless_asked_for(cast):
    fill(cast, clock.now())
    signed_in(cast.lin).post(f"/customers/{cast.lanhai.pk}/verify/")
    open_one = build.customer(cast.office, "岭东", tier=2)
    boss = signed_in(cast.boss)

    def listed(query=""):
        lines = boss.get(f"/customers/gaps/?{query}").context["lines"]
        return [row for row, _kept, _manager in lines]

    assert listed() == [open_one]
    assert listed("all=on") == [open_one, cast.lanhai]
    assert listed("all=on&tier=s") == [cast.lanhai]
    assert listed(f"all=on&owning_unit={cast.west.pk}") == []
    assert listed(f"all=on&owning_unit={cast.east.pk}") == [open_one, cast.lanhai]
    assert listed("all=on&mine=on") == []
    assert signed_in(cast.stranger).get("/customers/gaps/?all=on").context["lines"] == []


def test_the_list_costs_the_same_for_one_and_thirty(cast):
    boss = signed_in(cast.boss)
    boss.get("/customers/gaps/")
    with CaptureQueriesContext(connection) as one:
        boss.get("/customers/gaps/")
    for number in range(29):
        build.customer(cast.office, f"第{number}家", tier=1 + number % 2)

    with CaptureQueriesContext(connection) as thirty:
        answer = boss.get("/customers/gaps/")

    assert len(answer.context["lines"]) == 30
    assert len(one) == len(thirty) <= 8
