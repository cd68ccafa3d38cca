"""A customer reports something: ticket, entitlement, clocks and timers in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.models import Contact, Customer, OrgUnit
from core import events as domain_events
from core import notify, policy, sequences, writes
from core.actors import Actor
from core.errors import Invalid
from core.inserts import insert_rows
from core.models import User
from service import policies
from service.actions import clockwork, log
from service.actions.log import NOW, When
from service.choices import Channel, EventKind, Severity, TicketClass
from service.clocks.terms import FUTURE_TOLERANCE
from service.models import Ticket, TicketEvent
from service.queries import people, terms, timelines

SERIES = "TKT"


@dataclass(frozen=True)
class Report:
    """What somebody reports. `reported_at` is when the customer said it (may precede entry)."""

    title: str
    severity: int
    channel: str = Channel.PHONE
    ticket_class: str = TicketClass.FAULT
    text: str = ""
    contact: Contact | None = None
    site: str = ""
    asset_serial: str = ""
    outage: bool = False
    kdm_involved: bool = False
    occurred_at: dt.datetime | None = None
    group: OrgUnit | None = None
    owner: User | None = None
    parent: Ticket | None = None
    follows: Ticket | None = None
    external_source: str = ""
    external_ref: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def report(
    customer: Customer, said: Report, *, by: Actor, now: dt.datetime, when: When = NOW
) -> Ticket:
    """Open a ticket: entitlement, frozen targets, clocks from `when.at` (default now), one timer
    per clock, trail, event, and a word to the group. Raises Invalid for a time in the future or an
    old one without a reason (R-T1, d.3)."""
    at = _reported_at(when, now)
    ticket = _ticket(customer, said, at)
    found = terms.entitlement(customer, at=at, site=said.site, serial=said.asset_serial)
    asked = terms.Asked(said.ticket_class, said.outage, at)
    ticket.level, ticket.contract = found.level, found.contract
    ticket.entitlement, ticket.entitlement_basis = found.verdict, found.basis
    ticket.is_internal = found.is_internal
    ticket.terms = terms.frozen_terms(customer, found, asked)
    first = _first_event(ticket, said, when, by=by, now=now, at=at)
    line = timelines.timeline_of(ticket, [first], now)
    ticket.queue_at = timelines.next_breach(line)
    ticket.code = sequences.next_code(SERIES)
    ticket.stamp(by=by, now=now)
    writes.checked(ticket)
    with writes.refusing(ticket):
        insert_rows([ticket])
    first.ticket = ticket
    writes.add(first, savepoint=False)
    clockwork.begin(ticket, line, by=by, now=now)
    _announce(ticket, by=by, now=now, at=at)
    return ticket


def _reported_at(when: When, now: dt.datetime) -> dt.datetime:
    """When the customer said it: not in the future, older than a day only with a reason (d.3)."""
    if when.at is None:
        return now
    if when.at > now + FUTURE_TOLERANCE:
        raise Invalid(
            _("The time of the report lies in the future."),
            rule="d.3",
            fields={"reported_at": [_("Not in the future.")]},
        )
    oldest = now - dt.timedelta(hours=policy.get(policies.REPORT_PAST_H, at=now))
    if when.at < oldest and not when.reason.strip():
        raise Invalid(
            _("A report of more than 24 hours ago needs a reason."),
            rule="d.3",
            fields={"reason": [_("Say why it is recorded only now.")]},
        )
    return min(when.at, now)


def _ticket(customer: Customer, said: Report, at: dt.datetime) -> Ticket:
    log.of_customer(customer.pk, said.contact)
    return Ticket(
        customer=customer,
        contact=said.contact,
        site=said.site,
        asset_serial=said.asset_serial,
        channel=said.channel,
        ticket_class=said.ticket_class,
        severity=said.severity,
        outage=said.outage,
        kdm_involved=said.kdm_involved,
        title=log.required(said.title, "title", _("Say in a few words what is wrong.")),
        text=said.text,
        occurred_at=said.occurred_at,
        reported_at=at,
        group_id=said.group.pk if said.group else customer.owning_unit_id,
        owner=said.owner,
        parent=said.parent,
        follows=said.follows,
        external_source=said.external_source,
        external_ref=said.external_ref,
    )


def _first_event(
    ticket: Ticket, said: Report, when: When, *, by: Actor, now: dt.datetime, at: dt.datetime
) -> TicketEvent:
    return TicketEvent(
        ticket=ticket,
        sequence=1,
        kind=EventKind.REPORTED,
        effective_at=at,
        recorded_at=now,
        actor=by.user,
        channel=by.channel,
        reason=when.reason[:300],
        text=said.text,
        facts={"severity": int(ticket.severity), "level": ticket.level, **said.facts},
    )


def _announce(ticket: Ticket, *, by: Actor, now: dt.datetime, at: dt.datetime) -> None:
    facts = {
        "severity": ticket.severity_key,
        "class": ticket.ticket_class,
        "entitlement": ticket.entitlement,
    }
    log.entry(ticket, "ticket.created", by=by, now=now, at=at, facts=facts)
    domain_events.emit(
        "ticket.created",
        ticket,
        by=by,
        now=now,
        scope=ticket.customer,
        facts={"code": ticket.code, **facts},
    )
    if ticket.parent_id is not None:
        return
    notify.tell(
        people.first_line(ticket),
        kind="ticket.created",
        title=gettext_noop("%(code)s %(customer)s: %(title)s"),
        params={
            "code": ticket.code,
            "customer": ticket.customer.display_name,
            "title": ticket.title,
        },
        once=f"ticket:{ticket.pk}",
        url=ticket.get_absolute_url(),
        urgency=_urgency(ticket),
        about=ticket,
        scope=ticket.customer,
        now=now,
        fresh=True,
    )


def _urgency(ticket: Ticket) -> int:
    return notify.Urgency.PAGE if ticket.severity <= Severity.MAJOR else notify.Urgency.SOON
