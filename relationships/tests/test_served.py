"""Interactions name the objectives of the customer's plans that they served."""

import pytest

from accounts.actions import objectives
from accounts.tests import build
from accounts.tests import permissions_plan as plan_rows
from accounts.tests.test_pages import signed_in
from core import clock
from core.actors import Actor
from core.errors import Invalid, Refused
from core.models import TrailEntry
from relationships.actions import interactions
from relationships.actions.serving import serve
from relationships.models import Interaction
from relationships.queries.objectives import offered, touched
from relationships.tests.build import met

pytestmark = pytest.mark.django_db


@pytest.fixture
def made():
    found = build.cast()
    found.plan = plan_rows.approved(found)
    found.aim = found.plan.objectives.get()
    return found


def test_open_objectives_of_plans_under_way_are_offered(made):
    other = build.customer(made.office, "别家")
    draft = plan_rows.drafted(made)
    objectives.add(draft, plan_rows.half(draft.year), by=Actor.of(made.lin), now=clock.now())

    assert list(offered(made.lanhai)) == [made.aim]
    assert not offered(other).exists()
    objectives.drop(made.aim, by=Actor.of(made.lin), now=clock.now(), note="不做了")
    row = met(made.ruochuan, made.lin)
    assert not offered(made.lanhai).exists()
    row.objectives.set([made.aim])
    assert list(offered(made.lanhai, row.objectives.all())) == [made.aim]


def test_what_was_served_is_counted_and_on_the_trail_once(made):
    row, by, now = met(made.ruochuan, made.lin), Actor.of(made.lin), clock.now()
    planned = interactions.plan(
        made.lanhai, [made.ruochuan], {"type": row.type, "starts_at": now}, by=by, now=now,
    )  # fmt: skip

    for each in (row, row, planned):
        serve(each, [made.aim], by=by, now=now)

    assert touched([made.aim.pk]) == {made.aim.pk: 1}
    assert TrailEntry.objects.filter(verb="interaction.served", about_id=row.pk).count() == 1
    serve(row, [], by=by, now=now)
    assert touched([made.aim.pk]) == {}


def test_nothing_of_another_customer_and_nothing_that_did_not_happen(made):
    by, now = Actor.of(made.lin), clock.now()
    whom = build.contact(build.customer(made.office, "别家"), "别家的人")
    foreign = met(whom, made.lin)
    gone = met(made.ruochuan, made.lin)
    Interaction.objects.filter(pk=gone.pk).update(status="cancelled", cancel_reason="改期")
    gone.refresh_from_db()

    with pytest.raises(Invalid):
        serve(foreign, [made.aim], by=by, now=now)
    with pytest.raises(Refused):
        serve(gone, [made.aim], by=by, now=now)


def test_pages_form_and_api_name_them(made):
    row, lin = met(made.ruochuan, made.lin), signed_in(made.lin)
    bare = signed_in(made.lin).get(f"/interactions/new/?customer={made.lanhai.pk}")

    lin.post(f"/interactions/{row.pk}/objectives/", {"objectives": [made.aim.pk]})
    shown = lin.get(row.get_absolute_url()).content.decode()
    plan = lin.get(made.plan.get_absolute_url()).content.decode()
    listed = lin.get(f"/interactions/?objective={made.aim.pk}").context["list"].lines
    entered = lin.post(
        f"/interactions/new/?customer={made.lanhai.pk}",
        {"contacts": [made.ruochuan.pk], "channel": "onsite", "objectives": [made.aim.pk]},
    )
    sent = lin.post(
        f"/api/v1/interactions/{row.pk}/objectives/", {"objectives": []},
        content_type="application/json",
    )  # fmt: skip

    assert made.aim.metric in bare.content.decode()
    assert made.aim.metric in shown and f"/interactions/?objective={made.aim.pk}" in plan
    assert [one.pk for one in listed] == [row.pk]
    assert (entered.status_code, sent.status_code, sent.json()["objectives"]) == (302, 200, [])
    assert touched([made.aim.pk]) == {made.aim.pk: 1}


def test_the_form_asks_nothing_where_no_plan_is_under_way(made):
    objectives.drop(made.aim, by=Actor.of(made.lin), now=clock.now(), note="不做了")
    page = signed_in(made.lin).get(f"/interactions/new/?customer={made.lanhai.pk}")

    assert 'name="objectives"' not in page.content.decode()
