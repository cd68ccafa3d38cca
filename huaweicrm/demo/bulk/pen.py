"""Writes down one ticket step by step until the instant the demo is told from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from core.actors import Actor
from service.actions.stories import Said, Story
from service.choices import EventKind
from service.models import PauseInterval, Ticket, TicketEvent


@dataclass
class Pen:
    """A story on its way. A step later than `until` is not written, and none after it."""

    ticket: Ticket
    until: dt.datetime
    story: Story = field(init=False)
    ended: bool = False

    def __post_init__(self) -> None:
        self.story = Story(self.ticket, [])

    def opened(self, by: Actor, text: str) -> None:
        """The first event: what the customer reported."""
        ticket = self.ticket
        ticket.stamp(by=by, now=ticket.reported_at)
        facts = {
            "severity": ticket.severity_key,
            "class": ticket.ticket_class,
            "entitlement": ticket.entitlement,
        }
        first = {"severity": int(ticket.severity), "level": ticket.level}
        self._event(EventKind.REPORTED, by, ticket.reported_at, text, first)
        self.story.said.append(
            Said("ticket.created", by, ticket.reported_at, facts, "ticket.created", facts)
        )

    def step(
        self,
        kind: str,
        verb: str,
        at: dt.datetime,
        by: Actor,
        *,
        to: str = "",
        text: str = "",
        event: str = "",
        facts: dict[str, Any] | None = None,
        said: dict[str, Any] | None = None,
        reason: str = "",
        **columns: Any,
    ) -> bool:
        """One action: state, columns, log, trail, domain event. False when it lies ahead."""
        if self.ended or at > self.until:
            self.ended = True
            return False
        ticket = self.ticket
        told = dict(said or {})
        if to:
            told = {"status": [str(ticket.status), str(to)], **told}
            ticket.status = to
        for name, value in columns.items():
            setattr(ticket, name, value)
        ticket.version, ticket.updated_at, ticket.updated_by = ticket.version + 1, at, by.user
        self._event(kind, by, at, text, facts or {}, reason)
        heard = {"severity": ticket.severity_key, "status": str(ticket.status)} if event else {}
        self.story.said.append(Said(verb, by, at, told, event, heard))
        return True

    def _event(
        self, kind: str, by: Actor, at: dt.datetime, text: str, facts: dict, reason: str = ""
    ) -> None:
        self.story.events.append(
            TicketEvent(
                sequence=len(self.story.events) + 1,
                kind=kind,
                effective_at=at,
                recorded_at=at,
                actor=by.user,
                channel=by.channel,
                reason=reason,
                text=text,
                facts=facts,
            )
        )

    def waits(self, row: PauseInterval, by: Actor, at: dt.datetime) -> None:
        """A pause that has begun."""
        row.stamp(by=by, now=at)
        self.story.pauses.append(row)
