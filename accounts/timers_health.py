"""The nightly look at every customer relation: account health of the day (R-H1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.actions import health
from accounts.models import AccountHealth, Customer
from core.actors import Actor

AT_ONCE = 500
"""So many customers are measured at a time: memory stays bounded however many there are."""


def measure(*, now: dt.datetime) -> int:
    """Heartbeat: write today's row of every customer that has none. Returns how many.

    The day is that of the house (TIME_ZONE), so that quarter ends are the same for all.
    """
    day = timezone.localdate(now)
    count = 0
    for rows in _portions(day):
        count += len(health.snapshot(rows, day, by=Actor.system(), now=now))
    return count


def _portions(day: dt.date) -> Iterator[list[Customer]]:
    last = 0
    written = AccountHealth.objects.filter(customer=OuterRef("pk"), as_of__gte=day)
    rows = Customer.objects.current().filter(~Exists(written)).select_related("owning_unit")
    while found := list(rows.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        yield found
        last = found[-1].pk
