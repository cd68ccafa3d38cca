"""How every action on a ticket is written: guard, move, event, clocks, trail, domain event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Max
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact
from core import events as domain_events
from core import trail, writes
from core.actors import Actor
from core.errors import Forbidden, Invalid, Refused
from core.models import User
from service.actions import clockwork
from service.clocks import ClockEvent, backdating
from service.models import Ticket, TicketEvent


@dataclass(frozen=True)
class When:
    """The time of what happened: now, or earlier with a reason and, far back or before a closing,
    a second person (clocks.md 4)."""

    at: dt.datetime | None = None
    reason: str = ""
    second_person: User | None = None


NOW = When()


@dataclass
class Step:
    """One action on a ticket, from the state it needs to what it leaves behind.

    `stamps` are the columns that take the time at which it happened; `facts` go to the event log,
    `said` to the trail.
    """

    kind: str
    verb: str
    to: str = ""
    frm: Iterable[str] = ()
    columns: dict[str, Any] = field(default_factory=dict)
    stamps: tuple[str, ...] = ()
    text: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    said: dict[str, Any] = field(default_factory=dict)
    event: str = ""
    reason: str = ""


def people_only(by: Actor, rule: str = "domain.md 0.2.4") -> None:
    """A machine reports and updates facts; it never answers, decides or acknowledges for people."""
    if by.is_machine:
        raise Forbidden(_("A machine may record facts; this step is for a person."), rule=rule)


def of_customer(customer_id: int, contact: Contact | None) -> None:
    """Invalid for a person of another customer."""
    if contact is not None and contact.customer_id != customer_id:
        raise Invalid(
            _("This contact belongs to another customer."),
            fields={"contact": [_("Choose a contact of this customer.")]},
        )


def moment(when: When, *, by: Actor, now: dt.datetime, closed_at: dt.datetime | None = None):
    """The effective time of a step, or a refusal: more than two minutes ahead, back-dated without
    a reason, or over 24 hours or behind a closing without a second person (clocks.md 4)."""
    if when.at is None:
        return now
    need = backdating(ClockEvent("", when.at, now), now, closed_at)
    if need == "refused":
        raise Invalid(
            _("That time lies in the future; use the time at which it happened."),
            rule="clocks.md 4",
            fields={"at": [_("Not in the future.")]},
        )
    if need and not when.reason.strip():
        raise Invalid(
            _("Recording something afterwards needs a reason."),
            rule="clocks.md 4",
            fields={"reason": [_("Say why it is recorded only now.")]},
        )
    second = when.second_person
    if need == "second_person" and (second is None or second.pk == by.user_id):
        raise Refused(
            _("This is more than 24 hours back or before the closing: a second person confirms."),
            rule="clocks.md 4",
            fields={"second_person": [_("Name somebody else who confirms it.")]},
        )
    return min(when.at, now)


def take(
    ticket: Ticket, step: Step, *, by: Actor, now: dt.datetime, when: When = NOW
) -> list[clockwork.Alert]:
    """Do a step inside the caller's transaction: move the state by one conditional UPDATE (or only
    the version), append its event, bring the clocks up to it, write the trail and the event."""
    at = moment(when, by=by, now=now, closed_at=ticket.closed_at)
    step.columns = {**dict.fromkeys(step.stamps, at), **step.columns}
    if step.to:
        before = writes.move(
            ticket, step.to, frm=step.frm, by=by, now=now, rule="b.4.1", **step.columns
        )
        step.said = {"status": [before, step.to], **step.said}
    else:
        touch(ticket, step.columns, frm=step.frm, by=by, now=now)
    append(ticket, step, by=by, now=now, at=at, when=when)
    alerts = clockwork.sync(ticket, by=by, now=now)
    entry(ticket, step.verb, by=by, now=now, at=at, facts=step.said)
    if step.event:
        domain_events.emit(
            step.event,
            ticket,
            by=by,
            now=now,
            scope=ticket.customer,
            changed=list(step.said),
            facts={"code": ticket.code, "severity": ticket.severity_key, "status": ticket.status},
        )
    return alerts


def touch(
    ticket: Ticket,
    columns: dict[str, Any],
    *,
    frm: Iterable[str],
    by: Actor,
    now: dt.datetime,
) -> None:
    """Write columns without moving the state, refused when the state does not allow the step."""
    rows = Ticket.objects.filter(pk=ticket.pk)
    if frm:
        rows = rows.filter(status__in=list(frm))
    hits = rows.update(
        **columns, version=F("version") + 1, updated_at=now, updated_by_id=by.user_id
    )
    if not hits:
        current = Ticket.objects.get(pk=ticket.pk)
        raise Refused(
            _("This is “%(state)s” by now; that step is not possible any more. Reload the page.")
            % {"state": current.get_status_display()},
            rule="b.4.1",
            extra={"current": current.status},
        )
    for name, value in columns.items():
        setattr(ticket, name, value)
    ticket.version, ticket.updated_at = ticket.version + 1, now


def append(
    ticket: Ticket,
    step: Step,
    *,
    by: Actor,
    now: dt.datetime,
    at: dt.datetime,
    when: When = NOW,
    corrects: TicketEvent | None = None,
) -> TicketEvent:
    """Append the step's event to the log; the row of the ticket has been written before, so that
    two writers never share a sequence."""
    last = TicketEvent.objects.filter(ticket=ticket).aggregate(last=Max("sequence"))["last"] or 0
    return writes.add(
        TicketEvent(
            ticket=ticket,
            sequence=last + 1,
            kind=step.kind,
            effective_at=at,
            recorded_at=now,
            actor=by.user,
            second_person=when.second_person,
            channel=by.channel,
            reason=(when.reason or step.reason)[:300],
            text=step.text,
            facts=step.facts,
            corrects=corrects,
        )
    )


def entry(
    ticket: Ticket,
    verb: str,
    *,
    by: Actor,
    now: dt.datetime,
    facts: dict[str, Any],
    at: dt.datetime | None = None,
) -> None:
    """One line on the trail and the customer's timeline."""
    trail.record(
        ticket,
        verb,
        by=by,
        now=now,
        scope=ticket.customer,
        occurred_at=at,
        facts={"code": ticket.code, **facts},
    )


def required(value: str, name: str, sentence: Any, rule: str = "") -> str:
    """The stripped text, or a refusal that names the field."""
    text = (value or "").strip()
    if not text:
        raise Invalid(sentence, rule=rule, fields={name: [sentence]})
    return text
