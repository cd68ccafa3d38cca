"""The customers that the rows of a table name, by code or by name."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import Customer
from accounts.models.customer import CustomerQuerySet
from core.imports.plan import REFUSE, Plan

SHOWN = 5


def named(plan: Plan, seen: CustomerQuerySet) -> dict[str, Customer]:
    """What a cell of the column `customer` means, out of the customers of `seen`.

    A code always means one. A name that several bear means none: its rows are refused and the
    codes are named, so that a figure never lands at the wrong customer.
    """
    asked = [row for row in plan.rows if row.outcome != REFUSE]
    words = {row.values.get("customer") for row in asked}
    rows = seen.current().select_related("owning_unit").order_by("pk")
    by_code = {row.code: row for row in rows.filter(code__in=words)}
    by_name: dict[str, list[Customer]] = {}
    for one in rows.filter(name__in=words):
        by_name.setdefault(one.name, []).append(one)
    for row in asked:
        word = row.values.get("customer")
        same = [] if word in by_code else by_name.get(word, [])
        if len(same) > 1:
            sentence = _("Several customers have this name; give the code of one: %(codes)s.")
            codes = ", ".join(one.code for one in same[:SHOWN])
            row.refuse("customer", sentence % {"codes": codes})
    return {name: found[0] for name, found in by_name.items()} | by_code
