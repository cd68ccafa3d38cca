"""Scorecards: allowed weights (worked example 11), scores at their edges, cards from evidence."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from django.test import Client

from accounts import scorecards as noun
from accounts.actions import revenue, scorecards
from accounts.choices import ScorecardStatus, TemplateStatus
from accounts.models import MetricValue, Scorecard, ScorecardTemplate
from accounts.tests import build
from accounts.tests.build import NINE, SYSTEM
from core.actors import Actor
from core.errors import Forbidden, Invalid, Refused


@pytest.mark.parametrize(
    ("satisfaction", "attainment", "wrong"),
    [
        (20, 10, ""),
        (20, 9, "customer"),
        (30, 0, "both"),
        (0, 30, "both"),
        (29, 1, ""),
        (60, 40, ""),
    ],
)
def test_what_customers_say_weighs_thirty_together_and_both_some(satisfaction, attainment, wrong):
    rest = 100 - satisfaction - attainment
    weights = {"satisfaction": satisfaction, "attainment": attainment, "revenue": rest}

    assert noun.complaint(weights, business=True) == wrong
    assert noun.complaint(weights, business=False) == ""


@pytest.mark.parametrize(("rest", "wrong"), [(69, "sum"), (70, ""), (71, "sum")])
def test_the_weights_sum_to_a_hundred(rest, wrong):
    weights = {"satisfaction": 20, "attainment": 10, "revenue": rest}

    assert noun.complaint(weights, business=True) == wrong


@pytest.mark.parametrize(
    ("actual", "score"),
    [("-1", "0"), ("0", "0"), ("50", "50"), ("100", "100"), ("120", "120"), ("121", "120")],
)
def test_a_figure_scores_its_share_of_the_target_up_to_a_limit(actual, score):
    assert noun.score_of(Decimal(actual), Decimal(100)) == Decimal(score)


def test_what_has_no_evidence_is_left_out_not_zero():
    assert noun.score_of(None, Decimal(100)) is None
    assert noun.total_of([(70, Decimal(90)), (30, None)]) == Decimal("90.00")
    assert noun.total_of([(70, Decimal(90)), (30, Decimal(60))]) == Decimal("81.00")
    assert noun.total_of([(100, None)]) is None


@pytest.mark.parametrize(
    ("now", "margin", "found"),
    [(110, "0.30", "10.00"), (110, "0.2999", "0"), (90, "0.40", "-10.00"), (100, "0.30", "0")],
)
def test_growth_counts_while_the_margin_does_not_fall(now, margin, found):
    told = noun.growth(Decimal(100), Decimal(now), Decimal("0.30"), Decimal(margin))

    assert told == Decimal(found)


@pytest.fixture
def cast(db):
    return build.cast()


WEIGHTS = {
    "name": "代表处记分卡",
    "weights": {"attainment": 20, "satisfaction": 10, "revenue": 70},
    "targets": {"attainment": 90, "satisfaction": 8, "revenue": 200},
}
DAYS = {"first_day": dt.date(2026, 1, 1), "last_day": dt.date(2026, 3, 31)}


def used(cast):
    made = scorecards.make_template(WEIGHTS, by=Actor.of(cast.exe), now=NINE)
    return scorecards.activate(made, by=Actor.of(cast.exe), now=NINE)


def test_a_template_that_breaks_the_rule_is_refused_and_one_in_use_stays(cast):
    bad = {**WEIGHTS, "weights": {"attainment": 9, "satisfaction": 20, "revenue": 71}}
    by = Actor.of(cast.exe)

    for wrong, field in [
        (bad, "weights"),
        ({**WEIGHTS, "weights": {"attainment": 50, "satisfaction": 40, "luck": 10}}, "weights"),
        ({**WEIGHTS, "targets": {"attainment": 90, "satisfaction": 8}}, "targets"),
    ]:
        with pytest.raises(Invalid) as refusal:
            scorecards.make_template(wrong, by=by, now=NINE)
        assert list(refusal.value.fields) == [field]
    row = used(cast)
    with pytest.raises(Refused):
        scorecards.edit_template(row, {"name": "另一张"}, by=by, now=NINE, version=None)
    scorecards.retire(row, by=by, now=NINE)
    with pytest.raises(Refused):
        scorecards.open_card(row, unit=cast.office, by=by, now=NINE, **DAYS)


def test_a_card_is_filled_from_the_books_and_confirmed_by_a_head_above(cast):
    values = {"month": dt.date(2026, 2, 1), "revenue": Decimal(150)}
    revenue.book(cast.lanhai, values, by=SYSTEM, now=NINE)
    template, boss = used(cast), Actor.of(cast.boss)
    row = scorecards.open_card(template, unit=cast.office, by=boss, now=NINE, **DAYS)
    figures = {one.metric: (one.actual, one.score) for one in row.values.all()}

    assert figures["revenue"] == (150, Decimal(75))
    assert figures["satisfaction"] == (None, None)
    assert (row.status, row.score) == (ScorecardStatus.CALCULATED, Decimal("75.00"))
    revenue.book(cast.lanhai, {**values, "revenue": Decimal(50)}, by=SYSTEM, now=NINE)
    scorecards.calculate(row, by=boss, now=NINE)
    assert (row.score, MetricValue.objects.count()) == (100, 3)
    east = scorecards.open_card(template, unit=cast.east, by=Actor.of(cast.exe), now=NINE, **DAYS)
    cast.east.refresh_from_db()
    east.unit = cast.east
    with pytest.raises(Forbidden):
        scorecards.confirm(east, by=boss, now=NINE)
    scorecards.confirm(row, by=boss, now=NINE)
    with pytest.raises(Refused):
        scorecards.calculate(row, by=boss, now=NINE)


def test_nothing_is_confirmed_without_evidence(cast):
    row = scorecards.open_card(used(cast), unit=cast.west, by=Actor.of(cast.exe), now=NINE, **DAYS)

    assert row.score is None
    with pytest.raises(Refused):
        scorecards.confirm(row, by=Actor.of(cast.exe), now=NINE)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_pages_from_template_to_confirmed_card(cast):
    exe, boss = signed_in(cast.exe), signed_in(cast.boss)
    fields = {"name": "代表处记分卡", "scope": "unit", "is_business": "on"}
    sent = {f"weight_{key}": value for key, value in WEIGHTS["weights"].items()}
    sent |= {f"target_{key}": value for key, value in WEIGHTS["targets"].items()}
    bad = exe.post("/scorecard-templates/new/", {**fields, **sent, "weight_attainment": 9})
    exe.post("/scorecard-templates/new/", {**fields, **sent})
    template = ScorecardTemplate.objects.get()
    exe.post(f"/scorecard-templates/{template.pk}/activate/")
    revenue.book(
        cast.lanhai, {"month": dt.date(2026, 2, 1), "revenue": Decimal(150)}, by=SYSTEM, now=NINE
    )
    days = {name: day.isoformat() for name, day in DAYS.items()}
    opened = {"template": template.pk, "unit": cast.office.pk, **days}
    boss.post("/scorecards/new/", opened)
    far = boss.post("/scorecards/new/", {**opened, "unit": cast.west.pk})
    row = Scorecard.objects.get()
    boss.post(f"/scorecards/{row.pk}/confirm/")
    shown = boss.get(f"/scorecards/{row.pk}/").content.decode()

    assert (bad.status_code, far.status_code) == (422, 422)
    template.refresh_from_db()
    row.refresh_from_db()
    assert (template.status, row.status) == (TemplateStatus.ACTIVE, ScorecardStatus.CONFIRMED)
    assert "75.00" in shown and ">150<" in shown
    assert signed_in(cast.lin).get(f"/scorecards/{row.pk}/").status_code == 404


def test_the_api_says_the_rule(cast):
    exe = signed_in(cast.exe)
    body = {**WEIGHTS, "weights": {"attainment": 0, "satisfaction": 30, "revenue": 70}}

    def send(path, body):
        return exe.post(f"/api/v1{path}", json.dumps(body), "application/json")

    assert send("/scorecard-templates/", body).status_code in (400, 409)
    made = send("/scorecard-templates/", WEIGHTS).json()
    send(f"/scorecard-templates/{made['id']}/activate/", {})
    days = {name: day.isoformat() for name, day in DAYS.items()}
    card = send("/scorecards/", {"template": made["id"], "unit": cast.office.pk, **days})
    assert (card.status_code, len(card.json()["values"])) == (201, 3)
