"""Rows of the permission table of the relationship floor."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

from accounts.tests.build import contact
from core import clock
from core.actors import Actor
from core.tests.permission_rows import (
    ACTORS,
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
from relationships.actions import (
    assessments,
    feeds,
    gifts,
    interactions,
    layer_plans,
    minutes,
    plans,
    ratings,
)
from relationships.models import GridAssessment, Interaction, InteractionType
from relationships.tests.build import kind
from relationships.tests.permissions_agreement import ROWS as AGREEMENTS
from relationships.tests.permissions_power import ROWS as POWER
from relationships.tests.permissions_rhythm import ROWS as RHYTHM

ANYBODY = frozenset(ACTORS)
ADM = frozenset({"adm"})
INNER = TEAM | HEADS | ADM
"""Who reads the confidential class of lanhai."""
ASSESS = TEAM | HEADS
WORK = TEAM | HEADS | ADM
ENDS = HEADS | {"lin"}
SCORE = {"intimacy": 0, "support": 1, "evidence": "愿意推荐"}
OTHERS = ASSESS - {"lin"}


def lanhai(world: SimpleNamespace) -> Any:
    """The customer."""
    return world.lanhai


def who(world: SimpleNamespace) -> Any:
    """Its contact."""
    return world.ruochuan


def proposal(world: SimpleNamespace) -> GridAssessment:
    """A small score that lin proposes today."""
    return assessments.propose(
        world.ruochuan, (0, 1), by=Actor.of(world.lin), now=clock.now(), evidence="愿意推荐"
    )


def position(world: SimpleNamespace) -> GridAssessment:
    """The same, confirmed by wei."""
    return assessments.confirm(proposal(world), by=Actor.of(world.wei), now=clock.now())


def rating_round(world: SimpleNamespace) -> Any:
    """Lin asks wei and himself about somebody for whom no proposal waits."""
    whom = contact(world.lanhai, "沈若水")
    return ratings.ask(whom, [world.lin, world.wei], by=Actor.of(world.lin), now=clock.now())


def held(world: SimpleNamespace) -> Interaction:
    """A visit of today."""
    now = clock.now()
    values = {"type": kind(), "starts_at": now}
    by = Actor.of(world.lin)
    return interactions.log(world.lanhai, [world.ruochuan], values, by=by, now=now)


def minuted(world: SimpleNamespace) -> Interaction:
    """The same with minutes."""
    row, now = held(world), clock.now()
    said = minutes.Said("换备件", due_at=now + dt.timedelta(days=3))
    opinion = minutes.Said("夜里没人拍板", contact=world.ruochuan)
    by = Actor.of(world.lin)
    minutes.submit(row.minutes, "先补", by=by, now=now, promises=[said], opinions=[opinion])
    return row


def distributed(world: SimpleNamespace) -> Interaction:
    """The same, sent to a colleague and to somebody of theirs."""
    row, by = minuted(world), Actor.of(world.lin)
    guest = world.ruochuan
    guest.email = guest.email or "lin@lanhai.example"
    minutes.distribute(row.minutes, by=by, now=clock.now(), users=[world.wei], contacts=[guest])
    return row


def planned(world: SimpleNamespace) -> Interaction:
    """A visit that was planned for an hour ago."""
    now = clock.now()
    values = {"type": kind(), "starts_at": now - dt.timedelta(hours=1)}
    by = Actor.of(world.lin)
    return interactions.plan(world.lanhai, [world.ruochuan], values, by=by, now=now)


def visit_body(world: SimpleNamespace) -> dict[str, Any]:
    """A right body of an interaction."""
    return {
        "customer": world.lanhai.pk,
        "contacts": [world.ruochuan.pk],
        "type": kind().pk,
        "starts_at": clock.now().isoformat(),
    }


def proposal_body(world: SimpleNamespace) -> dict[str, Any]:
    """A right proposal."""
    return {"contact": world.ruochuan.pk, "intimacy": 0, "support": 1, "evidence": "愿意推荐"}


def plan(world: SimpleNamespace) -> Any:
    """Lin's draft for somebody whom wei confirmed as neutral."""
    now, by = clock.now(), Actor.of(world.lin)
    whom = contact(world.lanhai, "沈若水")
    row = assessments.propose(whom, (0, 0), by=by, now=now, evidence="没有表态")
    assessments.confirm(row, by=Actor.of(world.wei), now=now)
    return plans.draft(
        whom, (0, 1), by=by, now=now, strategy="请他看样板点",
        due_on=now.date() + dt.timedelta(days=30), owner=world.lin,
    )  # fmt: skip


