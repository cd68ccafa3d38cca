"""Writes of customer insight: draft, edit, publish, expire (C126, C128)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import insights, policies
from accounts.actions.assessments import local_today
from accounts.actions.guards import only, persons_only
from accounts.choices import InsightStatus
from accounts.models import Customer, CustomerInsight
from core import policy, timers, trail
from core.actors import Actor
from core.errors import Invalid, Refused
from core.writes import edit as edit_row
from core.writes import insert, move

RULE = "C126"
REMINDER, EXPIRY = "accounts.insight_reminder", "accounts.insight_expiry"
FIELDS = (*insights.TEXTS, "main_business_position")


@transaction.atomic
def draft(
    customer: Customer, values: Mapping[str, Any], *, by: Actor, now: dt.datetime
) -> CustomerInsight:
    """A draft with any of FIELDS; Refused while another one is open."""
    row = CustomerInsight(customer=customer, **_tidied(values))
    insert(row, by=by, now=now)
    _record(row, "drafted", by, now)
    return row


@transaction.atomic
def edit(
    row: CustomerInsight,
    changes: Mapping[str, Any],
    *,
    by: Actor,
    now: dt.datetime,
    version: int | None,
) -> CustomerInsight:
    """Change FIELDS of a draft. Raises Stale; Refused once it is published."""
    if row.status != InsightStatus.DRAFT:
        raise Refused(_("It is published; write a new one, the old one is kept."), rule=RULE)
    if edit_row(row, _tidied(changes), by=by, now=now, version=version):
        _record(row, "edited", by, now)
    return row


@transaction.atomic
def publish(row: CustomerInsight, *, by: Actor, now: dt.datetime) -> CustomerInsight:
    """Draft → published for the declared months; the one before expires. Invalid names what is
    missing. A person publishes: it says what we think of the customer."""
    persons_only(by, rule=RULE)
    gaps = insights.missing({name: getattr(row, name) for name in FIELDS})
    if gaps:
        raise Invalid(
            _("An insight says something in each part before it is published."),
            rule=RULE,
            fields={name: [_("Write this part.")] for name in gaps},
        )
    months = policy.get(policies.INSIGHT_MONTHS, at=now)
    until = insights.last_day(local_today(row.customer, now), months)
    for last in CustomerInsight.objects.published().filter(customer=row.customer_id):
        expire(last, by=by, now=now)
    move(
        row, InsightStatus.PUBLISHED, frm=InsightStatus.DRAFT, by=by, now=now, rule=RULE,
        published_at=now, valid_until=until,
    )  # fmt: skip
    _arm(row, now)
    _record(row, "published", by, now)
    return row


@transaction.atomic
def expire(row: CustomerInsight, *, by: Actor, now: dt.datetime) -> CustomerInsight:
    """Its time is over, or a newer one is published; it stays to be read."""
    move(row, InsightStatus.EXPIRED, frm=InsightStatus.PUBLISHED, by=by, now=now, rule=RULE)
    timers.cancel(row, REMINDER, EXPIRY)
    _record(row, "expired", by, now)
    return row


def reminder_at(row: CustomerInsight, now: dt.datetime) -> dt.datetime:
    """09:00 at the owning unit, the declared days before it expires."""
    days = policy.get(policies.INSIGHT_REMINDER_DAYS, at=now)
    return row.local(row.valid_until - dt.timedelta(days=days), 9)


def expiry_at(row: CustomerInsight) -> dt.datetime:
    """The first instant after its last day."""
    return row.local(row.valid_until + dt.timedelta(days=1), 0)


def _arm(row: CustomerInsight, now: dt.datetime) -> None:
    if reminder_at(row, now) > now:
        timers.arm(REMINDER, row, reminder_at(row, now), now=now)
    timers.arm(EXPIRY, row, expiry_at(row), now=now)


def _tidied(values: Mapping[str, Any]) -> dict[str, Any]:
    known = only(dict(values), FIELDS)
    return {name: str(value or "").strip() for name, value in known.items()}


def _record(row: CustomerInsight, verb: str, by: Actor, now: dt.datetime) -> None:
    """The text is not repeated: the row keeps it."""
    facts = {"status": row.status, "valid_until": row.valid_until}
    trail.record(row, f"insight.{verb}", by=by, now=now, scope=row.customer, facts=facts)
