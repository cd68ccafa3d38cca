"""Where people stand in one deal, beside where they stand in general (b.2.1, R-R1, R-R2)."""

import datetime as dt
import json

import pytest
from django.db import DatabaseError, transaction
from django.utils import translation

from accounts.choices import Stage, Tier
from accounts.models import Opportunity
from accounts.tests.build import NINE, cast, contact, customer, opportunity
from core.actors import Actor
from core.errors import Forbidden, Invalid, Refused
from core.models import Timer, TrailEntry
from relationships import timers as handlers
from relationships.actions import assessments, ratings
from relationships.models import GridAssessment, RatingRound
from relationships.queries import Wish, board
from relationships.queries.deals import deals_of
from relationships.queries.rounds import last_round
from relationships.rules import needs_head
from relationships.tests.build import CANARY, met, placed, proposed

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
EVERY = GridAssessment.of_all_kinds


def world():
    made = cast()
    made.deal = opportunity(made.lanhai, made.lin)
    made.row = placed(made.ruochuan, made.lin, made.boss, (1, 1), NINE - 40 * DAY)
    return made


def of_deal(made, point=(1, -2), at=NINE - 10 * DAY, *, who=None, deal=None):
    return placed(who or made.ruochuan, made.lin, made.boss, point, at,
                  opportunity=deal or made.deal)  # fmt: skip


def test_a_position_of_a_deal_stands_beside_the_general_one():
    made = world()
    row = of_deal(made)

    made.row.refresh_from_db()
    assert (made.row.status, row.status, row.cell) == ("confirmed", "confirmed", "N2W")
    assert GridAssessment.objects.current().get() == made.row
    assert (assessments.current_of(made.ruochuan), assessments.current_of(made.ruochuan, made.deal)
            ) == (made.row, row)  # fmt: skip


def test_a_newer_one_supersedes_only_the_one_of_the_same_deal():
    made = world()
    other = opportunity(made.lanhai, made.lin, name="机房节能")
    first, aside = of_deal(made), of_deal(made, deal=other)
    second = of_deal(made, (1, -1), NINE)

    said = dict(EVERY.values_list("pk", "status"))
    assert said == {made.row.pk: "confirmed", first.pk: "superseded", aside.pk: "confirmed",
                    second.pk: "confirmed"}  # fmt: skip


def test_the_database_keeps_one_current_and_one_waiting_of_a_deal():
    made = world()
    row = of_deal(made)
    EVERY.filter(pk=row.pk).update(status="confirmed")
    twin = proposed(made.ruochuan, made.lin, (1, -1), opportunity=made.deal)

    with pytest.raises(DatabaseError), transaction.atomic():
        now = {"decided_at": NINE, "status": "confirmed"}
        EVERY.filter(pk=twin.pk).update(**now)
    with pytest.raises(Refused):
        proposed(made.ruochuan, made.lin, (1, -1), opportunity=made.deal)
    assert proposed(made.ruochuan, made.lin, (1, 0)).opportunity is None


def test_a_decided_score_keeps_its_deal():
    made = world()
    row = of_deal(made)

    with pytest.raises(DatabaseError), transaction.atomic():
        EVERY.filter(pk=row.pk).update(opportunity=None)


@pytest.mark.parametrize("case", ["another customer", "closed"])
def test_a_deal_of_another_customer_or_a_closed_one_is_refused_with_the_rule(case):
    made = world()
    deal = opportunity(customer(made.office, "北澜"), made.lin)
    if case == "closed":
        deal = made.deal
        Opportunity.objects.filter(pk=deal.pk).update(stage=Stage.WON, closed_at=NINE)
        deal.refresh_from_db()

    with pytest.raises(Invalid) as refusal:
        proposed(made.ruochuan, made.lin, (1, 0), opportunity=deal)

    assert (refusal.value.rule, list(refusal.value.fields)) == ("b.2.1", ["opportunity"])


