"""Several of us in one meeting: one record, with the line and the promise of each."""

import datetime as dt

import pytest
from django.test import Client

from accounts.models import ActionItem
from accounts.tests.build import NINE, cast, contact, customer, person
from core import events
from core.actors import Actor
from core.errors import Invalid, Refused
from core.models import TrailEntry
from expectations.models import Commitment
from relationships.actions import entries, interactions, joining
from relationships.models import Interaction
from relationships.queries import interactions_this_week
from relationships.tests.build import kind, met

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
DUE = NINE + 50 * HOUR


@pytest.fixture
def made(settings):
    settings.DEMO_NOW = NINE.isoformat()
    world = cast()
    world.by = {name: Actor.of(getattr(world, name)) for name in ("lin", "wei")}
    soon = {"type": kind(), "starts_at": NINE - HOUR, "purpose": "例会"}
    world.planned = interactions.plan(
        world.lanhai, [world.ruochuan], soon, by=world.by["lin"], now=NINE - 2 * HOUR,
        participants=[world.wei],
    )  # fmt: skip
    return world


def said(**more):
    return {"type": kind(), "starts_at": NINE - HOUR, "channel": "onsite", "summary": ""} | more


def enter(made, who, planned=None, people=None, **more):
    return entries.enter(
        made.lanhai, people or [made.ruochuan], said(**more), by=made.by[who], now=NINE,
        key=f"{who}-key-0001", planned=planned or made.planned,
    )[0]  # fmt: skip


def stale(made):
    """The plan as it was read before anybody logged it."""
    return Interaction.objects.get(pk=made.planned.pk)


def test_the_second_joins_the_record_of_the_first(made):
    other, before = contact(made.lanhai, "白屿森"), stale(made)
    enter(made, "lin", summary="备件先放他那里", promise="周五报价", promise_due_at=DUE)

    row = enter(
        made, "wei", before, [other], summary="他担心工期", promise="下周来人",
        promise_due_at=DUE + HOUR,
    )  # fmt: skip

    assert Interaction.objects.get() == row == made.planned
    assert row.summary == f"备件先放他那里\n{made.wei.full_name}: 他担心工期"
    assert set(row.contacts.all()) == {made.ruochuan, other}
    assert set(row.participants.all()) == {made.lin, made.wei}
    assert (row.promise, row.promise_due_at) == ("周五报价", DUE)
    assert [(item.text, item.owner) for item in joining.promises_of(row)] == [
        ("下周来人", made.wei)
    ]
    assert TrailEntry.objects.filter(verb="interaction.joined", actor=made.wei).count() == 1


def test_who_logs_from_the_plan_as_it_is_now_joins_as_well(made):
    enter(made, "lin", summary="一")

    row = enter(made, "wei", stale(made), summary="二")

    assert (Interaction.objects.count(), row.status) == (1, "held")
    assert row.summary == f"一\n{made.wei.full_name}: 二"


def test_a_phone_that_sends_it_again_adds_it_once(made):
    enter(made, "lin", summary="一")
    again = {"summary": "二", "promise": "下周来人", "promise_due_at": DUE}
    for _time in range(3):
        row = enter(made, "wei", stale(made), **again)

    assert row.summary.count("二") == 1
    assert ActionItem.objects.filter(owner=made.wei).count() == 1
    assert TrailEntry.objects.filter(verb="interaction.joined").count() == 1


def test_the_promise_of_each_is_asked_of_delivery(made):
    enter(made, "lin", summary="一", promise="周五报价", promise_due_at=DUE)
    enter(made, "wei", stale(made), promise="下周来人", promise_due_at=DUE + HOUR)

    for _round in range(2):
        events.consume(NINE, limit=100)

    rows = Commitment.objects.order_by("pk")
    assert [(row.text, row.made_by, row.due_at) for row in rows] == [
        ("周五报价", made.lin, DUE), ("下周来人", made.wei, DUE + HOUR),
    ]  # fmt: skip


def test_the_first_promise_is_that_of_the_record_whoever_gives_it(made):
    enter(made, "lin", summary="一")

    row = enter(made, "wei", stale(made), promise="下周来人", promise_due_at=DUE)

    assert (row.promise, row.promise_item.owner) == ("下周来人", made.wei)
    assert joining.promises_of(row) == []


