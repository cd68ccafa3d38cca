"""The monthly look at the three layers of every customer relation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import Customer
from relationships.actions import layers
from relationships.models import LayerSnapshot

AT_ONCE = 500
"""So many customers are looked at at a time: memory stays bounded however many there are."""


def measure(*, now: dt.datetime) -> int:
    """Heartbeat: write this month of every customer that has none. Returns how many."""
    day = timezone.localdate(now)
    return sum(len(layers.snapshot(ids, day, now=now)) for ids in _portions(day))


def _portions(day: dt.date) -> Iterator[list[int]]:
    last = 0
    written = LayerSnapshot.objects.filter(customer=OuterRef("pk"), month=day.replace(day=1))
    rows = Customer.objects.current().filter(~Exists(written)).order_by("pk")
    while found := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:AT_ONCE]):
        yield found
        last = found[-1]
