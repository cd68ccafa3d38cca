"""Rows of the permission table: revenue and cash-flow designations."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from accounts.actions import cash_flow, revenue
from accounts.models import CashFlowDesignation
from core import clock
from core.actors import Actor
from core.tests.permission_rows import HEADS, SEE, STAFF, TEAM, TOKEN, Row, page, step

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
    kept = CashFlowDesignation.objects.filter(customer=world.lanhai, status="proposed").first()
    return kept or cash_flow.propose(world.lanhai, evidence="转向自研", by=by, now=clock.now())


def held(world: SimpleNamespace) -> Any:
    """A designation that both heads agreed to."""
    row = proposal(world)
    for seat, who in (("rh", world.boss), ("exe", world.exe)):
        cash_flow.confirm(row, seat, by=Actor.of(who), now=clock.now())
    return row


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
    Row("customers/<pk>/value/", lanhai, sees=SEE, get=INNER),
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
]
