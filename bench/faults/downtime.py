"""Twenty-four hours in which people worked and no worker ran: what the first minute sends."""

from __future__ import annotations

import datetime as dt
import random
import time
from collections import Counter

from django.db import connection
from django.utils import timezone

from bench.faults import load, tally
from bench.faults.house import House, staff
from bench.faults.storm import wait_for_quiet
from core.actors import Actor
from core.models import Heartbeat, Notification
from service.actions import outcome, work
from service.choices import RootCause
from service.models import Ticket

HOURS, RESOLVED = 24, 0.1
CATCH_UP_S = 60.0
# What goes on after a ticket is resolved: one closing note, reasons of breaches, bulletins.
DUTIES = {"sla.closed", "breach.reason", "bulletin.overdue"}
STATES = (
    "SELECT t.kind || ' ' || t.state, COUNT(*) FROM core_timer t JOIN bench_due d ON d.id = t.id"
    " GROUP BY 1"
)
MINUTE = dt.timedelta(minutes=1)
LATE = (
    "SELECT COUNT(*) FROM core_timer t JOIN bench_due d ON d.id = t.id WHERE t.state = 'fired'"
    " AND ABS(t.late_by_s - EXTRACT(EPOCH FROM t.fired_at - d.due_at)) > 1"
)
DIGESTS = (
    "SELECT COALESCE(MAX(number), 0) FROM (SELECT address, COUNT(*) AS number FROM"
    " core_outboxmessage WHERE channel = 'email' AND state = 'sent' AND CAST(extra AS TEXT)"
    " NOT LIKE '%digest%' AND (once LIKE 'digest:%' OR once LIKE 'note:sla-digest%')"
    " GROUP BY address) AS found"
)
MAILS = (
    "SELECT COALESCE(MAX(number), 0) FROM (SELECT address, COUNT(*) AS number FROM"
    " core_outboxmessage WHERE channel = 'email' AND state = 'sent' AND CAST(extra AS TEXT)"
    " NOT LIKE '%digest%' GROUP BY address) AS found"
)


def run(house: House, *, timers: int, seed: int) -> tally.Tally:
    """Fill, let a day pass without workers, start them."""
    out, rng = tally.Tally(), random.Random(seed)
    house.migrate()
    now = timezone.now()
    began = now - dt.timedelta(hours=HOURS)
    first = began + dt.timedelta(minutes=1)
    load.fill(timers, seed=seed, now=now, first=first, span_s=(HOURS - 1) * 3600)
    Heartbeat.objects.create(name="sweep", beat_at=began)
    quiet_tickets = _resolve_some(rng, began, now)
    due = tally.remember_due(now)
    connection.close()
    staff(house)
    started = time.monotonic()
    caught_up, quiet = wait_for_quiet(house, started, 300)
    out.figures["timers due in 24 h"] = due
    out.figures["tickets resolved meanwhile"] = len(quiet_tickets)
    out.most("all fired after the start of the workers", caught_up, CATCH_UP_S, " s")
    out.figures["last message out, with its back-off"] = f"{quiet:.0f} s"
    out.zero("late_by wrong", tally.one(LATE))
    out.most("digests of one recipient", tally.one(DIGESTS), 1)
    out.figures["mails to one recipient, at most"] = tally.one(MAILS)
    told = Notification.objects.filter(about_label="service.ticket", about_id__in=quiet_tickets)
    kinds = Counter(told.filter(created_at__gt=now).values_list("kind", flat=True))
    out.figures["told about what was resolved meanwhile"] = said_of(kinds)
    out.zero("alerts about it", sum(n for kind, n in kinds.items() if kind not in DUTIES))
    out.figures["timers of the day, by kind and state"] = said_of(_states())
    gaps = tally.one("SELECT COUNT(*) FROM core_heartbeatgap")
    out.zero("gap not recorded", 0 if gaps == 1 else 1)
    tally.inside(out)
    tally.outside(out, house.folder / "sink.log")
    return out


def said_of(counted: Counter[str]) -> str:
    """`3 of this, 2 of that`."""
    return ", ".join(f"{number} {name}" for name, number in sorted(counted.items())) or "none"


def _states() -> Counter[str]:
    with connection.cursor() as cursor:
        cursor.execute(STATES)
        return Counter(dict(cursor.fetchall()))


def _resolve_some(rng: random.Random, began: dt.datetime, now: dt.datetime) -> list[int]:
    """People answer, restore and resolve a tenth of the tickets while nothing runs behind them."""
    rows = list(Ticket.objects.select_related("customer", "owner").order_by("id"))
    chosen = rng.sample(rows, int(len(rows) * RESOLVED))
    for ticket in chosen:
        at = ticket.reported_at + dt.timedelta(minutes=rng.randrange(2, 120))
        _resolve(ticket, Actor.of(ticket.owner), min(at, now - dt.timedelta(minutes=5)))
    return [ticket.pk for ticket in chosen]


def _resolve(ticket: Ticket, by: Actor, at: dt.datetime) -> None:
    work.contact(ticket, text="电话联系", by=by, now=at)
    outcome.restore(ticket, text="已恢复", confirmed=True, by=by, now=at + MINUTE)
    outcome.resolve(ticket, fix="更换光模块", by=by, now=at + 2 * MINUTE)
    outcome.confirm(ticket, evidence="电话确认", by=by, now=at + 3 * MINUTE)
    outcome.close(ticket, root_cause=RootCause.SERVICE_QUALITY, by=by, now=at + 4 * MINUTE)
