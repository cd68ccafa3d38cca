"""Power maps of one opportunity: whoever was judged for it stands there as judged (E-13)."""

import datetime as dt
import json

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.choices import Stage
from accounts.models import Contact, Opportunity
from accounts.tests.build import NINE, cast, contact, customer, opportunity
from core.actors import Actor
from core.errors import Invalid, Refused
from core.models import TrailEntry
from relationships.actions import assessments, power, reminders
from relationships.models import GridAssessment, PowerMap
from relationships.queries.power import maps_of, view_of, weights_at, with_seats
from relationships.templatetags.power_ui import power_tree, state_words
from relationships.tests.build import placed, power_map, seat

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def world(*, judged=True):
    """The map of a deal: lin's contact stands against us in it, bo only in general, cai nowhere."""
    made = cast()
    made.deal = opportunity(made.lanhai, made.lin)
    made.bo, made.cai = contact(made.lanhai, "薄言"), contact(made.lanhai, "蔡和")
    placed(made.ruochuan, made.lin, made.boss, (0, 1), NINE - 9 * DAY)
    placed(made.bo, made.lin, made.boss, (0, 2), NINE - 9 * DAY)
    if judged:
        made.own = placed(
            made.ruochuan, made.lin, made.boss, (0, -2), NINE - DAY, opportunity=made.deal,
            evidence="这一单他要最低价",
        )  # fmt: skip
    made.map = power_map(made.lanhai, made.lin, name="评标", opportunity=made.deal)
    roles = ((made.ruochuan, "decider"), (made.bo, "user"), (made.cai, "evaluator"))
    made.seats = [seat(made.map, made.lin, role, who) for who, role in roles]
    return made


def words(made, row=None):
    held = view_of(row or made.map, now=NINE).held
    with translation.override("en"):
        return {each.contact.name: state_words(each) for each in held}


def test_on_the_map_of_a_deal_people_stand_where_they_were_judged_for_it():
    made = world()

    assert words(made) == {
        made.ruochuan.name: "support −2 in this opportunity, +1 in general",
        "薄言": "support +2 in general, not judged for this opportunity",
        "蔡和": "not assessed",
    }
    shown = view_of(made.map, now=NINE)
    assert (shown.figures.covered, shown.figures.opponents) == (2, 1)
    drawn = str(power_tree(shown, None, False))
    assert drawn.count(" apart") == 1


def test_on_the_map_of_the_customer_they_stand_as_in_general():
    made = world()
    general = power_map(made.lanhai, made.lin)
    for who in (made.ruochuan, made.bo):
        seat(general, made.lin, "decider", who)

    assert words(made, general) == {made.ruochuan.name: "support +1", "薄言": "support +2"}


def test_who_was_judged_for_the_deal_only_stands_there_only():
    made = world()
    placed(made.cai, made.lin, made.boss, (0, 1), NINE, opportunity=made.deal)
    assert words(made)["蔡和"] == "support +1 in this opportunity"


def test_a_judgement_to_be_rechecked_does_not_cover_though_the_general_one_would():
    made = world()
    at = assessments.expiry_at(made.own)
    row = GridAssessment.of_all_kinds.filter(pk=made.own.pk)
    assert assessments.expire(row, by=Actor.system(), now=at) == 1

    assert words(made)[made.ruochuan.name] == "to re-check in this opportunity, +1 in general"
    assert view_of(made.map, now=NINE).figures.covered == 1


@pytest.mark.parametrize("case", ["another customer", "closed"])
def test_a_deal_of_another_customer_or_a_closed_one_has_no_new_map(case):
    made = world(judged=False)
    deal = opportunity(customer(made.office, "北澜"), made.lin)
    if case == "closed":
        Opportunity.objects.filter(pk=made.deal.pk).update(stage=Stage.WON, closed_at=NINE)
        deal = Opportunity.objects.get(pk=made.deal.pk)
    draft = power_map(made.lanhai, made.lin)

    for act in (
        lambda: power_map(made.lanhai, made.lin, opportunity=deal),
        lambda: power.edit(
            draft, {"opportunity": deal}, by=Actor.of(made.lin), now=NINE, version=None
        ),
    ):
        with pytest.raises(Invalid) as refusal:
            act()
        assert (refusal.value.rule, list(refusal.value.fields)) == ("b.2.1", ["opportunity"])


