"""Counts what is lost and what is doubled: from the tables and the book of the sinks."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection

from bench.faults import sinks
from core import channels
from core.models import OutboxMessage

# What may stand only once, however often a worker died: (what, table, columns)
ONCE = (
    ("events", "core_event", "name, about_label, about_id, facts", "name LIKE 'sla.%'"),
    ("trail", "core_trailentry", "verb, about_label, about_id, facts", "verb LIKE 'sla.%'"),
    ("notes", "core_notification", "user_id, kind, about_label, about_id, title, params",
     "kind NOT LIKE '%digest%'"),
    ("mails", "core_outboxmessage", "channel, address, subject, body", "once LIKE 'note:%'"),
    ("webhooks", "core_outboxmessage", "address, body", "channel = 'webhook'"),
    ("crossings", "service_thresholdcrossing", "clock_id, cycle, target_version, pct", "1 = 1"),
)  # fmt: skip
# What must have followed: (what, how many are missing)
MISSING = {
    "timers not fired": "SELECT COUNT(*) FROM core_timer WHERE state IN ('armed', 'dead')"
    " AND id IN (SELECT id FROM bench_due)",
    "timers cancelled with nothing in their place": "SELECT COUNT(*) FROM core_timer t"
    " JOIN bench_due d ON d.id = t.id WHERE t.state = 'cancelled' AND NOT (d.kind = 'service.clock'"
    " AND EXISTS (SELECT 1 FROM service_thresholdcrossing c WHERE c.clock_id = d.about_id"
    " AND c.crossed_at = d.due_at))",
    "crossings not recorded": "SELECT COUNT(*) FROM bench_due d WHERE d.kind = 'service.clock'"
    " AND NOT EXISTS (SELECT 1 FROM service_thresholdcrossing c WHERE c.clock_id = d.about_id"
    " AND c.crossed_at = d.due_at)",
    "items not told": "SELECT COUNT(*) FROM bench_due d WHERE d.kind = 'accounts.action_due'"
    " AND NOT EXISTS (SELECT 1 FROM core_notification n WHERE n.about_id = d.about_id"
    " AND n.about_label = 'accounts.actionitem')",
    "tickets not told": "SELECT COUNT(*) FROM bench_due d JOIN service_slaclock c"
    " ON c.id = d.about_id JOIN service_ticket t ON t.id = c.ticket_id WHERE"
    " d.kind = 'service.clock' AND NOT EXISTS (SELECT 1 FROM core_notification n WHERE"
    " n.about_label = 'service.ticket' AND n.about_id = t.id) AND NOT EXISTS (SELECT 1 FROM"
    " core_notification n WHERE n.kind = 'sla.digest' AND n.user_id = t.owner_id)",
    "breaches without trail": "SELECT COUNT(*) FROM service_breach b JOIN service_slaclock c"
    " ON c.id = b.clock_id WHERE NOT EXISTS (SELECT 1 FROM core_trailentry t WHERE"
    " t.verb = 'sla.breached' AND t.about_id = c.ticket_id)",
    "breaches without event": "SELECT COUNT(*) FROM service_breach b JOIN service_slaclock c"
    " ON c.id = b.clock_id WHERE NOT EXISTS (SELECT 1 FROM core_event t WHERE"
    " t.name = 'sla.breached' AND t.about_id = c.ticket_id)",
    "events not heard": "SELECT COUNT(*) FROM core_eventdelivery WHERE state <> 'done'",
    "events without webhook": "SELECT (SELECT COUNT(*) FROM core_eventdelivery) -"
    " (SELECT COUNT(*) FROM core_outboxmessage WHERE channel = 'webhook')",
    "notes without mail": "SELECT (SELECT COUNT(*) FROM core_notification) - (SELECT COUNT(*)"
    " FROM core_outboxmessage WHERE channel = 'email' AND once NOT LIKE 'digest:%'"
    " AND once NOT LIKE 'bench:%')",
    "messages not sent": "SELECT COUNT(*) FROM core_outboxmessage WHERE state = 'pending'"
    " AND due_at <= CURRENT_TIMESTAMP - INTERVAL '30 seconds'",
}  # fmt: skip
UNSENT = (
    "SELECT COUNT(*) FROM core_outboxmessage WHERE state = 'pending'"
    " AND (attempts > 0 OR due_at <= CURRENT_TIMESTAMP)"
)
WAITING = (
    "SELECT COUNT(*) FROM core_timer WHERE state = 'armed' AND id IN (SELECT id FROM bench_due)",
    "SELECT COUNT(*) FROM core_eventdelivery WHERE state = 'pending'",
)


@dataclass
class Tally:
    """The printout of a part: name of the figure -> figure."""

    figures: dict[str, object] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def zero(self, name: str, figure: int) -> None:
        """A figure that must be nought."""
        self.figures[name] = figure
        if figure:
            self.wrong.append(f"{name}: {figure}")

    def most(self, name: str, figure: float, limit: float, unit: str = "") -> None:
        """A figure with a limit."""
        self.figures[name] = f"{figure:.2f}{unit} (at most {limit:g}{unit})"
        if figure > limit:
            self.wrong.append(f"{name}: {figure:.2f}{unit}")

    def print(self, title: str) -> None:
        """The table."""
        print(f"\n{title}")
        for name, figure in self.figures.items():
            print(f"  {name:<44} {figure}")
        print(
            f"  {'verdict':<44} {'HOLDS' if not self.wrong else 'BROKEN: ' + '; '.join(self.wrong)}"
        )


def one(sql: str) -> int:
    """The first column of the first row."""
    if connection.vendor == "sqlite":
        past = "strftime('%Y-%m-%d %H:%M:%f', 'now', '-30 seconds')"
        sql = sql.replace("CURRENT_TIMESTAMP - INTERVAL '30 seconds'", past)
        sql = sql.replace("CURRENT_TIMESTAMP", "strftime('%Y-%m-%d %H:%M:%f', 'now')")
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def take_time() -> None:
    """The count may take longer than a page; the planner knows how many rows the storm made."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("ANALYZE")


