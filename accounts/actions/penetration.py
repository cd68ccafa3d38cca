"""Writes of products in use: one row for a product and a department, edited in place (C095)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.guards import in_ids, invalid, only
from accounts.models import Customer, CustomerUnit, ProductPenetration
from core import trail
from core.actors import Actor
from core.text import tidy
from core.writes import edit as edit_row
from core.writes import insert

FIELDS = ("status", "note")


@transaction.atomic
def create(
    customer: Customer,
    product: str,
    values: Mapping[str, Any],
    *,
    by: Actor,
    now: dt.datetime,
    unit: CustomerUnit | None = None,
) -> ProductPenetration:
    """A product at the customer or in one department. Refused when that pair is noted already."""
    if unit is not None and unit.customer_id != customer.pk:
        raise invalid("unit", _("This is a department of another customer."))
    known = ProductPenetration.objects.filter(customer=customer, product__iexact=tidy(product))
    spelled = known.values_list("product", flat=True).first() or tidy(product)
    given = _tidied(only(dict(values), FIELDS))
    row = ProductPenetration(customer=customer, unit=unit, product=spelled, **given)
    insert(row, by=by, now=now)
    _record(row, "noted", by, now, {"status": row.status})
    return row


@transaction.atomic
def edit(
    row: ProductPenetration,
    changes: Mapping[str, Any],
    *,
    by: Actor,
    now: dt.datetime,
    version: int | None,
) -> ProductPenetration:
    """How far it is in use now. Raises Stale."""
    before = row.status
    differs = edit_row(row, _tidied(only(dict(changes), FIELDS)), by=by, now=now, version=version)
    if differs:
        facts = {"changed": sorted(in_ids(differs)), "from": before, "status": row.status}
        _record(row, "changed", by, now, facts)
    return row


def _tidied(values: dict[str, Any]) -> dict[str, Any]:
    return values | ({"note": tidy(values["note"] or "")} if "note" in values else {})


def _record(
    row: ProductPenetration, verb: str, by: Actor, now: dt.datetime, facts: dict[str, Any]
) -> None:
    said = {"product": row.product, "unit": row.unit_id, **facts}
    trail.record(row, f"penetration.{verb}", by=by, now=now, scope=row.customer, facts=said)
