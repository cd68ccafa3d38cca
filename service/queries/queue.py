"""The queue of tickets: whose, what burns, how each clock looks in a cell."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.db import models
from django.db.models import Count, Min, Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.choices import TIER_KEYS
from core.paging import kept_if_dear
from core.wording import due_words, left_words
from service.choices import ClockKind, ClockState, EscalationKind, EscalationStatus, Severity
from service.models import Escalation, SlaClock, Ticket

SHOWN = (
    ClockKind.RESPONSE,
    ClockKind.UPDATE,
    ClockKind.ONSITE,
    ClockKind.RESTORE,
    ClockKind.RESOLVE,
)
HOUR = dt.timedelta(hours=1)
OF_A_CLOCK = (
    "ticket_id",
    "kind",
    "cycle",
    "state",
    "started_at",
    "due_at",
    "target_s",
    "elapsed_s",
)
SCOPES = ("mine", "free", "group", "all", "raised")
OF_A_LINE = (
    "code",
    "title",
    "severity",
    "status",
    "level",
    "line",
    "line_accepted_at",
    "queue_at",
    "reported_at",
    "customer__name",
    "customer__short_name",
    "customer__tier",
    "owner__full_name",
    "owner__username",
)
"""What a line of the queue says: of a ticket it reads a quarter of the columns."""


@dataclass(frozen=True)
class Cell:
    """One stage of a ticket as it stands now; state done, now, next, over, paused or none."""

    kind: str
    label: str
    state: str = "none"
    text: str = ""
    used: int = 0
    tone: str = "none"
    due: dt.datetime | None = None


@dataclass(frozen=True)
class Call:
    """A management call: when, when it was noted, the names of who was told."""

    at: dt.datetime
    acknowledged_at: dt.datetime | None
    told: Sequence[str]


@dataclass
class Line:
    """One ticket in the queue."""

    ticket: Ticket
    cells: list[Cell]
    tone: str
    tier: str
    severity: str
    line_words: str
    management: Call | None = None
    told: str = ""


@dataclass
class Group:
    """A part of the queue with its heading."""

    key: str
    title: str
    hint: str
    lines: list[Line] = field(default_factory=list)


def scope_of(asked: Mapping[str, str]) -> str:
    """The tab that is asked for: one's group, and for one customer all of it."""
    scope = asked.get("scope", "")
    if scope in SCOPES:
        return scope
    return "all" if asked.get("customer") else "group"


def of_state(rows: models.QuerySet, asked: Mapping[str, str]) -> models.QuerySet:
    """Open tickets, unless a state is asked for."""
    return rows if asked.get("status") or asked.get("open") else rows.open()


def of_scope(rows: models.QuerySet, user: Any, scope: str, unit_id: int | None):
    """Tickets of a tab: mine, unclaimed, my group, all, or those that I escalated."""
    if scope == "mine":
        return rows.filter(owner=user)
    if scope == "free":
        return rows.filter(owner=None)
    if scope == "group":
        return rows.filter(Q(group=unit_id) | Q(owner=user))
    if scope == "raised":
        return rows.filter(pk__in=Escalation.objects.filter(created_by=user).values("ticket"))
    return rows


def shown(rows: models.QuerySet, further: Sequence[str] = ()) -> models.QuerySet:
    """The tickets of a page with what their lines say, and with `further` columns."""
    joined = {name.split("__")[0] for name in further if "__" in name}
    rows = rows.select_related(None).select_related("customer", "owner", *sorted(joined))
    return rows.only(*OF_A_LINE, *further)


def counts(rows: models.QuerySet, user: Any, unit_id: int | None) -> dict[str, int]:
    """Open tickets per tab: one query, kept for half a minute where there are a thousand."""
    rows = rows.order_by()

    def ask() -> dict[str, int]:
        return rows.aggregate(
            mine=Count("pk", filter=Q(owner=user)),
            free=Count("pk", filter=Q(owner=None)),
            group=Count("pk", filter=Q(group=unit_id) | Q(owner=user)),
            all=Count("pk"),
        )

    return kept_if_dear(f"tabs:{user.pk}:{unit_id}", rows, ask, lambda found: found["all"]) or ask()


