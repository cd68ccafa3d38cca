"""From the stored events of tickets to their clocks, and back to what the cache must say."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from service.choices import ClockState as State
from service.choices import EventKind
from service.clocks import ClockEvent, ClockState, Timeline, timeline
from service.models import SlaClock, ThresholdCrossing, Ticket, TicketEvent
from service.models.ticket import NEVER
from service.queries.calendars import calendars_of
from service.queries.terms import clause_set

SECOND = dt.timedelta(seconds=1)
RUNNING = (State.RUNNING, State.BREACHED_RUNNING)
STOPPED = (State.MET, State.BREACHED_STOPPED, State.CANCELLED)
READ = ("ticket", "kind", "effective_at", "recorded_at", "sequence", "facts", "corrects")
COLUMNS = (
    "target_version",
    "state",
    "started_at",
    "stopped_at",
    "target_s",
    "elapsed_s",
    "due_at",
    "due_latest",
    "breached_at",
    "next_fire_at",
    "is_internal",
    "is_provisional",
    "clause_id",
    "override_id",
    "target_value",
    "target_unit",
    "calendar_rule",
)


def clock_events(events: Iterable[TicketEvent], terms: dict) -> list[ClockEvent]:
    """The log as the clocks read it: a corrected event counts at its corrected time."""
    rows = list(events)
    corrected = {row.corrects_id for row in rows if row.corrects_id}
    return [_clock_event(row, terms) for row in rows if row.pk not in corrected]


def _clock_event(row: TicketEvent, terms: dict) -> ClockEvent:
    facts = row.facts
    kind = facts["kind"] if row.kind == EventKind.CORRECTED else row.kind
    applied = terms.get("applied", {}).get(str(row.sequence))
    return ClockEvent(
        kind=kind,
        effective_at=row.effective_at,
        recorded_at=row.recorded_at,
        sequence=row.sequence,
        severity=facts.get("severity"),
        level=facts.get("level", ""),
        reason=facts.get("pause", ""),
        by_customer=facts.get("by_customer", False),
        unconfirmed=facts.get("unconfirmed", False),
        clauses=clause_set({"levels": applied}) if applied else None,
    )


def timeline_of(
    ticket: Ticket,
    events: Iterable[TicketEvent],
    now: dt.datetime,
    live: Container[tuple[str, int]] | None = None,
) -> Timeline:
    """Every clock of a ticket at `now`, or those that run; pure once the calendars are known."""
    if not ticket.terms:
        return Timeline(())
    return timeline(
        clock_events(events, ticket.terms),
        clause_set(ticket.terms),
        calendars_of(ticket.terms),
        now,
        live,
    )


def next_breach(line: Timeline) -> dt.datetime:
    """The earliest due time of the running clocks: the place of a ticket in the queue."""
    due = [state.due_at for state in line.states if state.state in RUNNING and state.due_at]
    return min(due, default=NEVER)


def cache_of(state: ClockState, recorded: set[tuple[int, int]]) -> dict[str, Any]:
    """The columns of a clock row for a state; `recorded` are its (target_version, pct) crossings.

    `next_fire_at`: the first crossing that nobody recorded yet, else the next threshold, or one
    second after the last instant that meets the target, when the breach becomes a fact.
    """
    clause_id, override_id, value, unit = state.clause.version.split(":")
    return {
        "target_version": state.target_version,
        "state": state.state,
        "started_at": state.started_at,
        "stopped_at": state.stopped_at,
        "target_s": state.target_s,
        "elapsed_s": state.elapsed_s,
        "due_at": state.due_at,
        "due_latest": state.due_latest,
        "breached_at": state.breaches[-1].breached_at if state.breaches else None,
        "next_fire_at": next_fire(state, recorded),
        "is_internal": state.clause.internal,
        "is_provisional": state.provisional,
        "clause_id": int(clause_id) if clause_id else None,
        "override_id": int(override_id) if override_id else None,
        "target_value": int(value),
        "target_unit": unit,
        "calendar_rule": state.clause.calendar,
    }


def next_fire(state: ClockState, recorded: set[tuple[int, int]]) -> dt.datetime | None:
    """When the sweep must look at this clock again; None while it stands."""
    if state.state not in RUNNING:
        return None
    ahead = [state.next_fire_at]
    ahead += [one.at for one in state.crossings if (one.target_version, one.pct) not in recorded]
    if state.state == State.RUNNING and state.due_latest is not None:
        ahead.append(state.due_latest + SECOND)
    return min((at for at in ahead if at is not None), default=None)


@dataclass(frozen=True)
class Difference:
    """A clock whose cached columns are not what its events say."""

    ticket_id: int
    code: str
    kind: str
    cycle: int
    field: str
    stored: Any
    computed: Any


def clock_differences(*, batch: int = 500) -> Iterator[Difference]:
    """Every difference between cached clocks and their timelines, each taken at the instant for
    which the cache was computed (clocks.md 1). Reads in batches."""
    last = 0
    while True:
        tickets = list(Ticket.objects.filter(pk__gt=last).order_by("pk")[:batch])
        if not tickets:
            return
        last = tickets[-1].pk
        yield from _differences(tickets)


def _differences(tickets: list[Ticket]) -> Iterator[Difference]:
    events = events_of(tickets)
    clocks = clocks_of(tickets)
    recorded = recorded_of([clock for rows in clocks.values() for clock in rows.values()])
    for ticket in tickets:
        stored = clocks[ticket.pk]
        as_of = max((clock.as_of for clock in stored.values()), default=None)
        as_of = as_of or max((row.recorded_at for row in events[ticket.pk]), default=None)
        states = () if as_of is None else timeline_of(ticket, events[ticket.pk], as_of).states
        yield from _of_ticket(ticket, states, dict(stored), recorded)


def _of_ticket(ticket, states, stored, recorded) -> Iterator[Difference]:
    for state in states:
        clock = stored.pop((state.kind, state.cycle), None)
        if clock is None:
            yield Difference(
                ticket.pk, ticket.code, state.kind, state.cycle, "id", None, state.state
            )
            continue
        wanted = cache_of(state, recorded[clock.pk])
        for name, value in wanted.items():
            if getattr(clock, name) != value:
                yield Difference(
                    ticket.pk,
                    ticket.code,
                    state.kind,
                    state.cycle,
                    name,
                    getattr(clock, name),
                    value,
                )
    for (kind, cycle), clock in stored.items():
        if clock.state != State.CANCELLED:
            yield Difference(ticket.pk, ticket.code, kind, cycle, "state", clock.state, "cancelled")


def events_of(tickets: Iterable[Ticket], *, lean: bool = False) -> dict[int, list[TicketEvent]]:
    """Events by ticket id, in the order that counts, whole or what clocks read: one query."""
    found: dict[int, list[TicketEvent]] = defaultdict(list)
    rows = TicketEvent.objects.filter(ticket__in={ticket.pk for ticket in tickets})
    for row in rows.in_order().only(*READ) if lean else rows.in_order():
        found[row.ticket_id].append(row)
    return found


def clocks_of(
    tickets: Iterable[Ticket], *, live: bool = False
) -> dict[int, dict[tuple[str, int], SlaClock]]:
    """Clock rows by ticket id and (kind, cycle), all or those that run: one query."""
    found: dict[int, dict[tuple[str, int], SlaClock]] = defaultdict(dict)
    rows = SlaClock.objects.filter(ticket__in={ticket.pk for ticket in tickets})
    for row in rows.exclude(state__in=STOPPED) if live else rows:
        found[row.ticket_id][row.kind, row.cycle] = row
    return found


def recorded_of(clocks: Iterable[SlaClock]) -> dict[int, set[tuple[int, int]]]:
    """Recorded crossings (target_version, pct) by clock id: one query."""
    found: dict[int, set[tuple[int, int]]] = defaultdict(set)
    rows = ThresholdCrossing.objects.filter(clock__in={clock.pk for clock in clocks})
    for clock_id, version, pct in rows.values_list("clock_id", "target_version", "pct"):
        found[clock_id].add((version, pct))
    return found
