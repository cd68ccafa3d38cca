"""Many tickets with their whole story at once: what the actions would have left, by batch.

For records that come from elsewhere and for demo data. Nobody is told of the past: no
notification, no mail, no escalation. What is still to come is armed as if people had worked here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from core import events as domain_events
from core import sequences, timers, trail
from core.actors import Actor
from service.actions import bulletins, clockwork, outcome, pauses
from service.actions.reporting import SERIES
from service.choices import OPEN, BulletinStatus, Severity, TicketClass, TicketStatus
from service.models import Breach, IncidentBulletin, PauseInterval, Ticket, TicketEvent

BATCH = 500
TICKET = "service.ticket"


@dataclass
class Said:
    """One line of the trail, and the domain event that goes with it (empty: none) with its
    facts."""

    verb: str
    by: Actor
    at: dt.datetime
    facts: dict[str, Any] = field(default_factory=dict)
    event: str = ""
    heard: dict[str, Any] = field(default_factory=dict)


@dataclass
class Story:
    """An unsaved ticket as it stands after its events, with everything said about it. The ticket
    has its terms frozen (queries.terms.frozen_terms); the events lack only their ticket."""

    ticket: Ticket
    events: list[TicketEvent]
    said: list[Said] = field(default_factory=list)
    pauses: list[PauseInterval] = field(default_factory=list)
    bulletins: list[IncidentBulletin] = field(default_factory=list)


@transaction.atomic
def write(
    stories: list[Story],
    *,
    by: Actor,
    now: dt.datetime,
    past: Callable[[Breach], None],
) -> list[Ticket]:
    """Save tickets, logs, pauses, clocks, timers, trail and domain events as they are at `now`.

    `past` is called with each breach before it is kept and may fill detected_at, reason,
    reason_at, reason_by; one without a reason is asked for it in time (clocks.md 5). Statements
    grow by batch. Codes are given in the order of `stories`.
    """
    _save(stories)
    found: list[Breach] = []

    def noticed(row: Breach) -> None:
        past(row)
        found.append(row)

    clockwork.sync_many(
        [story.ticket for story in stories],
        by=by,
        now=now,
        fresh=True,
        loaded={story.ticket.pk: story.events for story in stories},
        past=noticed,
    )
    _arm(stories, now)
    _tell(stories, found)
    return [story.ticket for story in stories]


def _save(stories: list[Story]) -> None:
    first = sequences.reserve(SERIES, len(stories))
    for place, story in enumerate(stories):
        story.ticket.code = f"{SERIES}-{first + place:06d}"
    Ticket.objects.bulk_create([story.ticket for story in stories], batch_size=BATCH)
    for story in stories:
        for row in (*story.events, *story.pauses, *story.bulletins):
            row.ticket_id = story.ticket.pk
            row.ticket = story.ticket
    rows = [event for story in stories for event in story.events]
    TicketEvent.objects.bulk_create(rows, batch_size=BATCH * 4)
    waits = [row for story in stories for row in story.pauses]
    PauseInterval.objects.bulk_create(waits, batch_size=BATCH)
    sent = [row for story in stories for row in story.bulletins]
    IncidentBulletin.objects.bulk_create(sent, batch_size=BATCH)


def _arm(stories: list[Story], now: dt.datetime) -> None:
    """What is still to come for open pauses, resolved tickets and critical faults."""
    waits: dict[str, dict[int, dt.datetime]] = {}
    for row in (row for story in stories for row in story.pauses if row.ends_at is None):
        for kind, due_at in pauses.timers_of(row):
            waits.setdefault(kind, {})[row.pk] = due_at
    for kind, wanted in waits.items():
        timers.arm_many(kind, wanted, about_label=pauses.LABEL, now=now, fresh=True)
    tickets = [story.ticket for story in stories if story.ticket.status in OPEN]
    silent = {row.pk: outcome.next_silence(row) for row in tickets if _is_unanswered(row)}
    down = {row.pk: outcome.unrestored_at(row) for row in tickets if _is_down(row)}
    owed = {
        row.pk: row.due_at
        for story in stories
        for row in story.bulletins
        if row.status == BulletinStatus.DUE and row.reminded_at is None
    }
    if owed:
        timers.arm_many(
            bulletins.TIMER, owed, about_label="service.incidentbulletin", now=now, fresh=True
        )
    for kind, wanted in ((outcome.SILENCE_TIMER, silent), (outcome.UNRESTORED_TIMER, down)):
        if wanted:
            timers.arm_many(kind, wanted, about_label=TICKET, now=now, fresh=True)


def _is_unanswered(row: Ticket) -> bool:
    return row.status == TicketStatus.RESOLVED and row.confirmed_at is None


def _is_down(row: Ticket) -> bool:
    return (
        row.severity == Severity.CRITICAL
        and row.ticket_class == TicketClass.FAULT
        and row.accepted_at is not None
        and row.restored_at is None
        and row.unrestored_called_at is None
    )


def _tell(stories: list[Story], breaches: list[Breach]) -> None:
    entries, heard = [], []
    for story in stories:
        ticket = story.ticket
        facts = {"code": ticket.code}
        for said in story.said:
            entries.append(
                trail.entry_for(
                    ticket,
                    said.verb,
                    by=said.by,
                    now=said.at,
                    scope=ticket.customer,
                    facts=facts | said.facts,
                )
            )
            if said.event:
                heard.append(_event(ticket, said))
    entries += [_reason(row) for row in breaches if row.reason and row.reason_by_id]
    trail.record_many(entries)
    domain_events.emit_many(heard)


def _event(ticket: Ticket, said: Said):
    return domain_events.event_for(
        said.event,
        ticket,
        by=said.by,
        now=said.at,
        scope=ticket.customer,
        changed=list(said.facts) if "status" in said.heard else [],
        facts={"code": ticket.code} | said.heard,
    )


def _reason(row: Breach):
    ticket = row.clock.ticket
    return trail.entry_for(
        ticket,
        "breach.reason_given",
        by=Actor.of(row.reason_by),
        now=row.reason_at,
        scope=ticket.customer,
        facts={
            "code": ticket.code,
            "clock": row.clock.kind,
            "cycle": row.cycle,
            "reason": row.reason,
        },
    )
