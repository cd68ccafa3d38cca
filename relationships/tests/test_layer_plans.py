"""Plans for the universal and the organisational layer: a better grade, one open, same steps."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from accounts.tests.build import NINE, cast
from core.actors import Actor
from core.errors import Forbidden, Invalid, Refused
from core.models import Notification
from core.timers import sweep
from relationships import plans as noun
from relationships.actions import layer_plans, plans
from relationships.choices import GRADES
from relationships.models import RelationshipPlan
from relationships.queries import board
from relationships.tests.build import placed

DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("now", "goal", "layer", "better"),
    [
        ("C", "B", "universal", True),
        ("D", "A", "universal", True),
        ("B", "B", "universal", False),
        ("B", "C", "universal", False),
        ("D", "C", "organisational", False),
        ("C", "A", "organisational", True),
        ("", "A", "universal", False),
        ("C", "", "universal", False),
    ],
)
def test_a_better_grade_stands_before_todays(now, goal, layer, better):
    assert noun.is_better_grade(goal, now, GRADES[layer]) is better


@pytest.fixture
def made(db, settings):
    settings.DEMO_NOW = "2026-03-02T09:00:00+08:00"
    return cast()


def drafted(made, layer="universal", grades=("C", "B"), **more):
    values = {"strategy": "三个地市各办一次技术日", "due_on": (NINE + 30 * DAY).date(),
              "owner": made.lin} | more  # fmt: skip
    by = Actor.of(made.lin)
    return layer_plans.draft(made.lanhai, layer, grades, by=by, now=NINE, **values)


def running(made, **more):
    return plans.approve(drafted(made, **more), by=Actor.of(made.boss), now=NINE)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"grades": ("B", "B")}, "target_grade"),
        ({"grades": ("B", "C")}, "target_grade"),
        ({"layer": "organisational", "grades": ("D", "C")}, "target_grade"),
        ({"layer": "key"}, "layer"),
        ({"due_on": NINE.date()}, "due_on"),
        ({"strategy": " "}, "strategy"),
    ],
)
def test_what_is_no_plan_is_refused(made, change, field):
    with pytest.raises(Invalid) as refusal:
        drafted(made, **change)

    assert list(refusal.value.fields) == [field]
    assert RelationshipPlan.objects.count() == 0


def test_one_plan_a_layer_is_open(made):
    drafted(made)
    with pytest.raises(Refused):
        drafted(made)

    assert drafted(made, "organisational").layer == "organisational"


def test_it_is_approved_reported_in_words_and_confirmed_by_a_head(made):
    plan = drafted(made)
    with pytest.raises(Forbidden):
        plans.approve(plan, by=Actor.of(made.lin), now=NINE)
    plans.approve(plan, by=Actor.of(made.boss), now=NINE)
    with pytest.raises(Invalid):
        layer_plans.claim(plan, "  ", by=Actor.of(made.lin), now=NINE)
    layer_plans.claim(plan, "地市覆盖 62%", by=Actor.of(made.lin), now=NINE)
    with pytest.raises(Forbidden):
        plans.confirm(plan, by=Actor.of(made.lin), now=NINE)
    plans.confirm(plan, by=Actor.of(made.boss), now=NINE)

    plan.refresh_from_db()
    assert (plan.status, plan.proof, plan.result) == ("confirmed", "地市覆盖 62%", None)
    kinds = Notification.objects.order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["plan.drafted", "plan.approved", "plan.claimed", "plan.confirmed"]


def test_what_is_returned_is_reported_anew(made):
    plan = running(made)
    layer_plans.claim(plan, "地市覆盖 55%", by=Actor.of(made.lin), now=NINE)
    plans.give_back(plan, by=Actor.of(made.boss), now=NINE, note="不到 60%")

    assert (plan.status, plan.proof) == ("in_progress", "")
    layer_plans.claim(plan, "地市覆盖 62%", by=Actor.of(made.lin), now=NINE)
    assert Notification.objects.filter(kind="plan.claimed").count() == 2


def test_an_assessment_shows_no_layer_and_words_no_person(made):
    row = placed(made.ruochuan, made.lin, made.boss, (0, 0))
    key = plans.draft(
        made.ruochuan, (0, 1), by=Actor.of(made.lin), now=NINE, strategy="x",
        due_on=(NINE + 30 * DAY).date(), owner=made.lin,
    )  # fmt: skip

    with pytest.raises(Refused):
        plans.claim(running(made), row, by=Actor.of(made.lin), now=NINE)
    with pytest.raises(Refused):
        layer_plans.claim(key, "会上支持", by=Actor.of(made.lin), now=NINE)


def test_its_last_day_ends_it(made):
    plan = running(made)
    sweep(plans.end_of(plan) - dt.timedelta(seconds=1))
    before = RelationshipPlan.objects.get().status
    sweep(plans.end_of(plan))

    assert (before, RelationshipPlan.objects.get().status) == ("approved", "missed")


def test_the_database_holds_what_a_layer_is(made):
    plan = drafted(made)
    for change in ({"target_grade": "C"}, {"contact": made.ruochuan}, {"layer": "key"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            RelationshipPlan.objects.filter(pk=plan.pk).update(**change)


def test_it_is_no_ghost_on_the_grid(made):
    placed(made.ruochuan, made.lin, made.boss, (0, 0))
    running(made)

    shown = board(made.lanhai, on=NINE.date(), today=NINE.date())

    assert [person.plan for person in shown.people] == [None]


def test_pages_draft_edit_report_and_list_it(client, made):
    client.force_login(made.lin)
    listed = client.get(f"/relationship-plans/?customer={made.lanhai.pk}").content.decode()
    values = {
        "layer": "organisational", "from_grade": "C", "target_grade": "B", "strategy": "签协议",
        "due_on": "2026-05-01", "owner": made.lin.pk,
    }  # fmt: skip
    worse = client.post(f"/customers/{made.lanhai.pk}/plans/new/", values | {"target_grade": "C"})
    client.post(f"/customers/{made.lanhai.pk}/plans/new/", values)
    plan = RelationshipPlan.objects.get()
    client.post(f"/relationship-plans/{plan.pk}/layer/", values | {"target_grade": "A"})
    plan.refresh_from_db()
    plans.approve(plan, by=Actor.of(made.boss), now=NINE)
    client.post(f"/relationship-plans/{plan.pk}/claim/", {"proof": "框架协议已签"})
    page = client.get(plan.get_absolute_url()).content.decode()
    rows = client.get("/relationship-plans/?layer=organisational").content.decode()
    none = client.get("/relationship-plans/?layer=universal").content.decode()

    plan.refresh_from_db()
    assert f"/customers/{made.lanhai.pk}/plans/new/" in listed
    assert (worse.status_code, plan.target_grade, plan.status) == (422, "A", "claimed")
    assert "框架协议已签" in page
    assert plan.get_absolute_url() in rows and plan.get_absolute_url() not in none


def test_rest_drafts_and_reports_a_layer(client, made):
    client.force_login(made.lin)
    body = {
        "layer": "universal", "customer": made.lanhai.pk, "from_grade": "D", "target_grade": "C",
        "strategy": "逐个走到", "due_on": "2026-05-01", "owner": made.lin.pk,
    }  # fmt: skip
    url, kind = "/api/v1/relationship-plans/", "application/json"
    mixed = client.post(url, body | {"target_support": 2}, content_type=kind)
    bare = client.post(url, {"layer": "universal", "strategy": "x"}, content_type=kind)
    said = client.post(url, body, content_type=kind)
    plan = RelationshipPlan.objects.get()
    plans.approve(plan, by=Actor.of(made.boss), now=NINE)
    client.post(f"{url}{plan.pk}/claim/", {"proof": "已走到"}, content_type=kind)

    plan.refresh_from_db()
    assert (mixed.status_code, bare.status_code, said.status_code) == (400, 400, 201)
    assert (plan.status, plan.proof) == ("claimed", "已走到")
