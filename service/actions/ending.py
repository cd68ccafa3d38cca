"""Contracts come to their end by themselves: who hears of it, and what they are then (R-T9)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import F
from django.utils.translation import gettext_noop

from accounts.queries import Team, teams_of
from core import events as domain_events
from core import notify, timers, trail
from core.actors import Actor
from core.updates import update_rows
from service.actions.contracts import TIMER, alert_after
from service.choices import CONTRACT_IN_FORCE, ContractStatus
from service.models import ServiceContract
from service.queries import calendars

ENDING = gettext_noop("Service contract %(code)s of %(customer)s ends on %(day)s")


def come_to_end(contracts: Iterable[ServiceContract], *, by: Actor, now: dt.datetime) -> None:
    """Tell account managers and renewal owners; mark as expiring, then as expired. The caller has
    locked the rows, which are in force; the same number of statements however many."""
    rows = list(contracts)
    sites = calendars.sites_of([row.customer for row in rows])
    zones = {row.pk: sites[row.customer_id].value.tz for row in rows}
    days = {row.pk: now.astimezone(zones[row.pk]).date() for row in rows}
    over = [row for row in rows if days[row.pk] > row.ends_on]
    near = [
        row for row in rows if row.status == ContractStatus.ACTIVE and days[row.pk] <= row.ends_on
    ]
    _move(near, ContractStatus.EXPIRING, by, now)
    _move(over, ContractStatus.EXPIRED, by, now)
    for row in rows:
        in_force = row.status in CONTRACT_IN_FORCE
        row.next_alert_at = alert_after(row.ends_on, zones[row.pk], now) if in_force else None
    update_rows(rows, ["next_alert_at"])
    wanted = {row.pk: row.next_alert_at for row in rows}
    timers.arm_many(TIMER, wanted, about_label="service.servicecontract", now=now)
    _say(rows, by, now)
    teams = teams_of({row.customer_id for row in rows})
    notify.tell_many([_note(row, teams[row.customer_id], days[row.pk]) for row in rows], now=now)


def _move(rows: list[ServiceContract], to: str, by: Actor, now: dt.datetime) -> None:
    if not rows:
        return
    ServiceContract.objects.filter(pk__in=[row.pk for row in rows]).update(
        status=to, version=F("version") + 1, updated_at=now, updated_by_id=by.user_id
    )
    for row in rows:
        row.status, row.version, row.updated_at, row.updated_by_id = (
            to, row.version + 1, now, by.user_id,
        )  # fmt: skip


def _say(rows: list[ServiceContract], by: Actor, now: dt.datetime) -> None:
    trail.record_many(
        [
            trail.entry_for(row, f"contract.{row.status}", by=by, now=now, scope=row.customer)
            for row in rows
        ]
    )
    domain_events.emit_many(
        [
            domain_events.event_for(
                "contract.expiring",
                row,
                by=by,
                now=now,
                scope=row.customer,
                facts={"ends_on": row.ends_on.isoformat(), "status": row.status},
            )
            for row in rows
        ]
    )


def _note(row: ServiceContract, team: Team, today: dt.date) -> notify.Note:
    return notify.Note(
        [team.ar, row.renewal_owner],
        "contract.expiring",
        ENDING,
        f"contract:{row.pk}:{today}",
        {
            "code": row.code,
            "customer": row.customer.display_name,
            "day": row.ends_on.isoformat(),
        },
        row.get_absolute_url(),
        notify.Urgency.SOON,
        row,
        row.customer,
    )
