"""Changes in mid-flight: severity, level, terms, and times that were recorded wrongly (CARRY)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import writes
from core.actors import Actor
from core.errors import Refused
from service.actions import bulletins, clockwork, log, outcome
from service.actions.log import NOW, Step, When
from service.choices import OPEN, EventKind, Level, Severity
from service.models import ServiceContract, Ticket, TicketEvent
from service.queries import calendars, terms

STAMP_OF = {
    EventKind.REPORTED: "reported_at",
    EventKind.ACCEPTED: "accepted_at",
    EventKind.CONTACTED: "responded_at",
    EventKind.UPDATE_SENT: "responded_at",
    EventKind.DISPATCHED: "dispatched_at",
    EventKind.ARRIVED: "arrived_at",
    EventKind.RESTORED: "restored_at",
    EventKind.RESOLVED: "resolved_at",
    EventKind.CONFIRMED: "confirmed_at",
    EventKind.CLOSED: "closed_at",
}


@transaction.atomic
def change_severity(
    ticket: Ticket,
    *,
    severity: int,
    reason: str,
    by: Actor,
    now: dt.datetime,
    by_customer: bool = False,
    consent: str = "",
    when: When = NOW,
) -> None:
    """Raise (anyone) or lower (recorded customer consent). The elapsed time stays, the new target
    applies: from when the customer said so if `by_customer`, else from now (clocks.md 4)."""
    reason = log.required(reason, "reason", _("Say why."), "clocks.md 4")
    if severity == ticket.severity:
        raise Refused(_("It has this severity already."), rule="clocks.md 4")
    if severity > ticket.severity:
        log.people_only(by, "b.6")
        consent = log.required(
            consent, "consent", _("Lowering needs the customer's recorded consent."), "clocks.md 4"
        )
    before = ticket.severity_key
    step = Step(
        EventKind.SEVERITY_CHANGED,
        "ticket.severity_changed",
        frm=OPEN,
        columns={"severity": severity},
        facts={"severity": int(severity), "by_customer": by_customer, "consent": consent},
        text=consent,
        reason=reason,
    )
    ticket.severity = severity
    step.said = {"severity": [before, ticket.severity_key], "reason": reason}
    log.take(ticket, step, by=by, now=now, when=when)
    if severity == Severity.CRITICAL and ticket.accepted_at is not None:
        bulletins.begin(ticket, by=by, now=now)
        outcome.watch_unrestored(ticket, now=now)


@transaction.atomic
def change_level(
    ticket: Ticket,
    *,
    level: str,
    reason: str,
    by: Actor,
    now: dt.datetime,
    contract: ServiceContract | None = None,
) -> None:
    """Another level or contract applies from now (a repaired record, a renewed contract)."""
    log.people_only(by, "b.4.1")
    reason = log.required(reason, "reason", _("Say why."), "clocks.md 4")
    if contract is not None and contract.customer_id != ticket.customer_id:
        raise Refused(_("This contract belongs to another customer."), rule="b.4.1")
    found = _found(ticket, level, contract)
    ticket.terms["levels"][level] = _targets(ticket, found, now)
    step = Step(
        EventKind.LEVEL_CHANGED,
        "ticket.level_changed",
        frm=OPEN,
        columns={
            "level": level,
            "contract": contract,
            "terms": ticket.terms,
            "is_internal": found.is_internal,
            "entitlement": found.verdict,
            "entitlement_basis": found.basis,
        },
        facts={"level": level},
        said={"level": [ticket.level, level], "reason": reason},
        reason=reason,
    )
    log.take(ticket, step, by=by, now=now)


def _found(ticket: Ticket, level: str, contract: ServiceContract | None) -> terms.Entitlement:
    promised = level != Level.NONE
    return terms.Entitlement(
        "per_standard" if promised else "no_data",
        contract.code if contract else "",
        level,
        contract,
        has_overrides=True,
    )


def _targets(ticket: Ticket, found: terms.Entitlement, at: dt.datetime) -> dict[str, list]:
    refs = tuple(calendars.CalendarRef(*ticket.terms[side]) for side in ("site", "team"))
    asked = terms.Asked(ticket.ticket_class, ticket.outage, at)
    fresh = terms.frozen_terms(ticket.customer, found, asked, refs)
    return fresh["levels"][found.level]


@transaction.atomic
def reapply_policy(
    ticket: Ticket, *, reason: str, by: Actor, now: dt.datetime, dry_run: bool = False
) -> dict[str, list]:
    """Apply today's clauses to an open ticket: {"restore.1": [before s, after s]}; a dry run only
    says so. CARRY applies, and it is logged (clocks.md 1)."""
    log.people_only(by, "clocks.md 1")
    found = terms.Entitlement(
        ticket.entitlement, ticket.entitlement_basis, ticket.level, ticket.contract, True
    )
    wanted = _targets(ticket, found, now)
    standing = ticket.terms["levels"].get(ticket.level, {})
    differs = {
        key: [standing.get(key, [None])[0], wanted.get(key, [None])[0]]
        for key in sorted({*standing, *wanted})
        if standing.get(key, [None])[0] != wanted.get(key, [None])[0]
    }
    if dry_run or not differs:
        return differs
    reason = log.required(reason, "reason", _("Say why."), "clocks.md 1")
    sequence = str(ticket.events.count() + 1)
    ticket.terms.setdefault("applied", {})[sequence] = {ticket.level: wanted}
    step = Step(
        EventKind.POLICY_APPLIED,
        "ticket.policy_applied",
        frm=OPEN,
        columns={"terms": ticket.terms},
        said={"targets": differs, "reason": reason},
        reason=reason,
    )
    log.take(ticket, step, by=by, now=now)
    return differs


@transaction.atomic
def correct_time(
    event: TicketEvent, *, at: dt.datetime, by: Actor, now: dt.datetime, when: When
) -> None:
    """Correct when something happened: the event stays, a new one replaces its time; the whole
    timeline is recomputed, changed verdicts are revised, nobody is paged (clocks.md 4)."""
    log.people_only(by, "clocks.md 4")
    ticket = event.ticket
    if event.corrects_id or TicketEvent.objects.filter(corrects=event).exists():
        raise Refused(_("This event has been corrected; correct the latest."), rule="clocks.md 4")
    stated = When(at, log.required(when.reason, "reason", _("Say why.")), when.second_person)
    log.moment(stated, by=by, now=now, closed_at=ticket.closed_at)
    column = STAMP_OF.get(event.kind)
    moves = column is not None and getattr(ticket, column) == event.effective_at
    log.touch(ticket, {column: at} if moves else {}, frm=(), by=by, now=now)
    step = Step(
        EventKind.CORRECTED,
        "ticket.time_corrected",
        facts={**event.facts, "kind": event.kind},
        text=event.text,
    )
    log.append(ticket, step, by=by, now=now, at=at, when=stated, corrects=event)
    clockwork.sync(ticket, by=by, now=now)
    log.entry(
        ticket,
        "ticket.time_corrected",
        by=by,
        now=now,
        facts={"event": event.kind, "at": [event.effective_at, at], "reason": stated.reason},
    )


@transaction.atomic
def edit(
    ticket: Ticket,
    changes: dict,
    *,
    by: Actor,
    now: dt.datetime,
    version: int | None = None,
) -> dict[str, list]:
    """Change what describes a ticket (title, text, site, contact…), not its workflow; the targets
    of its clocks stay as they were frozen. Refused to a person once it is ended."""
    is_person = by.user is not None and not by.is_machine
    if is_person and not ticket.is_open:
        raise Refused(_("This ticket is ended; reopen it to change what it says."), rule="b.4.1")
    log.of_customer(ticket.customer_id, changes.get("contact"))
    differs = writes.edit(ticket, changes, by=by, now=now, version=version)
    if differs:
        log.entry(
            ticket,
            "ticket.changed",
            by=by,
            now=now,
            facts={name: [str(one) for one in pair] for name, pair in differs.items()},
        )
    return differs