@dataclass(frozen=True)
class Tile:
    """One figure above the queue."""

    key: str
    tone: str
    label: str
    count: int
    note: str


def tiles(rows: models.QuerySet, now: dt.datetime) -> list[Tile]:
    """Overdue, due within the hour, more than half used, at ease, paused: one query, kept for half
    a minute where a thousand clocks run: it is the dearest of the page."""
    rows = rows.order_by()
    found = kept_if_dear("tiles", rows, lambda: _figures(rows, now), _running_in)
    return _tiles(found or _figures(rows, now), now)


def _running_in(found: dict[str, Any]) -> int:
    return found["over"] + found["soon"] + found["later"] + found["paused"]


def _figures(rows: models.QuerySet, now: dt.datetime) -> dict[str, Any]:
    live = SlaClock.objects.filter(ticket__in=rows.values("pk"))
    over = Q(state=ClockState.BREACHED_RUNNING) | Q(state=ClockState.RUNNING, due_at__lt=now)
    soon = Q(state=ClockState.RUNNING, due_at__gte=now, due_at__lte=now + HOUR)
    later = Q(state=ClockState.RUNNING, due_at__gt=now + HOUR)
    half = Q(state=ClockState.RUNNING, crossings__pct=50)
    return live.aggregate(
        over=Count("ticket", filter=over, distinct=True),
        over_at=Min("due_at", filter=over),
        soon=Count("ticket", filter=soon, distinct=True),
        soon_at=Min("due_at", filter=soon),
        half=Count("ticket", filter=half, distinct=True),
        half_at=Min("due_at", filter=half),
        later=Count("ticket", filter=later, distinct=True),
        later_at=Min("due_at", filter=later),
        paused=Count("ticket", filter=Q(state=ClockState.PAUSED), distinct=True),
    )


def _tiles(found: dict[str, Any], now: dt.datetime) -> list[Tile]:
    late = now - found["over_at"] if found["over_at"] else None
    return [
        Tile("over", "breach", _("Overdue"), found["over"], _over(late)),
        Tile("soon", "risk", _("Due within the hour"), found["soon"], _next(found["soon_at"], now)),
        Tile(
            "half", "watch", _("More than half used"), found["half"], _next(found["half_at"], now)
        ),
        Tile("later", "ok", _("Time to spare"), found["later"], _next(found["later_at"], now)),
        Tile("paused", "paused", _("Paused"), found["paused"], ""),
    ]


def _over(late: dt.timedelta | None) -> str:
    if late is None:
        return ""
    return _("over by %(time)s") % {"time": left_words(late.total_seconds())}


def _next(at: dt.datetime | None, now: dt.datetime) -> str:
    if at is None:
        return ""
    return _("next in %(time)s") % {"time": left_words((at - now).total_seconds())}


def groups(page: Iterable[Line], user: Any) -> list[Group]:
    """The lines of a page in three parts, each by next breach."""
    parts = {
        "mine": Group("mine", _("Mine"), _("yours to answer for")),
        "free": Group("free", _("Unclaimed"), _("an answer cannot wait: claim first, then read")),
        "group": Group("group", _("My group"), ""),
    }
    for line in page:
        ticket = line.ticket
        key = "free" if ticket.owner_id is None else "group"
        parts["mine" if ticket.owner_id == user.pk else key].lines.append(line)
    return [part for part in parts.values() if part.lines]


def lines(
    rows: Sequence[Ticket], now: dt.datetime, *, clocks: bool = True, calls: bool = True
) -> list[Line]:
    """Tickets with their cells and their last management call: a query each, or none."""
    ids = [row.pk for row in rows]
    held = _clocks(ids) if clocks else {}
    called = _calls(ids) if calls else {}
    return [_line(row, held.get(row.pk, {}), called.get(row.pk), now) for row in rows]


def _clocks(ids: list[int]) -> dict[int, dict[str, SlaClock]]:
    """The last clock of each kind of each ticket: one query."""
    found: dict[int, dict[str, SlaClock]] = defaultdict(dict)
    every = SlaClock.objects.filter(ticket__in=ids).only(*OF_A_CLOCK)
    for clock in every.order_by("cycle"):
        found[clock.ticket_id][clock.kind] = clock
    return found


