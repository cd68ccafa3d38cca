"""Keeps the cached clocks of tickets equal to their events, records what crossed, arms timers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db.models import F, QuerySet

from core import events as domain_events
from core import policy, timers, trail
from core.actors import Actor
from core.inserts import insert_rows, new_row
from core.models import Event
from core.updates import update_rows
from service import policies
from service.choices import LIVE, ClockKind, EscalationStatus, ThresholdState
from service.choices import ClockState as State
from service.clocks import ClockState as Computed
from service.clocks import Crossing, Timeline
from service.models import Breach, Escalation, SlaClock, ThresholdCrossing, Ticket, TicketEvent
from service.queries import calendars, timelines
from service.queries.timelines import STOPPED

CLOCK_TIMER, REASON_TIMER = "service.clock", "service.breach_reason"
REPEAT_TIMER, ESCALATION = "service.escalation_repeat", "service.escalation"
LABEL = "service.slaclock"
WARNINGS = (75, 90)
NOBODY = (120,)
"""Recorded, but no row of the ladder names anyone."""


@dataclass
class Alert:
    """A clock that newly crossed a step and whose people are to be told."""

    ticket: Ticket
    clock: SlaClock
    pct: int
    crossed_at: dt.datetime
    closing_note: bool = False


@dataclass
class _Batch:
    """What one synchronisation reads and writes, for any number of tickets."""

    by: Actor
    now: dt.datetime
    fire: bool
    fresh: bool
    past: Callable[[Breach], None] | None = None
    new: list[SlaClock] = field(default_factory=list)
    changed: list[SlaClock] = field(default_factory=list)
    columns: set[str] = field(default_factory=set)
    crossings: list[ThresholdCrossing] = field(default_factory=list)
    breaches: list[Breach] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    queue: list[Ticket] = field(default_factory=list)
    recorded: dict[int, set[tuple[int, int]]] = field(default_factory=dict)
    missed: dict[int, dict[tuple[int, int], Breach]] = field(default_factory=dict)


def sync(ticket: Ticket, *, by: Actor, now: dt.datetime) -> list[Alert]:
    """Bring the clocks of one ticket up to its events at `now`: columns, breaches, timers, the
    place in the queue. Crossings of running clocks are left to the sweep, which pages; those of
    stopped ones are recorded in silence (clocks.md 5)."""
    return sync_many([ticket], by=by, now=now)


def begin(ticket: Ticket, line: Timeline, *, by: Actor, now: dt.datetime) -> None:
    """The clocks of a ticket that has none yet, from what its first event made of them."""
    batch = _Batch(by=by, now=now, fire=False, fresh=True)
    _take(batch, ticket, line, {})
    _write(batch)


def sync_many(
    tickets: Iterable[Ticket],
    *,
    by: Actor,
    now: dt.datetime,
    fire: bool = False,
    fresh: bool = False,
    loaded: dict[int, list[TicketEvent]] | None = None,
    past: Callable[[Breach], None] | None = None,
) -> list[Alert]:
    """As `sync` for a batch; SQL grows by batch, not by ticket. With `fire` the crossings of
    running clocks are recorded too and returned as alerts, the highest of each clock; clocks that
    stopped are left as they are, for whatever stopped them has settled them. With `past`
    the tickets bring a story that nobody watched here: whatever crossed by now is recorded in
    silence, and `past` may say of each breach when it was noticed and why, before it is kept."""
    tickets = list(tickets)
    batch = _Batch(by=by, now=now, fire=fire or past is not None, fresh=fresh, past=past)
    swept = fire and not fresh and past is None
    # Before the events: one that comes in between moves a clock that is known, and hides none.
    stored = {} if fresh else timelines.clocks_of(tickets, live=swept)
    events = loaded if loaded is not None else timelines.events_of(tickets, lean=swept)
    if past is None and (ahead := _ahead(events, now)):
        # Who recorded has a clock ahead of ours: what happened is not undone by counting back.
        like = {"by": by, "fire": fire, "fresh": fresh, "loaded": loaded}
        left = [ticket for ticket in tickets if ticket.pk not in ahead]
        alerts = sync_many(left, now=now, **like) if left else []
        for ticket in tickets:
            if ticket.pk in ahead:
                alerts += sync_many([ticket], now=ahead[ticket.pk], **like)
        return alerts
    _read_recorded(batch, stored)
    for ticket in tickets:
        standing = stored.get(ticket.pk, {})
        live = standing if swept else None
        line = timelines.timeline_of(ticket, events.get(ticket.pk, []), now, live)
        _take(batch, ticket, line, standing)
    _write(batch)
    return batch.alerts


def _ahead(events: dict[int, list[TicketEvent]], now: dt.datetime) -> dict[int, dt.datetime]:
    """Tickets with an event later than `now`, by whichever clock, and when the last one was."""
    newest = {
        pk: max(max(one.effective_at, one.recorded_at) for one in rows)
        for pk, rows in events.items()
        if rows
    }
    return {pk: at for pk, at in newest.items() if at > now}


def _read_recorded(batch: _Batch, stored: dict) -> None:
    clocks = [clock for rows in stored.values() for clock in rows.values()]
    if not clocks:
        return
    batch.recorded = timelines.recorded_of(clocks)
    overdue = {clock.pk for clock in clocks if clock.is_breached or clock.breached_at}
    if overdue:
        for row in Breach.objects.filter(clock__in=overdue):
            batch.missed.setdefault(row.clock_id, {})[row.cycle, row.target_version] = row


def _take(batch: _Batch, ticket: Ticket, line: Timeline, stored: dict) -> None:
    left = dict(stored)
    for state in line.states:
        clock = left.pop((state.kind, state.cycle), None)
        before = None if clock is None else clock.state
        clock = clock or _new_clock(ticket, state)
        clock.ticket = ticket
        known = batch.recorded.setdefault(clock.pk, set()) if clock.pk else set()
        _cross(batch, clock, state, known)
        _missed(batch, clock, state)
        _store(batch, clock, timelines.cache_of(state, known), is_new=before is None)
    for clock in left.values():
        if clock.state != State.CANCELLED:
            columns = {"state": State.CANCELLED, "next_fire_at": None}
            _store(batch, clock, columns, is_new=False)
    _place(batch, ticket, timelines.next_breach(line))


def _new_clock(ticket: Ticket, state: Computed) -> SlaClock:
    ref = ticket.terms["team" if state.kind in ("hop", "callback") else "site"]
    return new_row(
        SlaClock,
        kind=state.kind,
        cycle=state.cycle,
        calendar_id=ref[0],
        calendar_version=ref[1],
    )


def _store(batch: _Batch, clock: SlaClock, columns: dict, *, is_new: bool) -> None:
    differs = {name: value for name, value in columns.items() if getattr(clock, name) != value}
    for name, value in differs.items():
        setattr(clock, name, value)
    if is_new:
        clock.as_of = batch.now
        batch.new.append(clock)
    elif differs:
        clock.as_of = batch.now
        clock.rearm = "next_fire_at" in differs
        batch.changed.append(clock)
        batch.columns |= differs.keys()


def _place(batch: _Batch, ticket: Ticket, queue_at: dt.datetime) -> None:
    if ticket.queue_at != queue_at:
        ticket.queue_at = queue_at
        batch.queue.append(ticket)


def _cross(batch: _Batch, clock: SlaClock, state: Computed, known: set) -> None:
    """Record what may be recorded now; `known` grows by it."""
    stopped = state.state in STOPPED
    silent = stopped or batch.past is not None
    new = [one for one in state.crossings if (one.target_version, one.pct) not in known]
    if not new or not (stopped or batch.fire):
        return
    open_ones = [one for one in new if not one.skipped_by_change and one.pct not in NOBODY]
    highest = max(open_ones, key=lambda one: one.pct, default=None)
    for one in new:
        batch.crossings.append(_crossing(batch, clock, one, silent=silent, top=one is highest))
        known.add((one.target_version, one.pct))
    if highest is None or batch.past is not None:
        return
    if not stopped:
        batch.alerts.append(Alert(clock.ticket, clock, highest.pct, highest.at))
    elif highest.pct >= 100 and state.state == State.BREACHED_STOPPED:
        batch.alerts.append(Alert(clock.ticket, clock, highest.pct, highest.at, True))


def _crossing(
    batch: _Batch, clock: SlaClock, one: Crossing, *, silent: bool, top: bool
) -> ThresholdCrossing:
    outcome = ThresholdState.NOTIFIED if top else ThresholdState.INHIBITED
    if one.skipped_by_change:
        outcome = ThresholdState.SKIPPED_BY_CHANGE
    elif silent:
        outcome = ThresholdState.SILENT
    row = new_row(
        ThresholdCrossing,
        clock_id=clock.pk,
        cycle=clock.cycle,
        target_version=one.target_version,
        pct=one.pct,
        crossed_at=one.at,
        detected_at=batch.now,
        outcome=outcome,
    )
    if clock.pk is None:
        row.clock = clock
    return row


def _missed(batch: _Batch, clock: SlaClock, state: Computed) -> None:
    """Write new breaches; one that a corrected time has taken away is revised, never removed."""
    standing = batch.missed.get(clock.pk, {}) if clock.pk else {}
    found = {(state.cycle, one.target_version): one for one in state.breaches}
    for key, one in found.items():
        row = standing.get(key)
        if row is None:
            batch.breaches.append(_breach(batch, clock, one))
        elif row.revoked_at is not None:
            _revise(row, None, clock, batch)
    for key, row in standing.items():
        if key not in found and row.revoked_at is None:
            _revise(row, batch.now, clock, batch)


def _breach(batch: _Batch, clock: SlaClock, one) -> Breach:
    ticket = clock.ticket
    row = new_row(
        Breach,
        cycle=clock.cycle,
        target_version=one.target_version,
        due_at=one.due_at,
        breached_at=one.breached_at,
        detected_at=batch.now,
        overrun_s=one.overrun_s,
        in_charge={"owner": ticket.owner_id, "group": ticket.group_id, "line": ticket.line},
        is_internal=one.internal,
        cause=one.cause,
    )
    row.clock = clock
    if batch.past is not None:
        batch.past(row)
    return row


def _revise(row: Breach, revoked_at: dt.datetime | None, clock: SlaClock, batch: _Batch) -> None:
    Breach.objects.filter(pk=row.pk).update(revoked_at=revoked_at)
    if revoked_at is not None:
        timers.cancel(row, REASON_TIMER)
    elif not row.reason and row.asked_at is None:
        row.clock = clock
        timers.arm(REASON_TIMER, row, reason_due(row), now=batch.now)
    trail.record(
        clock.ticket,
        "sla.verdict_revised",
        by=batch.by,
        now=batch.now,
        scope=clock.ticket.customer,
        facts={"clock": clock.kind, "cycle": clock.cycle, "breached": revoked_at is None},
    )


def _write(batch: _Batch) -> None:
    for clock in batch.new:
        clock.ticket_id = clock.ticket.pk
    insert_rows(batch.new)
    if batch.changed:
        update_rows(batch.changed, [*sorted(batch.columns), "as_of"])
    for row in batch.breaches:
        row.clock = row.clock  # takes over the id and keeps the object: no query per breach
        row.ticket_id = row.clock.ticket_id
    insert_rows(batch.crossings, skip_known=True)
    insert_rows(batch.breaches)
    _arm(batch)
    _say(batch)
    _requeue(batch)


def _arm(batch: _Batch) -> None:
    wanted = {clock.pk: clock.next_fire_at for clock in batch.new if clock.next_fire_at}
    wanted |= {clock.pk: clock.next_fire_at for clock in batch.changed if clock.rearm}
    if wanted:
        timers.arm_many(
            CLOCK_TIMER, wanted, about_label=LABEL, now=batch.now, fresh=not batch.changed
        )
    owed = {
        row.pk: reason_due(row) for row in batch.breaches if not row.reason and row.asked_at is None
    }
    if owed:
        timers.arm_many(REASON_TIMER, owed, about_label="service.breach", now=batch.now, fresh=True)
    stopped = {clock.pk for clock in batch.changed if clock.state in STOPPED}
    if stopped:
        hush(Escalation.objects.filter(clock__in=stopped).open(), by=batch.by, now=batch.now)


def hush(rows: QuerySet, *, by: Actor, now: dt.datetime) -> None:
    """Close open calls whose cause is gone and stop their repeats."""
    ids = list(rows.values_list("pk", flat=True))
    if not ids:
        return
    Escalation.objects.filter(pk__in=ids).update(
        status=EscalationStatus.CLOSED,
        next_repeat_at=None,
        version=F("version") + 1,
        updated_at=now,
        updated_by_id=by.user_id,
    )
    timers.arm_many(REPEAT_TIMER, dict.fromkeys(ids), about_label=ESCALATION, now=now)


def reason_due(row: Breach) -> dt.datetime:
    """A missed target needs its reason by the end of the next working day (clocks.md 5)."""
    team = calendars.calendars_of(row.clock.ticket.terms).team
    days = policy.get(policies.REASON_BD, at=row.detected_at)
    return team.add_days(row.detected_at, days, "end_of_day")


def _say(batch: _Batch) -> None:
    """Events and trail of breaches and warnings."""
    said = [
        _event(
            batch, "sla.breached", row.clock, {"due_at": row.due_at.isoformat()}, row.detected_at
        )
        for row in batch.breaches
    ]
    said += [
        _event(batch, "sla.warning", alert.clock, {"percent": alert.pct}, batch.now)
        for alert in batch.alerts
        if alert.pct in WARNINGS
    ]
    if batch.past is None:
        domain_events.emit_many(said)
    trail.record_many(
        [
            trail.entry_for(
                row.clock.ticket,
                "sla.breached",
                by=batch.by,
                now=row.detected_at,
                scope=row.clock.ticket.customer,
                occurred_at=row.breached_at,
                facts={"clock": row.clock.kind, "cycle": row.cycle, "due_at": row.due_at},
            )
            for row in batch.breaches
        ]
    ) if batch.breaches else None


def _event(batch: _Batch, name: str, clock: SlaClock, facts: dict, at: dt.datetime) -> Event:
    ticket = clock.ticket
    return domain_events.event_for(
        name,
        ticket,
        by=batch.by,
        now=at,
        scope=ticket.customer,
        facts={"clock": clock.kind, "cycle": clock.cycle, **facts},
    )


def _requeue(batch: _Batch) -> None:
    if len(batch.queue) == 1:
        Ticket.objects.filter(pk=batch.queue[0].pk).update(queue_at=batch.queue[0].queue_at)
    elif batch.queue:
        update_rows(batch.queue, ["queue_at"])


def live_kinds(ticket: Ticket) -> list[str]:
    """Clocks of a ticket that run now, in the order of the queue."""
    rows = ticket.clocks.filter(state__in=LIVE).values_list("kind", flat=True)
    return [kind for kind in ClockKind.values if kind in set(rows)]