def layer_plan(world: SimpleNamespace) -> Any:
    """Lin's draft for the breadth of people at lanhai."""
    now = clock.now()
    return layer_plans.draft(
        world.lanhai, "universal", ("C", "B"), by=Actor.of(world.lin), now=now,
        strategy="每个县局都有人认识我们", due_on=now.date() + dt.timedelta(days=30),
        owner=world.lin,
    )  # fmt: skip


def running_plan(world: SimpleNamespace) -> Any:
    """The same, approved by the head."""
    return plans.approve(plan(world), by=Actor.of(world.boss), now=clock.now())


def claimed_plan(world: SimpleNamespace) -> Any:
    """The same, reported by lin with a proposal that waits."""
    row, now = running_plan(world), clock.now()
    shown = assessments.propose(
        row.contact, (0, 1), by=Actor.of(world.lin), now=now, evidence="会上支持"
    )
    return plans.claim(row, shown, by=Actor.of(world.lin), now=now)


def plan_row(tail: str, own: Any, may: frozenset[str], **more: Any) -> Row:
    """A form of a plan."""
    return Row(f"relationship-plans/<pk>/{tail}/", own, sees=INNER, get=may, post=may, **more)


def plan_verb(tail: str, own: Any, may: frozenset[str], body: dict | None = None) -> Row:
    """The same in REST."""
    return Row(
        f"api/v1/relationship-plans/<pk>/{tail}/",
        own,
        sees=INNER | TOKEN,
        post=may,
        body=(lambda world: body) if body else None,
    )


GIFT = {
    "direction": "given", "occasion": "souvenir", "item": "画册", "value": 80,
    "recipient_class": "private", "purpose": "来访纪念",
}  # fmt: skip
PRIVATE = INNER | {"cmp"}


def gift(world: SimpleNamespace) -> Any:
    """What lin enters for today."""
    values, now = {**GIFT, "given_on": clock.now().date()}, clock.now()
    return gifts.draft(world.ruochuan, values, by=Actor.of(world.lin), now=now)


def waiting_gift(world: SimpleNamespace) -> Any:
    """One that is dear enough to wait for a head."""
    values, now = {**GIFT, "value": 300, "given_on": clock.now().date()}, clock.now()
    row = gifts.draft(world.ruochuan, values, by=Actor.of(world.lin), now=now)
    return gifts.submit(row, by=Actor.of(world.lin), now=now)


def free_gift(world: SimpleNamespace) -> Any:
    """One that may be given at once."""
    return gifts.submit(gift(world), by=Actor.of(world.lin), now=clock.now())


DECIDE = HEADS | {"cmp"}
NO = {"note": "不合适"}


def gift_row(tail: str, own: Any, may: frozenset[str]) -> Row:
    """A form of a gift."""
    return Row(f"gifts/<pk>/{tail}/", own, sees=PRIVATE, get=may, post=may)


def gift_verb(tail: str, own: Any, may: frozenset[str], body: dict | None = None) -> Row:
    """The same in REST."""
    return Row(
        f"api/v1/gift-records/<pk>/{tail}/",
        own,
        sees=PRIVATE | TOKEN,
        post=may,
        body=(lambda world: body) if body else None,
    )


