"""Rows of the permission table: revenue, cash-flow designations, scorecards."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from accounts.actions import cash_flow, revenue, reviews, scorecards
from accounts.models import AccountHealth, CashFlowDesignation, ScorecardTemplate
from accounts.timers_health import measure
from core import clock
from core.actors import Actor
from core.tests.permission_rows import (
    HEADS,
    SEE,
    STAFF,
    TEAM,
    TOKEN,
    Row,
    page,
    resource,
    step,
)

ADM = frozenset({"adm"})
INNER = TEAM | HEADS | ADM
ASSESS = TEAM | HEADS
BOOK = HEADS | ADM


def lanhai(world: SimpleNamespace) -> Any:
    """The customer."""
    return world.lanhai


def month(world: SimpleNamespace) -> Any:
    """A month of lanhai."""
    values = {"month": clock.now().date(), "revenue": 100}
    return revenue.book(world.lanhai, values, by=Actor.of(world.boss), now=clock.now())


def proposal(world: SimpleNamespace) -> Any:
    """A cash-flow proposal of wei, the one that stands where there is one."""
    by = Actor.of(world.wei)
    stands = CashFlowDesignation.objects.filter(customer=world.lanhai).order_by("-id").first()
    return stands or cash_flow.propose(world.lanhai, evidence="转向自研", by=by, now=clock.now())


def held(world: SimpleNamespace) -> Any:
    """A designation that both heads agreed to."""
    row = proposal(world)
    if row.status != "proposed":
        return row
    for seat, who in (("rh", world.boss), ("exe", world.exe)):
        cash_flow.confirm(row, seat, by=Actor.of(who), now=clock.now())
    return row


SHAPE = frozenset({"exe", "qm", "adm"})
MEASURED = HEADS | ADM
OWN = MEASURED | {"lin"}
"""Who reads the card of lin."""
WEIGHTS = {
    "name": "区域记分卡",
    "weights": {"attainment": 20, "satisfaction": 10, "revenue": 70},
    "targets": {"attainment": "90", "satisfaction": "8", "revenue": "100"},
}


def template(world: SimpleNamespace) -> ScorecardTemplate:
    """A draft."""
    return scorecards.make_template(WEIGHTS, by=Actor.of(world.exe), now=clock.now())


def used(world: SimpleNamespace) -> ScorecardTemplate:
    """A template in use."""
    return scorecards.activate(template(world), by=Actor.of(world.exe), now=clock.now())


def card(world: SimpleNamespace) -> Any:
    """A card of lin, with a figure."""
    month(world)
    today, by = clock.now().date(), Actor.of(world.exe)
    values = {**WEIGHTS, "scope": "person"}
    made = scorecards.make_template(values, by=by, now=clock.now())
    return scorecards.open_card(
        scorecards.activate(made, by=by, now=clock.now()), unit=world.office, person=world.lin,
        first_day=today.replace(day=1), last_day=today, by=by, now=clock.now(),
    )  # fmt: skip


def review(world: SimpleNamespace) -> Any:
    """The review of key actions beside a card of lin."""
    return reviews.open_review(card(world), by=Actor.of(world.exe), now=clock.now())


LIN = frozenset({"lin"})


def period(world: SimpleNamespace) -> dict[str, Any]:
    """A right body of a card."""
    days = {"first_day": "2025-01-01", "last_day": "2025-03-31"}
    return {"template": used(world).pk, "unit": world.office.pk, **days}


def night(world: Any) -> Any:
    """Last night's health of lanhai."""
    measure(now=clock.now())
    return AccountHealth.objects.get(customer=world.lanhai, is_current=True)


def part(own: Any, **more: str) -> Any:
    """Path values: the id of a row, and the rest."""
    return lambda world: {"pk": own(world).pk, **more}