def test_in_force_it_keeps_its_deal_and_one_overall_map_of_a_deal_is():
    made = world(judged=False)
    by = Actor.of(made.lin)
    power.activate(made.map, by=by, now=NINE)
    twin, general = (
        power_map(made.lanhai, made.lin, name=name, opportunity=deal)
        for name, deal in (("二", made.deal), ("总", None))
    )
    for row in (twin, general):
        seat(row, made.lin)

    assert power.activate(general, by=by, now=NINE).status == "active"
    with pytest.raises(Refused) as refusal:
        power.activate(twin, by=by, now=NINE)
    with pytest.raises(Invalid) as kept:
        power.edit(made.map, {"opportunity": None}, by=by, now=NINE, version=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        PowerMap.objects.filter(pk=twin.pk).update(status="active", activated_at=NINE)
    assert (refusal.value.rule, kept.value.rule) == ("R-R3", "R-R3")
    assert [each.name for each in maps_of(made.lanhai)] == ["总", "评标", "二"]


def test_the_map_of_a_deal_says_nothing_of_the_customer():
    made = world(judged=False)
    placed(made.cai, made.lin, made.boss, (0, -1), NINE - 15 * DAY)
    power.activate(made.map, by=Actor.of(made.lin), now=NINE)
    general = power_map(made.lanhai, made.lin)
    seat(general, made.lin, "gatekeeper", made.bo)
    power.activate(general, by=Actor.of(made.lin), now=NINE)

    roles = {one.name: one.seat_role for one in with_seats(Contact.objects.all())}
    assert PowerMap.objects.overall().get() == general
    assert (roles[made.ruochuan.name], roles["薄言"]) == (None, "gatekeeper")
    assert reminders.ask_for_plans(now=NINE) == 0  # R-R5 asks for who sits on the general map


def test_the_trail_says_for_which_deal_a_map_was_drawn():
    made = world(judged=False)
    draft = power_map(made.lanhai, made.lin)
    power.edit(
        draft, {"opportunity": made.deal}, by=Actor.of(made.lin), now=NINE, version=None
    )  # fmt: skip

    rows = TrailEntry.objects.filter(verb__startswith="power_map", klass="confidential")
    assert json.loads(rows.get(verb="power_map.edited").facts)["changed"] == {
        "opportunity": [None, made.deal.pk]
    }
    first = rows.filter(verb="power_map.drawn").earliest("id")
    assert json.loads(first.facts)["opportunity"] == made.deal.pk


def test_a_map_of_a_deal_costs_one_query_more():
    made = world()
    general = power_map(made.lanhai, made.lin)
    seat(general, made.lin, "decider", made.ruochuan)
    weights_at(NINE)
    costs = []
    for row in (general, made.map):
        with CaptureQueriesContext(connection) as seen:
            view_of(row, now=NINE)
        costs.append(len(seen))
    assert costs[1] - costs[0] == 1


def test_pages_draw_it_say_why_and_lead_to_the_evidence_of_the_deal(client):
    made = world()
    client.force_login(made.lin)
    asked = client.get(f"/customers/{made.lanhai.pk}/power/new/?opportunity={made.deal.pk}")
    client.post(
        f"/customers/{made.lanhai.pk}/power/new/",
        {"name": "第二单", "chain": "technical", "opportunity": made.deal.pk},
    )
    text = client.get(f"/power-maps/{made.map.pk}/?seat={made.seats[0].pk}").content.decode()

    assert asked.context["form"].initial["opportunity"] == made.deal
    assert PowerMap.objects.get(name="第二单").opportunity == made.deal
    assert "这一单他要最低价" in text and made.deal.name in text
    assert f"/contacts/{made.ruochuan.pk}/assess/?opportunity={made.deal.pk}" in text
    Opportunity.objects.filter(pk=made.deal.pk).update(stage=Stage.WON, closed_at=NINE)
    closed = client.get(f"/power-maps/{made.map.pk}/?seat={made.seats[0].pk}").content.decode()
    assert f"/contacts/{made.ruochuan.pk}/assess/" not in closed
    edit = client.get(f"/power-maps/{made.map.pk}/edit/").context["form"]
    assert made.deal in edit.fields["opportunity"].queryset


def test_rest_draws_filters_and_counts_with_the_deal(client):
    made = world()
    client.force_login(made.lin)
    said = client.post(
        "/api/v1/power-maps/",
        {"customer": made.lanhai.pk, "name": "由接口画", "opportunity": made.deal.pk},
        content_type="application/json",
    )
    rows = client.get(f"/api/v1/power-maps/?opportunity={made.deal.pk}").json()["results"]
    figures = client.get(f"/api/v1/power-maps/{made.map.pk}/figures/").json()

    assert said.status_code == 201, said.content
    assert {one["name"] for one in rows} == {"评标", "由接口画"}
    assert (figures["covered"], figures["opponents"]) == (2, 1)
