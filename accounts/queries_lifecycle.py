"""What the lifecycle rule looks at, for many customers at once (R-A5)."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Sequence

from django.db.models import Sum

from accounts import lifecycle, policies
from accounts.models import Customer, RevenueRecord
from core import policy, registry


def cuts(now: dt.datetime) -> lifecycle.Cuts:
    """The numbers in force."""
    return lifecycle.Cuts(
        loyal_years=policy.get(policies.LOYAL_YEARS, at=now),
        satisfaction=policy.get(policies.LOYAL_SATISFACTION, at=now),
        no_contact_days=policy.get(policies.NO_CONTACT_DAYS, at=now),
        no_order_days=policy.get(policies.NO_ORDER_DAYS, at=now),
    )


def facts_of(customers: Sequence[Customer], *, now: dt.datetime) -> dict[int, lifecycle.Facts]:
    """The facts of customers by id: two queries however many.

    A month counts as ordered in when what was booked and reversed leaves an amount. Satisfaction
    is not known on this floor; LIFECYCLE_FACTS of the registry tells of contact and satisfaction:
    called function(ids) -> {"contact": {id: moment}, "satisfaction": {id: value}}.
    """
    ids = [row.pk for row in customers]
    path = registry.entry("LIFECYCLE_FACTS", "")
    known = registry.load(path)(ids) if path else {}
    touched, content = known.get("contact", {}), known.get("satisfaction", {})
    months: dict[int, list[dt.date]] = {pk: [] for pk in ids}
    booked = RevenueRecord.objects.filter(customer__in=ids).order_by()
    sums = booked.values("customer", "month").annotate(ordered=Sum("order_amount"))
    for line in sums.filter(ordered__gt=0):
        months[line["customer"]].append(line["month"])
    return {row.pk: _facts(row, months[row.pk], touched, content, now) for row in customers}


def _facts(
    row: Customer, months: list[dt.date], touched: dict, content: dict, now: dt.datetime
) -> lifecycle.Facts:
    zone = zoneinfo.ZoneInfo(row.owning_unit.timezone)
    moment = touched.get(row.pk)
    return lifecycle.Facts(
        since=row.created_at.astimezone(zone).date(),
        last_contact=moment.astimezone(zone).date() if moment else None,
        last_order=max(months, default=None),
        order_years=lifecycle.order_years(months, today=now.astimezone(zone).date()),
        satisfaction=content.get(row.pk),
    )
