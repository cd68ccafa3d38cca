"""Writes of the installed base: record, edit, put in service, retire, verify (C149)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import policies
from accounts.actions.assessments import local_today
from accounts.actions.guards import in_ids, invalid, only
from accounts.choices import AssetStatus
from accounts.installed import lacks_cover
from accounts.models import Asset, Customer
from core import policy, timers, trail
from core.actors import Actor
from core.errors import Refused
from core.text import tidy
from core.writes import edit as edit_row
from core.writes import insert, move

RULE = "C149"
_record = trail.recorder("asset", scope="customer")
REMINDER, END = "accounts.warranty_reminder", "accounts.warranty_end"
FIELDS = (
    "site",
    "product",
    "model",
    "serial",
    "vendor",
    "quantity",
    "commissioned_on",
    "warranty_end",
    "contract",
    "note",
    "external_source",
    "external_ref",
)
TEXTS = ("site", "product", "model", "serial", "contract", "note")


@transaction.atomic
def create(customer: Customer, values: Mapping[str, Any], *, by: Actor, now: dt.datetime) -> Asset:
    """Equipment with any of FIELDS and `status` (planned or in service)."""
    known = _tidied(only(dict(values), (*FIELDS, "status")))
    row = Asset(customer=customer, **known)
    if row.status == AssetStatus.RETIRED:
        raise invalid(
            "status", _("Record it as planned or in service; retire it later."), rule=RULE
        )
    check(row, now)
    insert(row, by=by, now=now)
    arm(row, now)
    _record(row, "created", by, now, {"product": row.product, "status": row.status})
    return row


@transaction.atomic
def edit(
    row: Asset, changes: Mapping[str, Any], *, by: Actor, now: dt.datetime, version: int | None
) -> Asset:
    """Change FIELDS. Raises Stale, Invalid; Refused once it is retired."""
    if row.status == AssetStatus.RETIRED:
        raise Refused(_("It is retired; record the new equipment instead."), rule=RULE)
    changed = _tidied(only(dict(changes), FIELDS))
    wished = {name: changed.get(name, getattr(row, name)) for name in FIELDS}
    check(Asset(customer=row.customer, status=row.status, **wished), now)
    differs = edit_row(row, changed, by=by, now=now, version=version)
    if differs:
        arm(row, now)
        _record(row, "edited", by, now, {"changed": sorted(in_ids(differs))})
    return row


@transaction.atomic
def put_in_service(
    row: Asset,
    on: dt.date,
    *,
    by: Actor,
    now: dt.datetime,
    warranty_end: dt.date | None = None,
    contract: str = "",
) -> Asset:
    """Planned → in service since a day; ours needs the end of its warranty or a contract."""
    columns = {
        "commissioned_on": on,
        "warranty_end": warranty_end or row.warranty_end,
        "contract": tidy(contract) or row.contract,
    }
    wished = {name: getattr(row, name) for name in FIELDS} | columns
    check(Asset(customer=row.customer, status=AssetStatus.IN_SERVICE, **wished), now)
    move(row, AssetStatus.IN_SERVICE, frm=AssetStatus.PLANNED, by=by, now=now, rule=RULE, **columns)
    arm(row, now)
    _record(row, "in_service", by, now, {"on": on, "warranty_end": row.warranty_end})
    return row


@transaction.atomic
def retire(row: Asset, reason: str, *, by: Actor, now: dt.datetime) -> Asset:
    """It stands there no more; the row stays as history."""
    if not reason.strip():
        raise invalid("reason", _("Say why: replaced by what, or given up."), rule=RULE)
    standing = (AssetStatus.PLANNED, AssetStatus.IN_SERVICE)
    move(row, AssetStatus.RETIRED, frm=standing, by=by, now=now, rule=RULE, note=tidy(reason)[:200])
    timers.cancel(row, REMINDER, END)
    _record(row, "retired", by, now, {})
    return row


@transaction.atomic
def verify(row: Asset, *, by: Actor, now: dt.datetime) -> Asset:
    """Somebody looked today: it stands there as it is written."""
    if row.status == AssetStatus.RETIRED:
        raise Refused(_("It is retired; there is nothing to look at."), rule=RULE)
    today = local_today(row.customer, now)
    if edit_row(row, {"last_verified_on": today}, by=by, now=now):
        _record(row, "verified", by, now, {"on": today})
    return row


def reminder_at(row: Asset, now: dt.datetime) -> dt.datetime:
    """09:00 at the owning unit, the declared days before the warranty ends."""
    days = policy.get(policies.WARRANTY_REMINDER_DAYS, at=now)
    return row.local(row.warranty_end - dt.timedelta(days=days), 9)


def end_at(row: Asset) -> dt.datetime:
    """09:00 on the day after the last day of the warranty."""
    return row.local(row.warranty_end + dt.timedelta(days=1), 9)


def is_guarded(row: Asset) -> bool:
    """As AssetQuerySet.guarded."""
    return bool(row.vendor == "ours" and row.status == AssetStatus.IN_SERVICE and row.warranty_end)


def alerts(row: Asset, now: dt.datetime) -> dict[str, dt.datetime | None]:
    """When each alert of this row is due; None where nothing is guarded or the time is past."""
    if not is_guarded(row):
        return {REMINDER: None, END: None}
    wanted = {REMINDER: reminder_at(row, now), END: end_at(row)}
    return {kind: due if due > now else None for kind, due in wanted.items()}


def arm(row: Asset, now: dt.datetime) -> None:
    """The alerts of this row for the times to come; none where nothing is guarded."""
    for kind, due in alerts(row, now).items():
        if due is not None:
            timers.arm(kind, row, due, now=now)
        else:
            timers.cancel(row, kind)


def check(row: Asset, now: dt.datetime) -> None:
    """Invalid for what cannot be: no cover, a start to come, a warranty before it begins."""
    if lacks_cover(
        vendor=row.vendor,
        status=row.status,
        warranty_end=row.warranty_end,
        contract=row.contract,
    ):
        sentence = _("Our equipment in service needs the end of its warranty or a contract.")
        raise invalid("warranty_end", sentence, rule=RULE)
    on = row.commissioned_on
    runs = row.status == AssetStatus.IN_SERVICE
    if on is not None and runs and on > local_today(row.customer, now):
        raise invalid("commissioned_on", _("This day is still to come; it is planned."), rule=RULE)
    if on is not None and row.warranty_end is not None and row.warranty_end < on:
        raise invalid("warranty_end", _("A warranty does not end before it begins."), rule=RULE)


def _tidied(values: dict[str, Any]) -> dict[str, Any]:
    return values | {name: tidy(values[name] or "") for name in TEXTS if name in values}
