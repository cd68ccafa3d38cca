"""Rows of the permission table: commitments, milestones, risks, notices, weekly reports."""

from __future__ import annotations

import datetime as dt
from typing import Any

from core import clock
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
    step,
)
from expectations.actions import report as reports
from expectations.models import CustomerNotice
from expectations.tests import build_delivery as build

BOSS = frozenset({"boss"})
AR = frozenset({"lin"})
AR_FR = frozenset({"lin", "fang"})
__all__ = ["ROWS"]


def due() -> dt.datetime:
    """In ten days."""
    return clock.now() + dt.timedelta(days=10)


def project(world: Any) -> Any:
    """An executing project of lanhai."""
    return build.project(world, clock.now())


def promise(world: Any, **more: Any) -> Any:
    """A confirmed promise to lanhai."""
    return build.promise(world, project(world), clock.now(), due(), **more)


def risk(world: Any) -> Any:
    """An open risk with a notice, owned by fang."""
    made = promise(world)
    return build.risk(world, made.project, [made], clock.now())


def notice(world: Any) -> Any:
    """A complete draft."""
    row = CustomerNotice.objects.get(risk=risk(world))
    return build.drafted(world, row, clock.now())


def call(world: Any) -> Any:
    """A call that waits for its confirmation."""
    row = CustomerNotice.objects.get(risk=risk(world))
    record = row.records.create(
        contact=world.ruochuan,
        channel="oral",
        delivered_at=clock.now(),
        stated_impact_at=due(),
        recorded_at=clock.now(),
        evidence="call",
    )
    return {"pk": row.pk, "record": record.pk}


RISKS = [
    page("projects/<pk>/risks/new/", project, get=TEAM, post=TEAM),
    page("projects/<pk>/risks/preview/", project),
    page("risks/", get=STAFF),
    page("risks/<pk>/", risk),
    *(
        page(f"risks/<pk>/{tail}/", risk, get=TEAM, post=TEAM)
        for tail in ("edit", "move-impact", "occur", "close")
    ),
    step("risks/<pk>/mitigate/", risk, TEAM),
    page("risks/<pk>/accept/", risk, get=BOSS, post=BOSS),
]
NOTICES = [
    page("customer-notices/", get=STAFF),
    page("customer-notices/<pk>/", notice),
    page("customer-notices/<pk>/verdict/", notice),
    page("customer-notices/<pk>/draft/", notice, get=TEAM, post=TEAM),
    page("customer-notices/<pk>/told-by-phone/", notice, get=TEAM, post=TEAM),
    page("customer-notices/<pk>/calls/<record>/confirm/", call, get=TEAM, post=TEAM),
    page("customer-notices/<pk>/send/", notice, get=AR_FR | BOSS, post=AR_FR | BOSS),
    step("customer-notices/<pk>/approve/", notice, AR | BOSS),
    step("customer-notices/<pk>/except-alternative/", notice, AR | BOSS),
    step("customer-notices/<pk>/settle/", notice, AR_FR | BOSS),
]


def report(world: Any) -> Any:
    """The draft of this week, filled in."""
    row = reports.draft_report(project(world), by=Actor.system(), now=clock.now())
    body = {"overall": "green", "done": "a", "portal_summary": "b"}
    reports.edit_report(row, body, by=Actor.of(world.fang), now=clock.now())
    return row


WRITTEN = "every one of the triangle has a section"
REPORTS = [
    page("weekly-reports/", get=STAFF),
    page("weekly-reports/<pk>/", report, post=TEAM, note=WRITTEN),
    step("weekly-reports/<pk>/autosave/", report, TEAM),
    step("weekly-reports/<pk>/submit/", report, frozenset({"fang"})),
    step("weekly-reports/<pk>/acknowledge/", report, AR | HEADS),
    page("weekly-reports/<pk>/return/", report, get=AR | HEADS, post=AR | HEADS),
    page("weekly-reports/<pk>/publish/", report, get=AR_FR, post=AR_FR),
    page("weekly-reports/<pk>/withdraw/", report, get=AR_FR, post=AR_FR),
    page("weekly-reports/<pk>/text/", report),
]


def proposed(world: Any) -> Any:
    """A promise whose capacity nobody has confirmed."""
    return promise(world, confirmed=False)


def milestone(world: Any) -> Any:
    """A step of a project."""
    return build.milestone(world, project(world))


def sent(world: Any) -> Any:
    """A notice that the customer has."""
    return build.sent(world, clock.now(), due())


def published(world: Any) -> Any:
    """A report that the customer reads."""
    row = report(world)
    reports.submit(row, by=Actor.of(world.fang), now=clock.now())
    reports.publish(row, by=Actor.of(world.lin), now=clock.now())
    return row


