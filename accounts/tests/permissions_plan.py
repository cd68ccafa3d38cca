"""Rows of the permission table of account plans and their objectives."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

from accounts.actions import objectives, plans
from accounts.models import AccountPlan, Objective
from core import clock
from core.actors import Actor
from core.tests.permission_rows import HEADS, SEE, STAFF, TEAM, TOKEN, Row, page, step

WORK = TEAM | HEADS
TEXTS = {
    "performance_gap": "少两成", "market_insight": "转向算力", "strategic_intent": "主力供应商",
    "critical_tasks": "实验局",
}  # fmt: skip
NO = {"note": "还不到时候"}


def lanhai(world: SimpleNamespace) -> Any:
    """The customer."""
    return world.lanhai


def objective(world: SimpleNamespace) -> Objective:
    """Half the market, by the end of the year."""
    row = drafted(world)
    return objectives.add(row, half(row.year), by=Actor.of(world.lin), now=clock.now())


def half(year: int) -> dict[str, Any]:
    """What an objective says."""
    return {
        "type": "scale", "metric": "份额", "unit": "%", "baseline": 30, "target": 50,
        "due_on": dt.date(year, 12, 31),
    }  # fmt: skip


def drafted(world: SimpleNamespace) -> AccountPlan:
    """Lin's draft for the first year without a plan; there is one at a time."""
    now = clock.now()
    rows = AccountPlan.objects.filter(customer=world.lanhai)
    period = max([now.year, *(row.year + 1 for row in rows)]), 1
    known = rows.filter(status="draft")
    if known:
        return known.select_related("customer__owning_unit", "owner")[0]
    return plans.draft(world.lanhai, "abp", period, TEXTS, by=Actor.of(world.lin), now=now)


def whole(world: SimpleNamespace) -> AccountPlan:
    """With an objective."""
    return objective(world).plan


def submitted(world: SimpleNamespace) -> AccountPlan:
    """Waits for a head."""
    return plans.submit(whole(world), by=Actor.of(world.lin), now=clock.now())


def approved(world: SimpleNamespace) -> AccountPlan:
    """May begin."""
    return plans.approve(submitted(world), by=Actor.of(world.boss), now=clock.now())


def running(world: SimpleNamespace) -> AccountPlan:
    """In execution."""
    return plans.start(approved(world), by=Actor.of(world.lin), now=clock.now())


def finished(world: SimpleNamespace) -> AccountPlan:
    """In execution, its objective met."""
    plan = running(world)
    for row in plan.objectives.select_related("plan__customer__owning_unit"):
        objectives.measure(row, row.target, by=Actor.of(world.lin), now=clock.now())
    return plan


def measured(world: SimpleNamespace) -> Objective:
    """An objective of a plan in execution."""
    plan = running(world)
    row = plan.objectives.order_by("id")[0]
    row.plan = plan
    return row


def body(world: SimpleNamespace) -> dict[str, Any]:
    """A right body of a plan."""
    return {"customer": world.lanhai.pk, "kind": "abp", "year": clock.now().year}


def objective_body(world: SimpleNamespace) -> dict[str, Any]:
    """A right body of an objective."""
    row = drafted(world)
    said = half(row.year)
    return {**said, "plan": row.pk, "due_on": str(said["due_on"])}


def rest(name: str, own: Any, right: Any) -> list[Row]:
    """List, create, bulk, one and change."""
    all_of_us = SEE | TOKEN
    return [
        Row(f"api/v1/{name}/", get=STAFF | TOKEN, post=WORK | TOKEN | {"stranger"}, body=right,
            note="a foreign one is 400"),
        Row(f"api/v1/{name}/bulk/", post=STAFF | TOKEN),
        Row(f"api/v1/{name}/<pk>/", own, sees=all_of_us, get=all_of_us, patch=WORK | TOKEN),
    ]  # fmt: skip


def verb(name: str, tail: str, own: Any, may: frozenset[str], said: dict | None = None) -> Row:
    """A verb in REST."""
    body = (lambda world: said) if said else None
    return Row(f"api/v1/{name}/<pk>/{tail}/", own, sees=SEE | TOKEN, post=may, body=body)


PLANS, AIMS = "account-plans", "plan-objectives"
ROWS = [
    page("account-plans/"),
    page("account-plans/gaps/"),
    page("customers/<pk>/account-plans/", lanhai),
    Row("customers/<pk>/account-plans/new/", lanhai, sees=SEE, get=WORK, post=WORK),
    page("account-plans/<pk>/", drafted),
    page("account-plans/<pk>/paper/", drafted),
    page("account-plans/<pk>/pdf/", drafted),
    Row("account-plans/<pk>/edit/", drafted, sees=SEE, get=WORK, post=WORK),
    step("account-plans/<pk>/submit/", whole, WORK),
    step("account-plans/<pk>/approve/", submitted, HEADS),
    Row("account-plans/<pk>/give-back/", submitted, sees=SEE, get=HEADS, post=HEADS),
    step("account-plans/<pk>/start/", approved, WORK),
    step("account-plans/<pk>/close/", finished, WORK),
    Row("account-plans/<pk>/objectives/new/", drafted, sees=SEE, get=WORK, post=WORK),
    Row("plan-objectives/<pk>/edit/", objective, sees=SEE, get=WORK, post=WORK),
    Row("plan-objectives/<pk>/measure/", measured, sees=SEE, get=WORK, post=WORK),
    Row("plan-objectives/<pk>/drop/", objective, sees=SEE, get=WORK, post=WORK),
    *rest(PLANS, drafted, body),
    verb(PLANS, "submit", whole, WORK),
    verb(PLANS, "approve", submitted, HEADS),
    verb(PLANS, "give-back", submitted, HEADS, NO),
    verb(PLANS, "start", approved, WORK),
    verb(PLANS, "close", finished, WORK),
    *rest(AIMS, objective, objective_body),
    verb(AIMS, "measure", measured, WORK | TOKEN, {"actual": "40"}),
    verb(AIMS, "drop", objective, WORK, NO),
]