def test_the_first_step_in_a_deal_is_measured_from_the_general_position():
    made = world()

    with pytest.raises(Invalid) as refusal:
        proposed(made.ruochuan, made.lin, (1, -1), interactions=[], opportunity=made.deal)
    assert (refusal.value.rule, list(refusal.value.fields)) == ("R-R2", ["interactions"])
    near = proposed(made.ruochuan, made.lin, (1, 0), interactions=[], opportunity=made.deal)
    assert (near.previous, needs_head(near)) == (made.row, False)


def test_a_strong_score_of_a_deal_is_confirmed_by_a_head_and_never_by_its_author():
    made = world()
    row = proposed(made.ruochuan, made.lin, (1, 2), opportunity=made.deal)

    for who in (made.wei, made.lin):
        with pytest.raises(Forbidden) as refusal:
            assessments.confirm(row, by=Actor.of(who), now=NINE)
        assert refusal.value.rule == "R-R2"
    assert assessments.confirm(row, by=Actor.of(made.boss), now=NINE).status == "confirmed"


def test_a_position_of_a_deal_goes_stale_by_the_tier_and_is_kept_by_one_tap():
    made = world()
    row = of_deal(made)
    due = Timer.objects.get(kind=assessments.EXPIRY, about_id=row.pk)
    assert due.due_at == assessments.expiry_at(row)
    assert (assessments.EXPIRY, row.pk) in {
        (kind, pk) for kind, _label, pk, _at in handlers.expected(NINE)
    }

    handlers.expire_scores([due], now=due.due_at)
    row.refresh_from_db()
    assert row.status == "stale"
    assessments.revalidate(row, by=Actor.of(made.wei), now=due.due_at)
    assert row.status == "confirmed"
    entry = TrailEntry.objects.get(verb="grid.stale")
    assert (json.loads(entry.facts)["opportunity"], entry.klass) == (made.deal.pk, "confidential")


def test_the_board_of_a_deal_shows_its_positions_and_the_general_ones_as_the_rest():
    made = world()
    other = contact(made.lanhai, "孟昭")
    placed(other, made.lin, made.boss, (0, 0), NINE - 40 * DAY)
    of_deal(made)
    today = NINE.date()

    def stands(on, deal=made.deal):
        shown = board(made.lanhai, on=on, today=today, wish=Wish(), opportunity=deal)
        return {p.contact.name: (p.row.point, p.is_of_deal) for p in shown.people}, shown

    name = made.ruochuan.name
    now, shown = stands(today)
    assert now == {name: ((1, -2), True), "孟昭": ((0, 0), False)}
    assert (shown.counts["opponent"], shown.counts["supporter"], len(shown.lost)) == (1, 0, 0)
    assert stands(today - 11 * DAY)[0] == {name: ((1, 1), False), "孟昭": ((0, 0), False)}
    general, plain = stands(today, None)
    assert general == {name: ((1, 1), False), "孟昭": ((0, 0), False)}
    assert (plain.counts["opponent"], plain.without_plan) == (0, [])


def test_a_deal_tells_movement_within_itself():
    made = world()
    of_deal(made, (1, -2), NINE - 30 * DAY)
    of_deal(made, (1, 1), NINE - 5 * DAY)
    shown = board(made.lanhai, on=NINE.date(), today=NINE.date(), opportunity=made.deal)

    with translation.override("en"):
        assert [person.contact for person in shown.converted] == [made.ruochuan]


def test_open_deals_are_offered_first_and_only_to_who_sees_the_customer():
    made = world()
    closed = opportunity(made.lanhai, made.lin, name="旧单", stage=Stage.SHELVED, closed_at=NINE)
    opportunity(customer(made.office, "北澜"), made.lin)

    assert deals_of(made.lanhai, made.lin) == [made.deal, closed]
    assert deals_of(made.lanhai, made.stranger) == []


def asked(made, deal, *, close=True):
    """Two are asked about one deal; both answer, which closes the round."""
    row = ratings.ask(
        made.ruochuan, [made.lin, made.wei], by=Actor.of(made.lin), now=NINE, opportunity=deal
    )
    for who, point in ((made.lin, (1, 1)), (made.wei, (1, -1))) if close else ():
        ratings.rate(row, point, by=Actor.of(who), now=NINE, evidence=CANARY)
    return row