COMMITMENTS = [
    page("projects/<pk>/commitments/new/", project, get=TEAM, post=TEAM),
    page("customers/<pk>/commitments/new/", lambda w: w.lanhai, get=TEAM, post=TEAM),
    page("commitments/", get=STAFF),
    page("commitments/inbox/", get=STAFF),
    page("commitments/<pk>/", promise),
    step("commitments/<pk>/confirm-capacity/", proposed, frozenset({"fang"})),
    step("commitments/<pk>/meet/", promise, AR_FR),
    page("commitments/<pk>/miss/", promise, get=AR_FR, post=AR_FR),
    page("commitments/<pk>/explain/", promise, get=TEAM, post=TEAM),
    page("commitments/<pk>/move/", promise, get=TEAM, post=TEAM),
    page("commitments/<pk>/replace/", promise, get=AR | HEADS, post=AR | HEADS),
    page("commitments/<pk>/withdraw/", promise, get=AR | HEADS, post=AR | HEADS),
    page("projects/<pk>/milestones/new/", project, get=TEAM, post=TEAM),
    *(
        page(f"milestones/<pk>/{tail}/", milestone, get=TEAM, post=TEAM)
        for tail in ("forecast", "done", "miss")
    ),
]
OUTSIDE = frozenset({"portal", "outsider"})
PORTAL_ROWS = [
    Row("portal/notices/", door="portal", get=OUTSIDE),
    Row("portal/notices/<pk>/", sent, door="portal", sees=PORTAL, get=PORTAL),
    Row("portal/notices/<pk>/acknowledge/", sent, door="portal", sees=PORTAL, post=PORTAL),
    Row("portal/weekly-reports/", door="portal", get=OUTSIDE),
    Row("portal/weekly-reports/<pk>/", published, door="portal", sees=PORTAL, get=PORTAL),
]


def alternative(world: Any) -> Any:
    """What a draft offers."""
    return notice(world).alternatives.get()


def commitment_body(world: Any) -> dict[str, Any]:
    """A right body of a new promise."""
    return {
        "customer": world.lanhai.pk,
        "text": "到货",
        "owner": world.fang.pk,
        "due_at": due().isoformat(),
    }


def milestone_body(world: Any) -> dict[str, Any]:
    """A right body of a new step."""
    return {"project": project(world).pk, "name": "初验", "baseline_on": "2027-01-15"}


def risk_body(world: Any) -> dict[str, Any]:
    """A right body of a new risk."""
    return {
        "project": project(world).pk,
        "title": "a",
        "category": "resource",
        "probability": 1,
        "impact": 1,
        "contingency": "b",
        "owner": world.fang.pk,
    }


TEAM_T = TEAM | TOKEN
AR_FR_T = AR_FR | TOKEN
API = [
    *resource(
        "commitments",
        promise,
        create=TEAM_T | {"stranger"},  # a foreign project reads like an absent one: 400
        change=TEAM_T,
        body=commitment_body,
        verbs={
            "confirm-capacity": frozenset({"fang"}),
            "meet": AR_FR_T,
            "miss": AR_FR_T,
            "explain": TEAM_T,
            "move-due": TEAM_T,
            "withdraw": AR | HEADS,
            "replace": AR | HEADS,
        },
    ),
    *resource(
        "milestones",
        milestone,
        create=TEAM_T | {"stranger"},  # a foreign project reads like an absent one: 400
        change=TEAM_T,
        body=milestone_body,
        verbs={"forecast": TEAM_T, "finish": TEAM_T, "miss": TEAM_T},
    ),
    *resource(
        "risks",
        risk,
        create=TEAM_T | {"stranger"},  # a foreign project reads like an absent one: 400
        change=TEAM_T,
        body=risk_body,
        verbs={
            "mitigate": TEAM_T,
            "threaten": TEAM_T,
            "move-impact": TEAM_T,
            "occur": TEAM_T,
            "close": TEAM_T,
            "accept": BOSS,
        },
    ),
    *resource(
        "customer-notices",
        notice,
        verbs={
            "draft": TEAM_T,
            "approve": AR | BOSS,
            "except-alternative": AR | BOSS,
            "send": AR_FR | BOSS,
            "told-orally": TEAM,
            "settle": AR_FR | BOSS,
        },
        readings={"verdict": SEE | TOKEN},
    ),
    *resource("alternatives", alternative),
    *resource(
        "weekly-reports",
        report,
        change=TEAM_T,
        verbs={
            "submit": frozenset({"fang"}),
            "return": AR | HEADS,
            "acknowledge": AR | HEADS,
            "publish": AR_FR,
            "withdraw": AR_FR,
        },
    ),
]
ROWS = [*RISKS, *NOTICES, *REPORTS, *COMMITMENTS, *PORTAL_ROWS, *API]
