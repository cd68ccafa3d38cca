"""Writes of the departments of a customer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import departments
from accounts.actions.guards import in_ids, invalid, only
from accounts.models import Customer, CustomerUnit
from core import trail
from core.actors import Actor
from core.text import tidy
from core.writes import edit as edit_row
from core.writes import insert

FIELDS = ("name", "kind", "parent", "external_source", "external_ref")


@transaction.atomic
def create(
    customer: Customer, values: Mapping[str, Any], *, by: Actor, now: dt.datetime
) -> CustomerUnit:
    """A department; its name is unique within the customer (Invalid)."""
    known = only(dict(values), FIELDS)
    unit = CustomerUnit(customer=customer, **known | {"name": tidy(known.get("name") or "")})
    _check(unit, unit.parent)
    insert(unit, by=by, now=now)
    trail.record(
        unit,
        "customer_unit.created",
        by=by,
        now=now,
        scope=customer,
        facts={"name": unit.name, "kind": unit.kind},
    )
    return unit


@transaction.atomic
def edit(
    unit: CustomerUnit,
    changes: Mapping[str, Any],
    *,
    by: Actor,
    now: dt.datetime,
    version: int | None,
) -> CustomerUnit:
    """Change FIELDS. Raises Stale, Invalid."""
    changed = only(dict(changes), FIELDS)
    if "name" in changed:
        changed["name"] = tidy(changed["name"])
    if "parent" in changed:
        _check(unit, changed["parent"])
    differs = edit_row(unit, changed, by=by, now=now, version=version)
    if differs:
        trail.record(
            unit,
            "customer_unit.edited",
            by=by,
            now=now,
            scope=unit.customer,
            facts={"changed": in_ids(differs)},
        )
    return unit


def _check(unit: CustomerUnit, parent: CustomerUnit | None) -> None:
    """Below a department of the same customer, without a ring, not too deep. Locks the tree."""
    if parent is None:
        return
    if parent.customer_id != unit.customer_id:
        raise invalid("parent", _("This is a department of another customer."), rule="b.1")
    rows = CustomerUnit.objects.filter(customer=unit.customer_id).select_for_update()
    parents = dict(rows.order_by("pk").values_list("pk", "parent_id"))
    wrong = departments.complaint(parents, unit.pk, parent.pk)
    if wrong == "ring":
        raise invalid(
            "parent", _("This department would hang below itself; choose one outside."), rule="b.1"
        )
    if wrong == "deep":
        deepest = {"levels": departments.DEEPEST}
        raise invalid(
            "parent", _("Departments have %(levels)d levels at most.") % deepest, rule="b.1"
        )