def _calls(ids: list[int]) -> dict[int, Call]:
    """The highest open management call of each ticket with the names of who was told: one query."""
    open_ = Escalation.objects.filter(ticket__in=ids, kind=EscalationKind.MANAGEMENT)
    rows = open_.exclude(status=EscalationStatus.CLOSED).order_by("level", "id", "told__id")
    found: dict[int, Call] = {}
    people: dict[int, list[str]] = defaultdict(list)
    for pk, ticket_id, at, noted_at, name, username in rows.values_list(
        "pk", "ticket_id", "at", "acknowledged_at", "told__full_name", "told__username"
    ):
        people[pk] += [name or username] if name or username else []
        found[ticket_id] = Call(at, noted_at, people[pk])
    return found


def _line(ticket: Ticket, clocks: dict[str, SlaClock], call: Call | None, now: dt.datetime) -> Line:
    cells = cells_of(clocks, now)
    over = any(cell.tone == "breach" for cell in cells if cell.state == "over")
    return Line(
        ticket=ticket,
        cells=cells,
        tone="breach" if over else "",
        tier=TIER_KEYS.get(ticket.customer.tier, ""),
        severity=ticket.severity_key,
        line_words=line_words(ticket),
        management=call,
        told=", ".join(call.told) if call else "",
    )


def line_words(ticket: Ticket) -> str:
    """Who has it: the line, its person, and whether they took it over."""
    name = str(ticket.owner) if ticket.owner_id else _("nobody has it")
    words = _("%(line)s, %(name)s") % {"line": ticket.get_line_display(), "name": name}
    if ticket.line > 1 and ticket.line_accepted_at is None:
        return _("%(words)s, not taken over") % {"words": words}
    return words


def cells_of(clocks: dict[str, SlaClock], now: dt.datetime) -> list[Cell]:
    """The five stages; the running one that breaches first is the one in bold."""
    running = [
        clock
        for kind, clock in clocks.items()
        if kind in SHOWN and clock.state in (ClockState.RUNNING, ClockState.BREACHED_RUNNING)
    ]
    first = min(running, key=lambda clock: clock.due_at, default=None)
    labels = _labels(get_language())
    return [_cell(kind, labels[kind], clocks.get(kind), first, now) for kind in SHOWN]


@lru_cache(maxsize=8)
def _labels(language: str) -> dict[str, str]:
    return {kind: str(kind.label) for kind in SHOWN}


def _cell(
    kind: str, label: str, clock: SlaClock | None, first: SlaClock | None, now: dt.datetime
) -> Cell:
    """One stage in words, share used and tone."""
    if clock is None or clock.state in (ClockState.NOT_STARTED, ClockState.CANCELLED):
        return Cell(kind, label)
    used = min(100, round(100 * clock.elapsed_s / max(1, clock.target_s)))
    if clock.state == ClockState.MET:
        return Cell(kind, label, "done", left_words(clock.elapsed_s, precise=True), used, "ok")
    if clock.state == ClockState.BREACHED_STOPPED:
        over = clock.elapsed_s - clock.target_s
        return Cell(kind, label, "over", left_words(over, precise=True), 100, "breach")
    if clock.state == ClockState.PAUSED:
        left = clock.target_s - clock.elapsed_s
        return Cell(kind, label, "paused", left_words(left, precise=True), used, "paused")
    return _running(kind, label, clock, now, is_first=clock is first)


def _running(kind, label, clock: SlaClock, now: dt.datetime, *, is_first: bool) -> Cell:
    left = (clock.due_at - now).total_seconds()
    words = due_words(clock.due_at, now, precise=True)
    if left < 0:
        return Cell(kind, label, "over", words, 100, "breach", clock.due_at)
    span = max(1.0, (clock.due_at - clock.started_at).total_seconds())
    used = max(0, min(100, round(100 - 100 * left / span)))
    tone = "risk" if used >= 75 else "watch" if used >= 50 else "ok"
    state = "now" if is_first or used >= 50 else "next"
    return Cell(kind, label, state, words, used, tone, clock.due_at)


def is_critical(ticket: Ticket) -> bool:
    """A critical ticket owes bulletins."""
    return ticket.severity == Severity.CRITICAL