GIFTS = [
    page("gifts/"),
    Row("contacts/<pk>/gifts/new/", who, sees=PRIVATE, get=ASSESS, post=ASSESS),
    page("gifts/<pk>/", gift, sees=PRIVATE),
    step("gifts/<pk>/submit/", gift, ASSESS, sees=PRIVATE),
    step("gifts/<pk>/approve/", waiting_gift, DECIDE, sees=PRIVATE),
    gift_row("refuse", waiting_gift, DECIDE),
    gift_row("hand-over", free_gift, ASSESS),
    gift_row("cancel", gift, ASSESS),
    Row("api/v1/gift-records/", get=STAFF, post=STAFF, note="a foreign contact is 400"),
    Row("api/v1/gift-records/bulk/", post=STAFF),
    Row("api/v1/gift-records/<pk>/", gift, sees=PRIVATE | TOKEN, get=PRIVATE),
    gift_verb("submit", gift, ASSESS),
    gift_verb("approve", waiting_gift, DECIDE),
    gift_verb("refuse", waiting_gift, DECIDE, NO),
    gift_verb("hand-over", free_gift, ASSESS, {"given_on": "2026-01-05"}),
    gift_verb("cancel", gift, ASSESS, NO),
]
WHY = {"note": "还不到时候"}


def inner(tail: str, own: Any, may: frozenset[str], body: dict[str, str] | None = None) -> Row:
    """A verb of a confidential row: a token without the scope is refused, not blind."""
    return Row(
        f"api/v1/grid-assessments/<pk>/{tail}/",
        own,
        sees=INNER | TOKEN,
        post=may,
        body=(lambda world: body) if body else None,
    )


