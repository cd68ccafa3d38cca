"""Rows of the permission table of the service floor."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

from core import clock, timers
from core.actors import Actor
from core.tests.permission_rows import (
    HEADS,
    PORTAL,
    SEE,
    STAFF,
    TEAM,
    TOKEN,
    Row,
    page,
    resource,
)
from service.actions import voices
from service.models import (
    Breach,
    Escalation,
    IncidentBulletin,
    PauseInterval,
    ServiceContract,
    ServiceLevel,
    SlaClause,
    SlaClock,
    SlaOverride,
    Ticket,
    TicketEvent,
    VocItem,
)
from service.tests import build
from service.views.steps import STEPS

WORK = TEAM | HEADS | {"adm"}
TOLD = frozenset({"lin", "boss", "adm"})
LOWER = HEADS | {"adm"}
CONTRACTS = HEADS | {"lin", "adm"}
FACTS = WORK | TOKEN
DOOR = PORTAL | {"outsider"}
ELSEWHERE = frozenset({"stranger"})
"""Whose body names a customer out of sight: 400 before anybody is asked."""


def voice(world: SimpleNamespace) -> VocItem:
    """What somebody of lanhai said in a meeting."""
    return voices.capture(
        world.lanhai, "夜里没人拍板", contact=world.ruochuan, source="minutes",
        by=Actor.of(world.lin), now=clock.now(),
    )  # fmt: skip


SORT = WORK | {"qm"}
VOICES = [
    page("voc-items/"),
    page("voc-items/<pk>/", voice),
    Row("voc-items/<pk>/take-up/", voice, sees=SEE, get=SORT, post=SORT),
    Row("voc-items/<pk>/set-aside/", voice, sees=SEE, get=SORT, post=SORT),
    *resource(
        "voc-items",
        voice,
        create=STAFF | TOKEN,
        body=lambda world: {"customer": world.lanhai.pk, "text": "告警太多"},
        verbs={"take-up": SORT, "set-aside": SORT},
    ),
]


def ticket(world: SimpleNamespace) -> Ticket:
    """A critical ticket of lanhai, reported this minute."""
    return build.ticket(world.lanhai, world.lin, clock.now())


def breached(world: SimpleNamespace) -> Ticket:
    """A gold ticket whose response is missed and told."""
    build.contract(world.lanhai)
    made = build.ticket(world.lanhai, world.lin, clock.now() - dt.timedelta(minutes=40))
    timers.sweep(clock.now())
    return made


def event(world: SimpleNamespace) -> TicketEvent:
    """Its first event."""
    return ticket(world).events.get()


def sla_clock(world: SimpleNamespace) -> SlaClock:
    """One of its clocks."""
    return ticket(world).clocks.first()


def pause(world: SimpleNamespace) -> PauseInterval:
    """A pause on record."""
    now = clock.now()
    row = PauseInterval(
        ticket=ticket(world),
        reason="no_access",
        evidence="门禁",
        starts_at=now,
        expected_resume_at=now + dt.timedelta(days=1),
    )
    row.stamp(by=Actor.of(world.lin), now=now)
    row.save()
    return row


def call(world: SimpleNamespace) -> Escalation:
    """A call that lin and boss were told."""
    return breached(world).escalations.get(kind="management", level=100)


def bulletin(world: SimpleNamespace) -> IncidentBulletin:
    """A bulletin that is due."""
    now = clock.now()
    row = IncidentBulletin(ticket=ticket(world), stage="first", due_at=now)
    row.stamp(by=Actor.of(world.lin), now=now)
    row.save()
    return row


def breach(world: SimpleNamespace) -> Breach:
    """A missed response."""
    made = breached(world)
    return Breach.objects.get(clock__ticket=made, clock__kind="response")


def asked(world: SimpleNamespace) -> Breach:
    """A breach whose waiver fang asked for."""
    row = breach(world)
    Breach.objects.filter(pk=row.pk).update(waiver_asked_by=world.fang)
    return row


def contract(world: SimpleNamespace) -> ServiceContract:
    """A draft."""
    return build.contract(world.lanhai, status="draft")


def level(world: SimpleNamespace) -> ServiceLevel:
    """Gold."""
    return ServiceLevel.objects.get(code="gold")


def clause(world: SimpleNamespace) -> SlaClause:
    """A clause of the house."""
    return SlaClause.objects.filter(level__code="gold").first()


def override(world: SimpleNamespace) -> SlaOverride:
    """A tightened response."""
    now = clock.now()
    row = SlaOverride(
        customer=world.lanhai,
        kind="response",
        severity=1,
        target_min=20,
        replaced_min=30,
        reason="R-S4",
        starts_at=now,
        ends_at=now + dt.timedelta(days=30),
    )
    row.stamp(by=Actor.of(world.lin), now=now)
    row.save()
    return row


def report_body(world: SimpleNamespace) -> dict[str, Any]:
    """A right report."""
    return {"customer": world.lanhai.pk, "title": "链路中断", "severity": "major"}


def contract_body(world: SimpleNamespace) -> dict[str, Any]:
    """A right contract."""
    return {
        "customer": world.lanhai.pk,
        "level": level(world).pk,
        "starts_on": "2030-01-01",
        "ends_on": "2030-12-31",
    }


def clause_body(world: SimpleNamespace) -> dict[str, Any]:
    """A right clause."""
    return {
        "level": level(world).pk,
        "kind": "response",
        "severity": "critical",
        "target": 20,
        "unit": "minutes",
        "calendar": "24x7",
        "valid_from": "2031-01-01T00:00:00Z",
    }


def override_body(world: SimpleNamespace) -> dict[str, Any]:
    """A right override."""
    return {
        "customer": world.lanhai.pk,
        "kind": "response",
        "severity": "critical",
        "target_min": 1,
        "reason": "R-S4",
        "starts_at": "2031-01-01T00:00:00Z",
        "ends_at": "2031-06-01T00:00:00Z",
    }


FOR_HEADS = {"level": LOWER}
FOR_FACTS = ("assign", "message", "note", "resume", "arrive", "restore", "severity")
VERBS = {verb: WORK for verb in STEPS} | FOR_HEADS

ROWS: list[Row] = [
    *VOICES,
    page("tickets/"),
    Row("tickets/new/", sees=STAFF, get=STAFF, post=STAFF),
    page("tickets/<pk>/", ticket),
    page("tickets/<pk>/clocks/", ticket),
    Row("tickets/<pk>/edit/", ticket, sees=SEE, get=WORK, post=WORK),
    *[
        Row(f"tickets/<pk>/{verb}/", ticket, sees=SEE, get=may, post=may)
        for verb, may in VERBS.items()
    ],
    Row("escalations/<pk>/acknowledge/", call, sees=SEE, post=TOLD),
    Row("bulletins/<pk>/send/", bulletin, sees=SEE, get=WORK, post=WORK),
    Row("breaches/<pk>/reason/", breach, sees=SEE, get=WORK, post=WORK),
    *resource(
        "tickets",
        ticket,
        create=STAFF | TOKEN,
        change=FACTS,
        body=report_body,
        verbs={verb: may | TOKEN if verb in FOR_FACTS else may for verb, may in VERBS.items()},
    ),
    *resource("ticket-events", event),
    *resource("sla-clocks", sla_clock, readings={"explain": SEE | TOKEN}),
    *resource("pause-intervals", pause),
    *resource("escalations", call, verbs={"acknowledge": TOLD, "close": WORK}),
    *resource("incident-bulletins", bulletin, verbs={"send": WORK}),
    *resource("breaches", breach, verbs={"reason": WORK, "ask-waiver": WORK}),
    Row("api/v1/breaches/<pk>/waive/", asked, sees=SEE | TOKEN, post=LOWER),
    *resource("service-levels", level, sees=STAFF | TOKEN),
    *resource(
        "service-contracts",
        contract,
        create=CONTRACTS | TOKEN | ELSEWHERE,
        change=CONTRACTS | TOKEN,
        body=contract_body,
        verbs={"activate": CONTRACTS, "renew": CONTRACTS, "terminate": CONTRACTS},
    ),
    *resource(
        "sla-clauses",
        clause,
        sees=STAFF | TOKEN,
        create=frozenset({"adm"}),
        bulk=STAFF,
        body=clause_body,
    ),
    *resource("sla-overrides", override, create=LOWER | ELSEWHERE, bulk=STAFF, body=override_body),
    Row("portal/tickets/", sees=DOOR, get=DOOR, door="portal"),
    Row("portal/tickets/new/", sees=DOOR, get=DOOR, post=DOOR, door="portal"),
    Row("portal/tickets/<pk>/", ticket, sees=PORTAL, get=PORTAL, door="portal"),
    *[
        Row(f"portal/tickets/<pk>/{verb}/", ticket, sees=PORTAL, post=PORTAL, door="portal")
        for verb in ("confirm", "reject", "message")
    ],
]