def test_several_are_asked_about_a_deal_and_the_spread_stands_with_it():
    made = world()
    row = asked(made, made.deal)

    in_deal, general = (last_round(made.ruochuan, made.lin, deal) for deal in (made.deal, None))
    assert (in_deal.round, in_deal.is_wide, general) == (row, True, None)


def test_while_several_rate_for_a_deal_nobody_shows_a_score():
    made = world()
    asked(made, made.deal, close=False)

    for deal in (made.deal, None):
        assert last_round(made.ruochuan, made.lin, deal).scores == []
        with pytest.raises(Refused) as refusal:
            proposed(made.ruochuan, made.wei, (1, 0), opportunity=deal)
        assert refusal.value.rule == "R-R2"


def test_nobody_is_asked_about_a_deal_of_another_customer_or_while_its_proposal_waits():
    made = world()
    foreign = opportunity(customer(made.office, "北澜"), made.lin)
    with pytest.raises(Invalid) as refusal:
        asked(made, foreign)
    assert refusal.value.rule == "b.2.1"

    proposed(made.ruochuan, made.lin, (1, 0), opportunity=made.deal)
    with pytest.raises(Refused):
        asked(made, None)


@pytest.fixture
def _nine(settings):
    settings.DEMO_NOW = "2026-03-02T09:00:00+08:00"


@pytest.mark.one_engine
@pytest.mark.usefixtures("_nine")
class TestPages:
    def test_the_grid_of_a_deal_names_it_and_marks_the_rest(self, client):
        made = world()
        placed(contact(made.lanhai, "孟昭"), made.lin, made.boss, (0, 0), NINE - 40 * DAY)
        of_deal(made)
        client.force_login(made.lin)
        url = f"/customers/{made.lanhai.pk}/grid/"

        for view in ("panels", "plane", "list"):
            page = client.get(f"{url}?opportunity={made.deal.pk}&view={view}").content.decode()
            assert made.deal.name in page
            assert f"/assess/?opportunity={made.deal.pk}" in page or view != "list"
            assert page.count(" apart") == (1 if view != "list" else 0), view
            assert "lg-apart" in page
        plain = client.get(url).content.decode()
        assert (" apart" in plain, "lg-apart" in plain) == (False, False)

    def test_a_foreign_deal_in_the_address_shows_nothing_of_it(self, client):
        made = world()
        foreign = opportunity(customer(made.office, "北澜"), made.lin, name="别家的单")
        client.force_login(made.lin)
        page = client.get(f"/customers/{made.lanhai.pk}/grid/?opportunity={foreign.pk}")

        assert page.status_code == 200
        assert "别家的单" not in page.content.decode()

    def test_the_evidence_form_proposes_for_the_deal_and_returns_to_its_grid(self, client):
        made = world()
        client.force_login(made.lin)
        url = f"/contacts/{made.ruochuan.pk}/assess/?opportunity={made.deal.pk}"
        assert f'value="{made.deal.pk}" selected' in client.get(url).content.decode()
        said = {"intimacy": 1, "support": 0, "evidence": "比价时不表态", "confidence": "medium",
                "assessed_on": "2026-03-02", "opportunity": made.deal.pk}  # fmt: skip
        answer = client.post(url, said)

        row = EVERY.get(status="proposed")
        assert (row.opportunity, answer["Location"]) == (made.deal, row.get_absolute_url())
        assert f"opportunity={made.deal.pk}" in answer["Location"]
        closed = opportunity(made.lanhai, made.lin, stage=Stage.WON, closed_at=NINE)
        refused = client.post(url, said | {"opportunity": closed.pk})
        assert (refused.status_code, "b.2.1" in refused.content.decode()) == (422, True)

    def test_the_review_confirms_and_keeps_positions_of_open_deals(self, client):
        made = world()
        made.lanhai.tier = made.ruochuan.customer.tier = Tier.S
        kept = of_deal(made, at=NINE - 80 * DAY)
        other = opportunity(made.lanhai, made.lin, name="机房节能")
        old = of_deal(made, deal=other, at=NINE - 80 * DAY)
        Opportunity.objects.filter(pk=other.pk).update(stage=Stage.WON, closed_at=NINE)
        waiting = proposed(made.ruochuan, made.wei, (1, -1), opportunity=made.deal,
                           interactions=[met(made.ruochuan, made.lin)])  # fmt: skip
        client.force_login(made.boss)
        url = f"/customers/{made.lanhai.pk}/grid/review/"
        page = client.get(url).content.decode()
        assert (f'name="keep" value="{kept.pk}"' in page, f'value="{old.pk}"' in page) == (
            True, False,
        )  # fmt: skip
        assert page.count(made.deal.name) == 2

        client.post(url, {"row": [waiting.pk], "keep": [kept.pk]})
        waiting.refresh_from_db()
        kept.refresh_from_db()
        assert (waiting.status, kept.status) == ("confirmed", "superseded")

    def test_a_round_is_begun_from_the_grid_of_a_deal_and_leads_back_to_it(self, client):
        made = world()
        client.force_login(made.lin)
        url = f"/contacts/{made.ruochuan.pk}/rounds/new/?opportunity={made.deal.pk}"
        assert f'value="{made.deal.pk}" selected' in client.get(url).content.decode()
        said = {"raters": [made.lin.pk, made.wei.pk], "opportunity": made.deal.pk}
        client.post(url, said)
        row = RatingRound.objects.get()
        assert row.opportunity == made.deal

        for who, support in ((made.lin, 1), (made.wei, 0)):
            ratings.rate(row, (1, support), by=Actor.of(who), now=NINE, evidence=CANARY)
        page = client.get(row.get_absolute_url())
        assert made.deal.name in page.content.decode()
        assert page.context["propose_url"].endswith(f"&opportunity={made.deal.pk}")

    def test_who_does_not_read_the_class_reads_no_word_of_a_deal(self, client):
        made = world()
        row = of_deal(made)
        client.force_login(made.stranger)
        urls = [
            f"/customers/{made.lanhai.pk}/grid/?opportunity={made.deal.pk}",
            f"/opportunities/{made.deal.pk}/",
            f"/customers/{made.lanhai.pk}/opportunities/",
            f"/api/v1/grid-assessments/?opportunity={made.deal.pk}",
            f"/api/v1/grid-assessments/{row.pk}/",
        ]
        assert not [url for url in urls if CANARY in client.get(url).content.decode()]
        client.force_login(made.lin)
        for url in urls[1:3]:
            assert CANARY not in client.get(url).content.decode()


