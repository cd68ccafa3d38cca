"""Rows of the permission table of what two houses agree on: agreements, joint innovation."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

from accounts.tests import build
from core import clock
from core.actors import Actor
from core.tests.permission_rows import HEADS, SEE, STAFF, TEAM, TOKEN, Row, page, step
from relationships.actions import agreement_force, agreements, innovation, locked
from relationships.models import (
    InnovationTopic,
    JointInnovationCentre,
    LockedProject,
    StrategicAgreement,
)

WORK = TEAM | HEADS
CMP = frozenset({"cmp"})
LATER = dt.date(2199, 1, 1)
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


def proposed(world: SimpleNamespace) -> JointInnovationCentre:
    """A centre that lin proposes."""
    values = {"name": "联合创新中心", "charter": "两年,双方各出一半", "ip_terms": "成果共有"}
    return innovation.propose(world.lanhai, values, by=Actor.of(world.lin), now=clock.now())


def cleared(world: SimpleNamespace) -> JointInnovationCentre:
    """The same, chartered, its IP terms approved."""
    row, now = proposed(world), clock.now()
    innovation.charter(row, by=Actor.of(world.boss), now=now)
    return innovation.approve_terms(row, by=Actor.of(world.cmp), now=now)


def topic(world: SimpleNamespace) -> InnovationTopic:
    """A topic that is proposed to it."""
    now = clock.now()
    values = {"title": "夜间节能", "question": "省多少电", "due_on": LATER}
    return innovation.add_topic(proposed(world), values, by=Actor.of(world.lin), now=now)


def begun(world: SimpleNamespace) -> InnovationTopic:
    """A topic that is chartered, in a centre that runs."""
    now, by = clock.now(), Actor.of(world.lin)
    row = innovation.run(cleared(world), by=by, now=now)
    values = {"title": "夜间节能", "question": "省多少电", "due_on": LATER}
    return innovation.charter_topic(
        innovation.add_topic(row, values, by=by, now=now), by=by, now=now
    )


def centre_body(world: SimpleNamespace) -> dict[str, Any]:
    """A right body of a centre."""
    return {"customer": world.lanhai.pk, "name": "联合创新中心"}


def topic_body(world: SimpleNamespace) -> dict[str, Any]:
    """A right body of a topic."""
    return {"centre": proposed(world).pk, "title": "夜间节能"}


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


def rest(name: str, own: Any, right: Any) -> list[Row]:
    """List, create, bulk, one and change of a resource that machines may propose to."""
    all_of_us = SEE | TOKEN
    return [
        Row(f"api/v1/{name}/", get=STAFF | TOKEN, post=WORK | TOKEN | {"stranger"}, body=right,
            note="a foreign one is 400"),
        Row(f"api/v1/{name}/bulk/", post=STAFF | TOKEN),
        Row(f"api/v1/{name}/<pk>/", own, sees=all_of_us, get=all_of_us, patch=WORK | TOKEN),
    ]  # fmt: skip


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
    *rest("strategic-agreements", drafted, body),
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
        post=WORK | TOKEN | {"stranger"},
        body=lock_body,
        note="a foreign agreement is 400",
    ),
    Row("api/v1/locked-projects/bulk/", post=STAFF | TOKEN),
    Row("api/v1/locked-projects/<pk>/", project, sees=SEE | TOKEN, get=SEE | TOKEN),
    verb("release", project, WORK, NO, "locked-projects"),
    page("innovation-centres/"),
    Row("customers/<pk>/innovation/new/", lanhai, sees=SEE, get=WORK, post=WORK),
    page("innovation-centres/<pk>/", proposed),
    Row("innovation-centres/<pk>/edit/", proposed, sees=SEE, get=WORK, post=WORK),
    step("innovation-centres/<pk>/charter/", proposed, HEADS),
    step("innovation-centres/<pk>/terms/", proposed, CMP),
    step("innovation-centres/<pk>/run/", cleared, WORK),
    Row("innovation-centres/<pk>/close/", proposed, sees=SEE, get=WORK, post=WORK),
    Row("innovation-centres/<pk>/topics/new/", proposed, sees=SEE, get=WORK, post=WORK),
    Row("innovation-topics/<pk>/edit/", topic, sees=SEE, get=WORK, post=WORK),
    step("innovation-topics/<pk>/charter/", topic, WORK),
    step("innovation-topics/<pk>/run/", begun, WORK),
    Row("innovation-topics/<pk>/close/", topic, sees=SEE, get=WORK, post=WORK),
    *rest("innovation-centres", proposed, centre_body),
    verb("charter", proposed, HEADS, name="innovation-centres"),
    verb("approve-terms", proposed, CMP, name="innovation-centres"),
    verb("run", cleared, WORK, name="innovation-centres"),
    verb("close", proposed, WORK, NO, "innovation-centres"),
    *rest("innovation-topics", topic, topic_body),
    verb("charter", topic, WORK, name="innovation-topics"),
    verb("run", begun, WORK, name="innovation-topics"),
    verb("close", topic, WORK, {"outcome": "省两成"}, "innovation-topics"),
]