ROWS = [
    *POWER,
    *RHYTHM,
    *GIFTS,
    *AGREEMENTS,
    page("grid/"),
    page("customers/<pk>/grid/", lanhai, sees=INNER),
    page("customers/<pk>/grid/pdf/", lanhai, sees=INNER),
    page("exposure/"),
    page("customers/<pk>/exposure/", lanhai, sees=INNER),
    page("customers/<pk>/grid/review/", lanhai, sees=INNER, post=ASSESS),
    page("contacts/<pk>/grid/", who, sees=INNER),
    Row("contacts/<pk>/assess/", who, sees=INNER, get=ASSESS, post=ASSESS),
    step("grid-assessments/<pk>/confirm/", proposal, OTHERS, sees=INNER),
    Row("grid-assessments/<pk>/reject/", proposal, sees=INNER, get=ASSESS, post=ASSESS),
    step("grid-assessments/<pk>/revalidate/", position, ASSESS, sees=INNER),
    Row("contacts/<pk>/rounds/new/", who, sees=INNER, get=ASSESS, post=ASSESS),
    Row(
        "grid-rounds/<pk>/",
        rating_round,
        sees=INNER,
        get=INNER,
        post=frozenset({"lin", "wei"}),
        body=lambda world: SCORE,
    ),
    step("grid-rounds/<pk>/close/", rating_round, ENDS, sees=INNER),
    step("grid-rounds/<pk>/cancel/", rating_round, ENDS, sees=INNER),
    page("relationship-plans/"),
    Row("customers/<pk>/plans/new/", lanhai, sees=INNER, get=ASSESS, post=ASSESS),
    Row(
        "relationship-plans/<pk>/layer/",
        lambda world: layer_plan(world),
        sees=INNER,
        get=ASSESS,
        post=ASSESS,
    ),
    Row("relationship-plans/review/", sees=STAFF, get=STAFF, post=HEADS),
    Row("contacts/<pk>/plans/new/", who, sees=INNER, get=ASSESS, post=ASSESS),
    page("relationship-plans/<pk>/", plan, sees=INNER),
    plan_row("edit", plan, ASSESS),
    step("relationship-plans/<pk>/approve/", plan, HEADS, sees=INNER),
    step("relationship-plans/<pk>/start/", running_plan, ASSESS, sees=INNER),
    plan_row("steps/new", plan, ASSESS),
    plan_row("claim", running_plan, ASSESS),
    step("relationship-plans/<pk>/confirm/", claimed_plan, HEADS, sees=INNER),
    plan_row("give-back", claimed_plan, HEADS),
    plan_row("review", running_plan, HEADS),
    plan_row("cancel", plan, ASSESS),
    Row("api/v1/relationship-plans/", get=STAFF, post=STAFF, note="a foreign contact is 400"),
    Row("api/v1/relationship-plans/bulk/", post=STAFF),
    Row("api/v1/relationship-plans/<pk>/", plan, sees=INNER | TOKEN, get=INNER, patch=ASSESS),
    plan_verb("approve", plan, HEADS),
    plan_verb("start", running_plan, ASSESS),
    plan_verb("claim", running_plan, ASSESS),
    plan_verb("confirm", claimed_plan, HEADS),
    plan_verb("give-back", claimed_plan, HEADS, WHY),
    plan_verb("review", running_plan, HEADS, WHY),
    plan_verb("cancel", plan, ASSESS, WHY),
    page("interactions/"),
    page("interactions/new/", post=STAFF),
    page("interactions/<pk>/", held),
    Row("interactions/<pk>/hold/", planned, sees=SEE, get=WORK, post=WORK),
    step("interactions/<pk>/close/", held, WORK),
    Row("interactions/<pk>/join/", held, sees=SEE, get=WORK, post=WORK),
    Row("interactions/<pk>/objectives/", held, sees=SEE, get=WORK, post=WORK),
    step("interactions/<pk>/ticks/", held, WORK),
    Row(
        "interactions/sync/",
        sees=STAFF,
        post=WORK | {"stranger"},
        body=visit_body,
        note="a customer out of sight is 400",
    ),
    page("interactions/book/"),
    page("interactions/offline/"),
    Row("interactions/worker.js", get=ANYBODY, door="public", note="a script without data"),
    page("calendar/"),
    page("calendar/feed/", post=STAFF),
    Row("calendar/feed/revoke/", sees=STAFF, post=STAFF),
    Row(
        "calendar/<token>.ics",
        lambda world: {"token": feeds.begin(by=Actor.of(world.lin), now=clock.now())},
        sees=ANYBODY,
        get=ANYBODY,
        door="public",
        note="the address is the key; an unknown or revoked one is 404",
    ),
    page("minutes/"),
    Row("interactions/<pk>/minutes/", held, sees=SEE, get=WORK, post=WORK),
    Row("interactions/<pk>/minutes/send/", minuted, sees=SEE, get=WORK, post=WORK),
    Row("interactions/<pk>/minutes/confirm/", distributed, sees=SEE, get=WORK, post=WORK),
    *resource(
        "minutes",
        lambda world: minuted(world).minutes,
        verbs={"submit": WORK | TOKEN, "distribute": WORK | TOKEN, "confirm": WORK},
    ),
    Row("interactions/<pk>/cancel/", planned, sees=SEE, get=WORK, post=WORK),
    *resource(
        "interactions",
        held,
        create=WORK | TOKEN | {"stranger"},  # a foreign customer in the body is 400
        change=WORK | TOKEN,
        verbs={
            "objectives": WORK | TOKEN,
            "ticks": WORK | TOKEN,
            "hold": WORK | TOKEN,
            "join": WORK | TOKEN,
            "close": WORK | TOKEN,
            "cancel": WORK | TOKEN,
        },
        body=visit_body,
    ),
    *resource(
        "interaction-types",
        lambda world: InteractionType.objects.get(code="visit"),
        sees=STAFF | TOKEN,
    ),
    Row(
        "api/v1/grid-assessments/",
        get=STAFF,
        post=ASSESS | {"stranger", "qm", "cmp"},
        body=proposal_body,
        note="a contact whose grid is out of sight is 400",
    ),
    Row("api/v1/grid-assessments/bulk/", post=STAFF),
    Row("api/v1/grid-assessments/<pk>/", position, sees=INNER | TOKEN, get=INNER),
    Row("api/v1/rating-rounds/", get=STAFF, post=STAFF, note="a foreign contact is 400"),
    Row("api/v1/rating-rounds/bulk/", post=STAFF),
    Row("api/v1/rating-rounds/<pk>/", rating_round, sees=INNER | TOKEN, get=INNER),
    Row(
        "api/v1/rating-rounds/<pk>/rate/",
        rating_round,
        sees=INNER | TOKEN,
        post=frozenset({"lin", "wei"}),
        body=lambda world: SCORE,
    ),
    Row("api/v1/rating-rounds/<pk>/close/", rating_round, sees=INNER | TOKEN, post=ENDS),
    Row("api/v1/rating-rounds/<pk>/cancel/", rating_round, sees=INNER | TOKEN, post=ENDS),
    inner("confirm", proposal, OTHERS),
    inner("reject", proposal, ASSESS, {"note": "听来的"}),
    inner("revalidate", position, ASSESS),
]
