"""What stands between two organisations for longer, for the ledger of the four ways (R-R11)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone

from relationships.models import JointInnovationCentre, StrategicAgreement
from relationships.queries.layers import Standing


def agreements(ids: Sequence[int], *, now: dt.datetime) -> dict[int, Standing]:
    """The agreement in force of each customer, the one that ends last: one query."""
    today = timezone.localdate(now)
    rows = StrategicAgreement.objects.in_force().filter(
        customer__in=ids, starts_on__lte=today, ends_on__gte=today
    )
    return {
        row.customer_id: Standing(row.starts_on, row.ends_on, row.get_absolute_url())
        for row in rows.order_by("ends_on", "id")
    }


def centres(ids: Sequence[int], *, now: dt.datetime) -> dict[int, Standing]:
    """The innovation centre at work of each customer, the oldest one: one query."""
    rows = JointInnovationCentre.objects.running().filter(customer__in=ids, running_since__lte=now)
    return {
        row.customer_id: Standing(timezone.localdate(row.running_since), url=row.get_absolute_url())
        for row in rows.order_by("-running_since", "-id")
    }
