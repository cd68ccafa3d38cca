"""Plain builders of the second half of the floor of promises."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

from accounts.tests import build
from core.actors import Actor
from core.sequences import next_code
from expectations.actions import commitment as commitments
from expectations.actions import notice as notices
from expectations.actions import risk as risks
from expectations.actions.notice import Offer
from expectations.choices import ProjectStatus
from expectations.models import Commitment, CustomerNotice, Milestone, Project, Risk

SHANGHAI = build.SHANGHAI
MONDAY = dt.datetime(2025, 11, 3, 9, 0, tzinfo=SHANGHAI)
DUE = dt.datetime(2025, 11, 14, 10, 0, tzinfo=SHANGHAI)


def at(day: int, hour: int = 0, minute: int = 0, second: int = 0) -> dt.datetime:
    """A moment of November 2025 in Shanghai."""
    return dt.datetime(2025, 11, day, hour, minute, second, tzinfo=SHANGHAI)


def project(cast: SimpleNamespace, now: dt.datetime = MONDAY, **fields) -> Project:
    """An executing project of lanhai."""
    row = Project(
        code=next_code("PRJ"),
        customer=fields.pop("customer", cast.lanhai),
        name=fields.pop("name", "5G 专网二期"),
        unit=cast.office,
        expectation_owner=cast.lin,
        status=fields.pop("status", ProjectStatus.EXECUTING),
        **fields,
    )
    row.stamp(by=build.SYSTEM, now=now)
    row.save()
    return row


def promise(cast, within: Project, now=MONDAY, due=DUE, confirmed=True, **fields) -> Commitment:
    """A promise of lin, owned by fang."""
    row = commitments.promise(
        customer=within.customer,
        project=within,
        text=fields.pop("text", "核心机房电源模块到货"),
        due_at=due,
        owner=fields.pop("owner", cast.fang),
        by=Actor.of(cast.lin),
        now=now,
        **fields,
    )
    if confirmed:
        commitments.confirm_capacity(row, by=Actor.of(cast.fang), now=now)
    return row


def risk(cast, within: Project, promises=(), now=MONDAY, **fields) -> Risk:
    """A supply delay found by fang."""
    values = {
        "title": "电源模块晚到 9 天",
        "category": "supply_delay",
        "probability": 4,
        "impact": 5,
        "contingency": "内部先借华南备件",
        "owner": cast.fang,
        **fields,
    }
    return risks.open_risk(within, by=Actor.of(cast.fang), now=now, commitments=promises, **values)


def notice(cast, now=MONDAY, due=DUE) -> CustomerNotice:
    """A pending notice with everything below it."""
    within = project(cast, now)
    made = risk(cast, within, [promise(cast, within, now, due)], now)
    return CustomerNotice.objects.get(risk=made)


def drafted(cast, row: CustomerNotice, now=MONDAY) -> CustomerNotice:
    """A complete draft of fang with one alternative."""
    return notices.draft(
        row,
        what="电源模块晚到",
        effect="A 区上电顺延",
        expected_at=DUE + dt.timedelta(days=9),
        recipients=[cast.ruochuan],
        offers=[Offer("loan_equipment", "先用借用机", cast.fang, DUE)],
        by=Actor.of(cast.fang),
        now=now,
    )


def sent(cast, now=MONDAY, due=DUE) -> CustomerNotice:
    """A notice that the customer has."""
    row = drafted(cast, notice(cast, now, due), now)
    notices.approve(row, by=Actor.of(cast.lin), now=now)
    notices.send(row, by=Actor.of(cast.lin), now=now)
    return row


def milestone(cast, within: Project, name="初验", on=dt.date(2025, 12, 15), **fields) -> Milestone:
    """A dated step."""
    row = Milestone(project=within, name=name, baseline_on=on, **fields)
    row.stamp(by=build.SYSTEM, now=MONDAY)
    row.save()
    return row