@pytest.mark.one_engine
@pytest.mark.usefixtures("_nine")
class TestApi:
    def test_a_list_keeps_the_kinds_apart(self, client):
        made = world()
        row = of_deal(made)
        client.force_login(made.lin)
        url = "/api/v1/grid-assessments/"

        def ids(query=""):
            return [each["id"] for each in client.get(f"{url}{query}").json()["results"]]

        assert ids() == ids("?current=true") == [made.row.pk]
        assert ids(f"?opportunity={made.deal.pk}") == [row.pk]
        assert client.get(f"{url}{row.pk}/").json()["opportunity"] == made.deal.pk

    def test_a_proposal_names_its_deal_and_one_of_another_customer_is_refused(self, client):
        made = world()
        foreign = opportunity(customer(made.office, "北澜"), made.boss)
        client.force_login(made.boss)
        said = {"contact": made.ruochuan.pk, "intimacy": 1, "support": 0, "evidence": "不表态"}

        def post(deal):
            return client.post("/api/v1/grid-assessments/", said | {"opportunity": deal},
                               content_type="application/json")  # fmt: skip

        refused, made_ = post(foreign.pk), post(made.deal.pk)
        assert (refused.status_code, refused.json()["rule"]) == (409, "b.2.1") or (
            refused.status_code, refused.json()["rule"]) == (400, "b.2.1")  # fmt: skip
        assert (made_.status_code, made_.json()["opportunity"]) == (201, made.deal.pk)
