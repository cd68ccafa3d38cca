"""Writes of revenue records: booked, and reversed by an opposite row; never changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.guards import invalid, only
from accounts.cashflow import first_of_month
from accounts.models import Customer, RevenueRecord
from core import trail
from core.actors import Actor
from core.errors import Refused
from core.text import tidy
from core.writes import checked, insert

RULE = "b.1"
AMOUNTS = ("order_amount", "revenue", "gross_profit", "cash_collected")
FIELDS = (
    "month",
    "unit",
    "product_line",
    *AMOUNTS,
    "currency",
    "headcount_of_unit",
    "note",
    "external_source",
    "external_ref",
)


@transaction.atomic
def book(
    customer: Customer, values: Mapping[str, Any], *, by: Actor, now: dt.datetime
) -> RevenueRecord:
    """One month of a customer. Invalid for a month to come and for a row without any amount."""
    given = {name: value for name, value in only(dict(values), FIELDS).items() if value is not None}
    given["month"] = first_of_month(given["month"])
    given.setdefault("unit", customer.owning_unit)
    row = RevenueRecord(customer=customer, **given)
    if row.month > now.date():
        raise invalid("month", _("This month is still to come."), rule=RULE)
    if not any(getattr(row, name) for name in AMOUNTS):
        raise invalid("revenue", _("Give at least one amount."), rule=RULE)
    insert(row, by=by, now=now)
    _record(row, "booked", by, now)
    return row


@transaction.atomic
def book_many(
    rows: list[RevenueRecord], *, by: Actor, now: dt.datetime, import_id: int
) -> list[RevenueRecord]:
    """Rows of an import, checked before: few statements however many."""
    for row in rows:
        row.stamp(by=by, now=now)
        checked(row)
    made = RevenueRecord.objects.bulk_create(rows, batch_size=500)
    trail.record_many(
        [
            trail.entry_for(
                row,
                "revenue.booked",
                by=by,
                now=now,
                scope=row.customer,
                facts={**_facts(row), "import": import_id},
                confidential=True,
            )
            for row in made
        ]
    )
    return made


@transaction.atomic
def reverse(row: RevenueRecord, *, by: Actor, now: dt.datetime, note: str) -> RevenueRecord:
    """The opposite of a row: both stay, their sum is nothing. Book the right figures anew."""
    if not note.strip():
        raise invalid("note", _("Say what is wrong with it."), rule=RULE)
    if row.reverses_id is not None:
        raise Refused(_("A reversal is not reversed; book the row anew."), rule=RULE)
    if RevenueRecord.objects.filter(reverses=row).exists():
        raise Refused(_("This row is reversed already."), rule=RULE)
    opposite = RevenueRecord(
        customer=row.customer,
        unit=row.unit,
        month=row.month,
        product_line=row.product_line,
        currency=row.currency,
        reverses=row,
        note=tidy(note),
        **{name: -getattr(row, name) for name in AMOUNTS},
    )
    insert(opposite, by=by, now=now)
    _record(opposite, "reversed", by, now)
    return opposite


def _record(row: RevenueRecord, verb: str, by: Actor, now: dt.datetime) -> None:
    trail.record(
        row,
        f"revenue.{verb}",
        by=by,
        now=now,
        scope=row.customer,
        facts=_facts(row),
        confidential=True,
    )


def _facts(row: RevenueRecord) -> dict[str, Any]:
    return {"month": row.month, "revenue": row.revenue, "currency": row.currency}