MONEY, FLOW = "api/v1/revenue-records/", "api/v1/cash-flow-designations/"
SEEN = INNER | TOKEN
ROWS = [
    Row(
        MONEY,
        get=STAFF,
        post=BOOK | {"stranger"},
        body=lambda world: {
            "customer": world.lanhai.pk,
            "month": "2025-01-01",
            "revenue": "5.00",
        },
        note="a foreign customer in the body is 400",
    ),
    Row(f"{MONEY}bulk/", post=STAFF),
    Row(f"{MONEY}<pk>/", month, sees=SEEN, get=INNER),
    Row(f"{MONEY}<pk>/reverse/", month, sees=SEEN, post=BOOK),
    Row(FLOW, get=STAFF, post=STAFF, note="a foreign customer in the body is 400"),
    Row(f"{FLOW}bulk/", post=STAFF),
    Row(f"{FLOW}<pk>/", proposal, sees=SEEN, get=INNER),
    Row(f"{FLOW}<pk>/confirm/", proposal, sees=SEEN, post=HEADS),
    Row(f"{FLOW}<pk>/reject/", proposal, sees=SEEN, post=HEADS),
    Row(f"{FLOW}<pk>/lift/", held, sees=SEEN, post=HEADS),
    Row(f"{FLOW}<pk>/renew/", held, sees=SEEN, post=HEADS),
    Row("customers/<pk>/value/", lanhai, sees=SEE, get=INNER),
    Row("customers/<pk>/health/", lanhai, sees=SEE, get=INNER),
    page("account-health/"),
    Row("api/v1/account-healths/", get=STAFF),
    Row("api/v1/account-healths/<pk>/", night, sees=SEEN, get=INNER),
    Row("customers/<pk>/cash-flow/new/", lanhai, sees=SEE, get=ASSESS, post=ASSESS),
    Row("portfolio/", get=HEADS | ADM),
    page("cash-flow-designations/"),
    step(
        "cash-flow-designations/<pk>/agree/<seat>/",
        part(proposal, seat="rh"),
        frozenset({"boss"}),
        sees=INNER,
    ),
    Row(
        "cash-flow-designations/<pk>/<verb>/",
        part(proposal, verb="reject"),
        sees=INNER,
        get=HEADS,
        post=HEADS,
    ),
    Row("revenue-records/<pk>/reverse/", month, sees=INNER, get=BOOK, post=BOOK),
    *resource(
        "scorecard-templates",
        template,
        sees=STAFF | TOKEN,
        create=SHAPE,
        bulk=STAFF,
        change=SHAPE,
        body=lambda world: WEIGHTS,
        verbs={"activate": SHAPE},
    ),
    Row("api/v1/scorecard-templates/<pk>/retire/", used, sees=STAFF | TOKEN, post=SHAPE),
    *resource(
        "scorecards",
        card,
        sees=OWN | TOKEN,
        create=MEASURED,
        bulk=STAFF,
        body=period,
        verbs={"calculate": MEASURED, "confirm": HEADS},
    ),
    *resource(
        "key-action-reviews",
        review,
        sees=OWN | TOKEN,
        create=STAFF - LIN,
        bulk=STAFF,
        body=lambda world: {"scorecard": card(world).pk},
        verbs={"gather": MEASURED, "fill": LIN, "review": HEADS, "confirm": HEADS},
    ),
    page("scorecards/<pk>/key-actions/", card, sees=OWN),
    step("scorecards/<pk>/key-actions/open/", card, MEASURED, sees=OWN),
    Row("key-action-reviews/<pk>/fill/", review, sees=OWN, get=LIN, post=LIN),
    Row("key-action-reviews/<pk>/score/", review, sees=OWN, get=HEADS, post=HEADS),
    step("key-action-reviews/<pk>/<verb>/", part(review, verb="gather"), MEASURED, sees=OWN),
    page("scorecards/"),
    Row("scorecards/new/", get=MEASURED, post=MEASURED),
    page("scorecards/<pk>/", card, sees=OWN),
    step("scorecards/<pk>/<verb>/", part(card, verb="calculate"), MEASURED, sees=OWN),
    page("scorecard-templates/"),
    Row("scorecard-templates/new/", get=SHAPE, post=SHAPE),
    Row("scorecard-templates/<pk>/edit/", template, sees=STAFF, get=SHAPE, post=SHAPE),
    step("scorecard-templates/<pk>/<verb>/", part(template, verb="activate"), SHAPE, sees=STAFF),
]
