"""Deals: rules just before and after, actions, pages and API (b.1 Opportunity)."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import opportunities as noun
from accounts.actions import opportunities
from accounts.choices import OPEN_STAGES, Stage, TeamRole
from accounts.models import Opportunity
from accounts.tests import build
from accounts.tests.build import NINE
from core.actors import Actor
from core.errors import Invalid, Refused
from core.models import Notification, TrailEntry

DAY = dt.date(2026, 3, 2)


@pytest.mark.parametrize("before", OPEN_STAGES)
@pytest.mark.parametrize("after", Stage)
def test_open_stages_go_anywhere_but_nothing_is_won_before_it_was_offered(before, after):
    allowed = after != before and not (
        after == Stage.WON and before in (Stage.LEAD, Stage.QUALIFIED)
    )

    assert noun.may_follow(after, before) == allowed


@pytest.mark.parametrize("before", [Stage.WON, Stage.LOST, Stage.SHELVED])
def test_a_closed_deal_goes_nowhere_without_reopening(before):
    assert not any(noun.may_follow(after, before) for after in Stage)


@pytest.mark.parametrize(
    ("stage", "reason", "lost_to", "found"),
    [
        (Stage.LOST, "", "", ("reason", "lost_to")),
        (Stage.LOST, "价格", " ", ("lost_to",)),
        (Stage.LOST, "价格", "甲", ()),
        (Stage.SHELVED, " ", "", ("reason",)),
        (Stage.WON, "", "", ()),
    ],
)
def test_a_lost_deal_says_why_and_to_whom(stage, reason, lost_to, found):
    assert noun.lacking(stage, reason=reason, lost_to=lost_to) == found


@pytest.mark.parametrize(
    ("today", "stage", "late"),
    [
        (DAY - dt.timedelta(1), Stage.LEAD, False),
        (DAY, Stage.LEAD, False),
        (DAY + dt.timedelta(1), Stage.LEAD, True),
        (DAY + dt.timedelta(1), Stage.WON, False),
    ],
)
def test_late_is_open_after_the_day(today, stage, late):
    assert noun.is_late(stage, DAY, today) == late


def test_currencies_are_never_added_up():
    rows = [
        ("lead", "CNY", Decimal(1)),
        ("lead", "CNY", None),
        ("lead", "CNY", Decimal(2)),
        ("lead", "USD", Decimal(5)),
    ]

    assert noun.totals(rows) == {"lead": {"CNY": Decimal(3), "USD": Decimal(5)}}


@pytest.fixture
def cast(db):
    return build.cast()


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def noted(cast, **more):
    values = {"name": "骨干网扩容", "amount": Decimal(800), "expected_close": DAY, **more}
    return opportunities.create(cast.lanhai, values, by=Actor.of(cast.lin), now=NINE)


def test_from_lead_to_lost_and_back(cast):
    by, row = Actor.of(cast.lin), noted(cast)

    with pytest.raises(Refused):
        opportunities.close(row, Stage.WON, by=by, now=NINE)
    opportunities.go_on(row, Stage.NEGOTIATING, by=by, now=NINE)
    with pytest.raises(Invalid) as refusal:
        opportunities.close(row, Stage.LOST, by=by, now=NINE, reason="价格")
    assert list(refusal.value.fields) == ["lost_to"]
    opportunities.close(row, Stage.LOST, by=by, now=NINE, reason="价格", lost_to="甲公司")
    with pytest.raises(Refused):
        opportunities.edit(row, {"name": "x"}, by=by, now=NINE, version=None)
    opportunities.reopen(row, by=by, now=NINE, reason="对方重新招标")

    row.refresh_from_db()
    assert (row.stage, row.closed_at, row.lost_to) == (Stage.NEGOTIATING, None, "")
    verbs = TrailEntry.objects.filter(about_id=row.pk, verb__startswith="opportunity.")
    assert list(verbs.order_by("id").values_list("verb", flat=True)) == [
        "opportunity.created",
        "opportunity.stage_changed",
        "opportunity.lost",
        "opportunity.reopened",
    ]


def test_the_owner_sees_the_customer_and_is_told(cast):
    row = noted(cast, owner=cast.wei)

    assert Notification.objects.filter(user=cast.wei, kind="opportunity.yours").count() == 1
    with pytest.raises(Invalid):
        opportunities.edit(
            row, {"owner": cast.stranger}, by=Actor.of(cast.lin), now=NINE, version=None
        )


def test_nothing_is_noted_at_an_archived_customer(cast):
    cast.lanhai.is_archived = True

    with pytest.raises(Refused):
        noted(cast)


def test_service_sales_note_deals_at_their_customer(cast):
    seller = build.person("seller", cast.west)
    build.assign(cast.lanhai, seller, TeamRole.SERVICE_SALES)

    answer = signed_in(seller).get(f"/customers/{cast.lanhai.pk}/opportunities/new/")

    assert answer.status_code == 200


def test_a_deal_is_noted_moved_and_lost_on_pages(cast):
    lin = signed_in(cast.lin)
    made = lin.post(
        f"/customers/{cast.lanhai.pk}/opportunities/new/",
        {
            "name": "传输网替换",
            "source": "swap",
            "owner": cast.lin.pk,
            "amount": "12000000",
            "currency": "cny",
            "expected_close": "2026-06-30",
            "tender_decision_date": "2026-06-20",
        },
    )
    row = Opportunity.objects.get(name="传输网替换")
    early = lin.post(f"/opportunities/{row.pk}/won/", {"reason": ""})
    lin.post(f"/opportunities/{row.pk}/stage/", {"stage": "proposing"})
    bare = lin.post(f"/opportunities/{row.pk}/lost/", {"reason": "价格"})
    lin.post(f"/opportunities/{row.pk}/lost/", {"reason": "价格高两成", "lost_to": "甲公司"})
    shown = lin.get(f"/opportunities/{row.pk}/").content.decode()
    closed = lin.get(f"/customers/{cast.lanhai.pk}/opportunities/?closed=1").content.decode()

    assert made["Location"] == f"/opportunities/{row.pk}/"
    assert (row.currency, row.tender_decision_date) == ("CNY", dt.date(2026, 6, 20))
    assert (early.status_code, bare.status_code) == (409, 422)
    assert "甲公司" in shown and "价格高两成" in shown and "甲公司" in closed
    assert "传输网替换" in lin.get("/opportunities/?stage=lost").content.decode()


def test_an_integration_brings_deals_by_their_reference(cast):
    lin = signed_in(cast.lin)
    body = {"customer": cast.lanhai.pk, "name": "扩容", "expected_close": "2026-06-30"}

    def send(method, path, body):
        return getattr(lin, method)(f"/api/v1{path}", json.dumps(body), "application/json")

    made = send("post", "/opportunities/", {**body, "amount": "5.00"})
    row = made.json()
    bad = send("post", "/opportunities/", {**body, "currency": "rmb", "amount": "-1"})
    lost = send("post", f"/opportunities/{row['id']}/lose/", {"reason": "价格"})
    early = send("post", f"/opportunities/{row['id']}/win/", {})
    moved = send("post", f"/opportunities/{row['id']}/go-on/", {"stage": "proposing"})
    won = send("post", f"/opportunities/{row['id']}/win/", {})

    assert (made.status_code, row["stage"], row["code"][:4]) == (201, "lead", "OPP-")
    assert set(bad.json()["errors"]) == {"currency", "amount"}
    assert (lost.status_code, early.status_code, early.json()["rule"]) == (400, 409, "b.1")
    assert (moved.json()["stage"], won.json()["stage"]) == ("proposing", "won")


@pytest.mark.parametrize("path", ["/opportunities/", "/customers/{}/opportunities/"])
def test_a_list_costs_the_same_with_many_rows(cast, path):
    lin = signed_in(cast.lin)
    address = path.format(cast.lanhai.pk)

    def cost(count):
        for _number in range(count):
            build.opportunity(cast.lanhai, cast.wei)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert lin.get(address).status_code == 200
        return len(queries)

    cost(1)
    few = cost(1)
    assert (cost(28), few <= 10) == (few, True)
