"""What this floor says of account health: expectations that were kept (R-H1, R-K1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.health import Evidence
from accounts.policies_health import EVIDENCE_DAYS
from core import policy
from expectations import attainment as rates
from expectations.attainment import Due
from expectations.models import ExpectationItem


def attainment(ids: Sequence[int], *, now: dt.datetime) -> dict[int, Evidence]:
    """The attainment rate over the items of each customer that fell due lately: one query."""
    today = timezone.localdate(now)
    first = today - dt.timedelta(days=policy.get(EVIDENCE_DAYS, at=now))
    rows = ExpectationItem.objects.filter(
        customer__in=ids, due_on__gte=first, due_on__lte=today
    ).order_by()
    items: dict[int, list[Due]] = {}
    columns = ("customer_id", "priority_class", "status", "due_on", "outcome_on")
    for pk, *values in rows.values_list(*columns):
        items.setdefault(pk, []).append(Due(*values))
    found = {}
    for pk, held in items.items():
        value = rates.rate(held)
        if value is not None:
            counted = [each for each in held if rates.counts(each)]
            kept = sum(1 for each in counted if rates.kept(each))
            found[pk] = Evidence(value, {"due": len(counted), "kept": kept})
    return found


def words(facts: Mapping[str, Any]) -> str:
    """How many of those that were due were kept."""
    if not facts:
        return _("No expectation that counts was due.")
    return _("%(kept)s of %(due)s expectations kept") % dict(facts)