def remember_due(until: dt.datetime) -> int:
    """Keep which timers were to fire in this run; returns how many."""
    text = until.astimezone(dt.timezone.utc).strftime("%Y-%m-%d %H:%M:%S.%f")
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_due AS SELECT id, kind, about_id, due_at FROM core_timer"
            " WHERE state = 'armed' AND due_at <= %s",
            [text],
        )
    return one("SELECT COUNT(*) FROM bench_due")


def waiting() -> int:
    """What the database still has to do for timers that were due."""
    return sum(one(sql) for sql in WAITING)


def inside(tally: Tally, *, without: tuple[str, ...] = ()) -> None:
    """Lost and doubled in the database."""
    take_time()
    for name, sql in MISSING.items():
        if name not in without:
            tally.zero(f"lost: {name}", int(one(sql)))
    for name, table, columns, where in ONCE:
        sql = f"SELECT COUNT(*) - COUNT(DISTINCT ({_joined(columns)})) FROM {table} WHERE {where}"
        tally.zero(f"doubled: {name}", int(one(sql)))
    dead = one("SELECT COUNT(*) FROM core_timer WHERE state = 'dead'")
    tally.zero(
        "dead timers", dead + one("SELECT COUNT(*) FROM core_eventdelivery WHERE state = 'dead'")
    )


def _joined(columns: str) -> str:
    parts = (f"COALESCE(CAST({name} AS TEXT), '')" for name in columns.split(", "))
    return " || '|' || ".join(parts)


def outside(tally: Tally, book: Path, *, most_repeats: float = 1.0) -> None:
    """What the receivers saw, against what we believe to have sent (asked first: it goes on)."""
    sent = OutboxMessage.objects.filter(state="sent").exclude(extra__has_key="digest")
    believed = {_outward(channel, once) for channel, once in sent.values_list("channel", "once")}
    pending = OutboxMessage.objects.filter(state="pending")
    tally.figures["messages kept for working hours"] = pending.filter(attempts=0).count()
    tally.figures["messages with a further try ahead"] = pending.exclude(attempts=0).count()
    accepted: Counter[str] = Counter()
    contents: dict[str, set[str]] = defaultdict(set)
    fates: Counter[str] = Counter()
    refusals: Counter[str] = Counter()
    for line in book.read_text().splitlines():
        said = json.loads(line)
        fates[said["fate"]] += 1
        refusals[said["key"]] += said["fate"] == "refused"
        if said["fate"] != "refused":
            contents[said["key"]].add(said["content"])
        accepted[said["key"]] += said["fate"] == "ok"
    repeats = sum(number - 1 for number in accepted.values() if number > 1)
    taken = sum(1 for number in accepted.values() if number)
    tally.figures["messages taken outside"] = taken
    tally.figures["tries: ok / error / hang / refused"] = " / ".join(
        str(fates[name]) for name in ("ok", "error", "hang", "refused")
    )
    tally.zero("lost: sent but not received", sum(1 for key in believed if not accepted[key]))
    tally.zero("keys with differing content", sum(1 for said in contents.values() if len(said) > 1))
    tally.most("raw repeats outside", 100 * repeats / max(taken, 1), most_repeats, " %")
    tally.figures["raw repeats outside, number"] = repeats
    dead = OutboxMessage.objects.filter(state="dead")
    tally.figures["dead letters (the refused address)"] = dead.count()
    tally.zero("dead letters elsewhere", dead.exclude(address=sinks.REFUSED).count())
    tally.zero("refused letter not given up", 0 if is_given_up() else 1)
    again = sum(1 for number in refusals.values() if number > 1)
    tally.zero("tried again after a refusal for ever", again)


def is_given_up() -> bool:
    """The letter to the address that refuses for ever is a dead letter that says why."""
    dead = OutboxMessage.objects.filter(once="bench:refused", state="dead")
    return dead.filter(last_error__contains="refused for ever").exists()


def _outward(channel: str, once: str) -> str:
    return channels.message_id(once) if channel == "email" else channels.outward_key(once)