def test_one_meeting_counts_once_for_the_week(made):
    enter(made, "lin", summary="一")
    enter(made, "wei", stale(made), summary="二")

    week = {user: interactions_this_week(user, NINE).count() for user in (made.lin, made.wei)}
    assert week == {made.lin: 1, made.wei: 1}
    assert Interaction.objects.held().count() == 1


@pytest.mark.parametrize("wrong", ["planned", "cancelled", "other", "date", "full"])
def test_what_is_not_joined(made, wrong):
    row = made.planned if wrong in ("planned", "cancelled") else met(made.ruochuan, made.lin)
    more = {"summary": "二"}
    if wrong == "cancelled":
        interactions.cancel(row, by=made.by["lin"], now=NINE, reason="改期")
    if wrong == "other":
        more["contacts"] = [contact(customer(made.office, "朔原电信"), "白屿森")]
    if wrong == "date":
        more["promise"] = "下周来人"
    if wrong == "full":
        more["summary"] = "长" * 3998

    with pytest.raises((Refused, Invalid)) as refusal:
        joining.join(row, by=made.by["wei"], now=NINE, **more)

    assert refusal.value.rule == "b.2.1"
    row.refresh_from_db()
    assert "二" not in row.summary


def test_a_cancelled_plan_does_not_hold_what_took_place_after_all(made):
    interactions.cancel(made.planned, by=made.by["lin"], now=NINE, reason="改期")

    row = enter(made, "wei", stale(made), summary="还是见了")

    assert (row.pk != made.planned.pk, row.status) == (True, "held")


def signed_in(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_form_offers_the_record_of_a_colleague_and_adds_to_it(made):
    url = f"/interactions/new/?customer={made.lanhai.pk}"
    client = signed_in(made.wei)
    assert client.get(url).context["form"].initial["planned"] == made.planned.pk
    enter(made, "lin", summary="一")

    page = client.get(url)
    form = page.context["form"]
    assert form.initial["planned"] == made.planned.pk
    assert f"{url}&amp;another=1".split("?")[1] in page.content.decode()
    assert "planned" not in client.get(f"{url}&another=1").context["form"].initial
    assert "planned" not in signed_in(made.lin).get(url).context["form"].initial
    sent = {"contacts": [made.ruochuan.pk], "channel": "onsite", "summary": "二",
            "planned": made.planned.pk, "key": form.initial["key"]}  # fmt: skip
    assert client.post(url, sent)["Location"] == made.planned.get_absolute_url()
    assert Interaction.objects.get().summary.endswith("二")
    assert "planned" not in client.get(url).context["form"].initial


def test_a_phone_without_a_network_joins_when_it_sends(made):
    enter(made, "lin", summary="一")
    sent = {"customer": made.lanhai.pk, "contacts": [made.ruochuan.pk], "channel": "onsite",
            "summary": "二", "planned": made.planned.pk, "key": "offline-0001",
            "starts_at": (NINE - HOUR).isoformat()}  # fmt: skip

    said = signed_in(made.wei).post("/interactions/sync/", sent).json()

    assert said == {"state": "saved", "url": made.planned.get_absolute_url()}
    assert Interaction.objects.count() == 1


def test_the_page_adds_a_line_and_shows_every_promise(made):
    row, client = enter(made, "lin", summary="一", promise="周五", promise_due_at=DUE), None
    client = signed_in(made.wei)
    url = row.get_absolute_url()
    assert f"{url}join/" in client.get(url).content.decode()
    sent = {"summary": "二", "promise": "下周来人", "promise_due_at": "2026-03-05T10:00"}

    assert client.post(f"{url}join/", sent).status_code == 302
    assert "下周来人" in client.get(url).content.decode()
    assert client.post(f"{url}join/", {"promise": "没有日期"}).status_code == 422


def test_rest_joins(made):
    row = enter(made, "lin", summary="一")
    body = {"summary": "二", "contacts": [made.ruochuan.pk]}

    made_answer = signed_in(made.wei).post(
        f"/api/v1/interactions/{row.pk}/join/", body, content_type="application/json"
    )

    assert made_answer.status_code == 200
    assert made_answer.json()["participants"] == [made.lin.pk, made.wei.pk]
    assert person("x", made.west, "ar") not in row.participants.all()
