"""Counts open tickets anew when a schedule is published that their clocks only guessed at."""

from __future__ import annotations

import datetime as dt
import time

from django.db import transaction
from django.db.models import F

from core import trail
from core.actors import Actor
from core.models import Calendar
from core.updates import update_rows
from service.actions import clockwork
from service.models import SlaClock, Ticket

BATCH = 500
SYSTEM = Actor.system()


def replan(*, now: dt.datetime, limit: int = BATCH, budget_s: float = 45.0) -> int:
    """Re-plan clocks that count on a guessed date of a calendar that has a newer version; returns
    how many tickets. Every batch is a transaction of its own; what is left waits for the next run.

    What a calendar said of settled dates stays as the ticket froze it (clocks.md 1): only the
    dates beyond are taken from the new version (clocks.md 3).
    """
    done, started = 0, time.monotonic()
    while time.monotonic() - started < budget_s:
        with transaction.atomic():
            count = _batch(now, limit)
        done += count
        if count < limit:
            break
    return done


def _batch(now: dt.datetime, limit: int) -> int:
    guessed = SlaClock.objects.live().filter(
        is_provisional=True, calendar_version__lt=F("calendar__version")
    )
    ids = list(guessed.order_by("ticket_id").values_list("ticket_id", flat=True).distinct()[:limit])
    rows = Ticket.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    tickets = list(rows.select_related("customer"))
    newest = dict(Calendar.objects.values_list("pk", "version"))
    for ticket in tickets:
        for side in ("site", "team"):
            pk, version, zone, *_later = ticket.terms[side]
            if pk is not None and newest[pk] > version:
                ticket.terms[side] = [pk, version, zone, newest[pk]]
        ticket.version += 1
    update_rows(tickets, ["terms", "version"])
    _count_on(ids, newest)
    clockwork.sync_many(tickets, by=SYSTEM, now=now)
    trail.record_many([_entry(ticket, now) for ticket in tickets])
    return len(tickets)


def _count_on(ids: list[int], newest: dict[int, int]) -> None:
    """The clocks say which version they were last planned with."""
    for pk, version in newest.items():
        SlaClock.objects.filter(ticket__in=ids, calendar=pk).update(calendar_version=version)


def _entry(ticket: Ticket, now: dt.datetime) -> tuple:
    sides = {side: ticket.terms[side][-1] for side in ("site", "team")}
    return trail.entry_for(
        ticket, "ticket.replanned", by=SYSTEM, now=now, scope=ticket.customer, facts=sides
    )
