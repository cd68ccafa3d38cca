"""Rows of the permission table of what two houses agree on: agreements, locked projects."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

from accounts.tests import build
from core import clock
from core.actors import Actor
from core.tests.permission_rows import HEADS, SEE, STAFF, TEAM, TOKEN, Row, page, step
from relationships.actions import agreement_force, agreements, locked
from relationships.models import LockedProject, StrategicAgreement

WORK = TEAM | HEADS
CMP = frozenset({"cmp"})
NO = {"note": "还不到时候"}


def lanhai(world: SimpleNamespace) -> Any:
    """The customer."""
    return world.lanhai


def drafted(world: SimpleNamespace, **more: Any) -> StrategicAgreement:
    """Lin's draft for two years from today."""
    now = clock.now()
    today = now.date()
    values = {
        "title": "战略合作", "clauses": "互为首选",
        "starts_on": today, "ends_on": today + dt.timedelta(days=700), **more,
    }  # fmt: skip
    return agreements.draft(world.lanhai, values, by=Actor.of(world.lin), now=now)


def exclusive(world: SimpleNamespace) -> StrategicAgreement:
    """The same, with something exclusive that waits for compliance."""
    row = drafted(world, is_exclusive=True, exclusivity="省干传输")
    return agreements.negotiate(row, by=Actor.of(world.lin), now=clock.now())


def negotiated(world: SimpleNamespace) -> StrategicAgreement:
    """Waits for a head."""
    return agreements.negotiate(drafted(world), by=Actor.of(world.lin), now=clock.now())


def approved(world: SimpleNamespace) -> StrategicAgreement:
    """Waits for the signatures."""
    return agreements.approve(negotiated(world), by=Actor.of(world.boss), now=clock.now())


def in_force(world: SimpleNamespace) -> StrategicAgreement:
    """Signed by both."""
    row, now = approved(world), clock.now()
    return agreement_force.sign(
        row, now.date() - dt.timedelta(days=1), by=Actor.of(world.lin), now=now,
        our_signatory=world.boss, their_signatory=world.ruochuan,
    )  # fmt: skip


def project(world: SimpleNamespace) -> LockedProject:
    """A deal locked in lin's draft."""
    now = clock.now()
    what = build.opportunity(world.lanhai, world.lin, expected_close=now.date())
    return locked.lock(
        drafted(world), what, year=now.year, value=None, by=Actor.of(world.lin), now=now
    )


def body(world: SimpleNamespace) -> dict[str, Any]:
    """A right body of an agreement."""
    today = clock.now().date()
    return {
        "customer": world.lanhai.pk,
        "title": "战略合作",
        "starts_on": str(today),
        "ends_on": str(today + dt.timedelta(days=700)),
    }


def lock_body(world: SimpleNamespace) -> dict[str, Any]:
    """A right body of a locked project."""
    now = clock.now()
    what = build.opportunity(world.lanhai, world.lin, expected_close=now.date())
    return {"agreement": drafted(world).pk, "opportunity": what.pk, "year": now.year}


def form(tail: str, own: Any, may: frozenset[str]) -> Row:
    """A form of an agreement."""
    return Row(f"agreements/<pk>/{tail}/", own, sees=SEE, get=may, post=may)


def verb(
    tail: str,
    own: Any,
    may: frozenset[str],
    said: dict | None = None,
    name: str = "strategic-agreements",
) -> Row:
    """The same in REST."""
    return Row(
        f"api/v1/{name}/<pk>/{tail}/",
        own,
        sees=SEE | TOKEN,
        post=may,
        body=(lambda world: said) if said else None,
    )


ROWS = [
    page("agreements/"),
    page("customers/<pk>/agreements/", lanhai),
    Row("customers/<pk>/agreements/new/", lanhai, sees=SEE, get=WORK, post=WORK),
    page("agreements/<pk>/", drafted),
    form("edit", drafted, WORK),
    step("agreements/<pk>/negotiate/", drafted, WORK),
    step("agreements/<pk>/clear/", exclusive, CMP),
    form("object-to", exclusive, CMP),
    step("agreements/<pk>/approve/", negotiated, HEADS),
    form("give-back", approved, WORK),
    form("sign", approved, WORK),
    step("agreements/<pk>/renew/", in_force, WORK),
    form("terminate", in_force, HEADS),
    form("lock", drafted, WORK),
    Row("locked-projects/<pk>/release/", project, sees=SEE, get=WORK, post=WORK),
    Row(
        "api/v1/strategic-agreements/",
        get=STAFF | TOKEN,
        post=WORK | TOKEN,
        body=body,
        note="a foreign customer is 400",
    ),
    Row("api/v1/strategic-agreements/bulk/", post=STAFF | TOKEN),
    Row(
        "api/v1/strategic-agreements/<pk>/",
        drafted,
        sees=SEE | TOKEN,
        get=SEE | TOKEN,
        patch=WORK | TOKEN,
    ),
    verb("negotiate", drafted, WORK | TOKEN),
    verb("clear", exclusive, CMP),
    verb("object-to", exclusive, CMP, NO),
    verb("approve", negotiated, HEADS),
    verb("give-back", approved, WORK, NO),
    verb("sign", approved, WORK, {"signed_on": "2026-01-05"}),
    verb("renew", in_force, WORK | TOKEN),
    verb("terminate", in_force, HEADS, NO),
    Row(
        "api/v1/locked-projects/",
        get=STAFF | TOKEN,
        post=WORK | TOKEN,
        body=lock_body,
        note="a foreign agreement is 400",
    ),
    Row("api/v1/locked-projects/bulk/", post=STAFF | TOKEN),
    Row("api/v1/locked-projects/<pk>/", project, sees=SEE | TOKEN, get=SEE | TOKEN),
    verb("release", project, WORK, NO, "locked-projects"),
]
