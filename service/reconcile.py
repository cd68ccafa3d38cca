"""Compares cached clocks with the events of their tickets (manage.py reconcile)."""

from __future__ import annotations

import datetime as dt

from core.actors import Actor
from service.actions import clockwork
from service.models import Ticket
from service.queries.timelines import clock_differences


def clocks(now: dt.datetime, repair: bool) -> list[str]:
    """A sentence per column that differs; with `repair` the clocks are computed anew."""
    found = list(clock_differences())
    if repair and found:
        tickets = Ticket.objects.filter(pk__in={row.ticket_id for row in found})
        rows = tickets.select_related("customer")
        clockwork.sync_many(rows, by=Actor.system("command"), now=now)
    return [
        f"clock {row.code} {row.kind} {row.cycle}: {row.field} is {row.stored}, not {row.computed}"
        for row in found
    ]
