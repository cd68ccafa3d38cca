"""How a ticket ends: restored, resolved, confirmed or rejected, closed, reopened, cancelled."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from core import notify, outbox, policy, timers
from core.actors import Actor
from core.errors import Invalid, Refused
from service import policies
from service.actions import bulletins, escalations, log, pauses
from service.actions.log import NOW, Step, When
from service.choices import (
    OPEN,
    EscalationReason,
    EventKind,
    RootCause,
    Severity,
    TicketClass,
    TicketStatus,
)
from service.models import Ticket

SILENCE_TIMER, UNRESTORED_TIMER = "service.silence", "service.unrestored"
WORKED_ON = (
    TicketStatus.ACCEPTED,
    TicketStatus.IN_PROGRESS,
    TicketStatus.WAITING_CUSTOMER,
    TicketStatus.REOPENED,
)
CONFIRM = gettext_noop("%(code)s is resolved; the customer is asked to confirm it")


@transaction.atomic
def restore(
    ticket: Ticket,
    *,
    text: str,
    by: Actor,
    now: dt.datetime,
    confirmed: bool = False,
    when: When = NOW,
) -> None:
    """Service is back, by fix or workaround: `confirmed` by the customer, or by the evidence in
    `text` (unconfirmed). Only a fault is restored; other tickets are resolved."""
    if ticket.ticket_class != TicketClass.FAULT:
        raise Refused(_("Only a fault is restored; resolve this ticket."), rule="b.4.1")
    text = log.required(text, "text", _("Write how the service came back."), "clocks.md 2")
    at = log.moment(when, by=by, now=now, closed_at=ticket.closed_at)
    _let_run(ticket, by=by, now=now, at=at, when=when)
    unconfirmed = not confirmed or by.is_machine
    step = Step(
        EventKind.RESTORED,
        "ticket.restored",
        to=TicketStatus.RESTORED,
        frm=WORKED_ON,
        stamps=("restored_at",),
        columns={"workaround": text, "unconfirmed": unconfirmed},
        text=text,
        facts={"unconfirmed": unconfirmed},
        said={"unconfirmed": unconfirmed},
        event="ticket.restored",
    )
    log.take(ticket, step, by=by, now=now, when=when)
    timers.cancel(ticket, UNRESTORED_TIMER)
    bulletins.after_restoration(ticket, by=by, now=now)


def _let_run(ticket: Ticket, *, by: Actor, now: dt.datetime, at: dt.datetime, when: When) -> None:
    """A pause ends when service is back."""
    if ticket.status == TicketStatus.WAITING_CUSTOMER and pauses.end_open(
        ticket, by=by, now=now, at=at
    ):
        step = Step(EventKind.RESUMED, "ticket.resumed", frm=OPEN)
        log.take(ticket, step, by=by, now=now, when=when)


@transaction.atomic
def resolve(ticket: Ticket, *, fix: str, by: Actor, now: dt.datetime, when: When = NOW) -> None:
    """The solution is with the customer: the resolve clock stands until it is accepted or
    rejected; after silence and two reminders the ticket closes."""
    log.people_only(by, "b.4.1")
    fix = log.required(fix, "fix", _("Write what was done."), "b.4.1")
    if ticket.ticket_class == TicketClass.FAULT and ticket.restored_at is None:
        raise Refused(_("Record first that the service is back."), rule="b.4.1")
    at = log.moment(when, by=by, now=now, closed_at=ticket.closed_at)
    pauses.end_open(ticket, by=by, now=now, at=at)
    step = Step(
        EventKind.RESOLVED,
        "ticket.resolved",
        to=TicketStatus.RESOLVED,
        frm=(*WORKED_ON, TicketStatus.RESTORED),
        stamps=("resolved_at",),
        columns={"fix": fix, "reminders": 0},
        text=fix,
        event="ticket.resolved",
    )
    log.take(ticket, step, by=by, now=now, when=when)
    timers.arm(SILENCE_TIMER, ticket, next_silence(ticket), now=now)
    _ask_to_confirm(ticket, key=f"resolved:{ticket.pk}:{ticket.version}", now=now)


def next_silence(ticket: Ticket) -> dt.datetime:
    """When a resolved ticket is looked at next: two reminders, then the closing."""
    days = [*policy.get(policies.REMINDERS_D, at=ticket.resolved_at)[:2]]
    days.append(policy.get(policies.SILENCE_D, at=ticket.resolved_at))
    return ticket.resolved_at + dt.timedelta(days=days[min(ticket.reminders, len(days) - 1)])


def _ask_to_confirm(ticket: Ticket, *, key: str, now: dt.datetime) -> None:
    if ticket.contact is not None and ticket.contact.email:
        outbox.post(
            "email",
            ticket.contact.email,
            once=key,
            subject=f"{ticket.code} {ticket.title}",
            body=f"{ticket.fix}\n",
            now=now,
            to_customer=True,
            about=ticket,
        )


@transaction.atomic
def pass_silence(ticket: Ticket, *, by: Actor, now: dt.datetime) -> None:
    """No answer since the resolution: the next reminder, or after the second one the closing, in
    which the acceptance is assumed (b.4.1)."""
    if now < next_silence(ticket):
        return
    if ticket.reminders >= 2:
        if not ticket.root_cause:
            ticket.root_cause = RootCause.UNKNOWN
        _close(ticket, by=by, now=now, assumed=True)
        return
    step = Step(
        EventKind.NOTE,
        "ticket.reminded",
        columns={"reminders": ticket.reminders + 1},
        facts={"reminder": ticket.reminders + 1},
        said={"reminder": ticket.reminders + 1},
    )
    log.take(ticket, step, by=by, now=now)
    timers.arm(SILENCE_TIMER, ticket, next_silence(ticket), now=now)
    _ask_to_confirm(ticket, key=f"remind:{ticket.pk}:{ticket.version}", now=now)
    notify.tell(
        [ticket.owner],
        kind="ticket.reminded",
        title=CONFIRM,
        params={"code": ticket.code},
        once=f"remind:{ticket.pk}:{ticket.version}",
        url=ticket.get_absolute_url(),
        about=ticket,
        now=now,
    )


@transaction.atomic
def confirm(
    ticket: Ticket, *, by: Actor, now: dt.datetime, evidence: str = "", when: When = NOW
) -> None:
    """The customer accepts the solution: in the portal, or by what staff recorded as evidence."""
    log.people_only(by, "b.6")
    if not (by.user and by.user.is_portal):
        log.required(evidence, "evidence", _("Who confirmed it, and how?"), "b.6")
    step = Step(
        EventKind.CONFIRMED,
        "ticket.confirmed",
        frm=(TicketStatus.RESOLVED,),
        stamps=("confirmed_at",),
        text=evidence,
    )
    log.take(ticket, step, by=by, now=now, when=when)
    timers.cancel(ticket, SILENCE_TIMER)


@transaction.atomic
def reject(ticket: Ticket, *, text: str, by: Actor, now: dt.datetime, when: When = NOW) -> None:
    """The customer does not accept the solution: the clocks run on, and management hears of it
    (R-T5)."""
    log.people_only(by, "b.6")
    text = log.required(text, "text", _("Write what is still wrong."), "b.4.1")
    step = Step(
        EventKind.REJECTED,
        "ticket.rejected",
        to=TicketStatus.IN_PROGRESS,
        frm=(TicketStatus.RESOLVED,),
        columns={
            "reopened_count": ticket.reopened_count + 1,
            "resolved_at": None,
            "confirmed_at": None,
        },
        text=text,
    )
    log.take(ticket, step, by=by, now=now, when=when)
    timers.cancel(ticket, SILENCE_TIMER)
    escalations.at_once(ticket, EscalationReason.SOLUTION_REJECTED, by=by, now=now)
    _third_time(ticket, by=by, now=now)


def _third_time(ticket: Ticket, *, by: Actor, now: dt.datetime) -> None:
    if ticket.reopened_count >= 3:
        escalations.at_once(ticket, EscalationReason.REOPENED, by=by, now=now)


@transaction.atomic
def close(
    ticket: Ticket,
    *,
    root_cause: str,
    by: Actor,
    now: dt.datetime,
    root_cause_text: str = "",
    fix: str = "",
    outcome: tuple[str, int] | None = None,
    when: When = NOW,
) -> None:
    """resolved → closed, with root cause, fix and the customer's confirmation. Praise closes from
    accepted with thanks; a need closes only as a change request or VOC item (`outcome`)."""
    log.people_only(by, "b.4.1")
    praise = ticket.ticket_class == TicketClass.PRAISE
    if root_cause not in RootCause.values and not praise:
        raise Invalid(
            _("Choose the root cause."), rule="b.4.1", fields={"root_cause": [_("Choose one.")]}
        )
    if not praise and ticket.confirmed_at is None:
        raise Refused(
            _("The customer has not confirmed yet; without an answer it closes by itself."),
            rule="b.4.1",
        )
    if ticket.ticket_class == TicketClass.NEED and outcome is None:
        raise Refused(_("A need ends as a change request or a VOC item; name it."), rule="b.4.1")
    ticket.root_cause = root_cause or RootCause.SERVICE_QUALITY
    ticket.root_cause_text, ticket.fix = root_cause_text, fix or ticket.fix
    if outcome is not None:
        ticket.outcome_label, ticket.outcome_id = outcome
    _close(ticket, by=by, now=now, assumed=False, when=when)


def _close(ticket: Ticket, *, by: Actor, now: dt.datetime, assumed: bool, when: When = NOW) -> None:
    praise = ticket.ticket_class == TicketClass.PRAISE
    open_states = (TicketStatus.ACCEPTED, TicketStatus.IN_PROGRESS) if praise else ()
    step = Step(
        EventKind.CLOSED,
        "ticket.closed",
        to=TicketStatus.CLOSED,
        frm=(TicketStatus.RESOLVED, *open_states),
        stamps=("closed_at",),
        columns={
            "assumed": assumed,
            "root_cause": ticket.root_cause,
            "root_cause_text": ticket.root_cause_text,
            "fix": ticket.fix,
            "outcome_label": ticket.outcome_label,
            "outcome_id": ticket.outcome_id,
        },
        facts={"unconfirmed": assumed},
        said={"assumed": assumed, "root_cause": ticket.root_cause},
        event="ticket.closed",
    )
    log.take(ticket, step, by=by, now=now, when=when)
    timers.cancel(ticket, SILENCE_TIMER)
    escalations.close_all(ticket, by=by, now=now)


@transaction.atomic
def reopen(ticket: Ticket, *, text: str, by: Actor, now: dt.datetime) -> None:
    """closed → reopened within ten days: restore and resolve run on, response and update start a
    new cycle. Later a new, linked ticket is opened (clocks.md 4)."""
    log.people_only(by, "clocks.md 4")
    text = log.required(text, "text", _("Write what is wrong again."), "clocks.md 4")
    days = policy.get(policies.REOPEN_D, at=now)
    if ticket.closed_at is not None and now > ticket.closed_at + dt.timedelta(days=days):
        raise Refused(
            _("It closed more than %(days)s days ago: open a new ticket that follows it.")
            % {"days": days},
            rule="clocks.md 4",
        )
    step = Step(
        EventKind.REOPENED,
        "ticket.reopened",
        to=TicketStatus.REOPENED,
        frm=(TicketStatus.CLOSED,),
        columns={
            "reopened_count": ticket.reopened_count + 1,
            "closed_at": None,
            "confirmed_at": None,
            "resolved_at": None,
            "restored_at": None,
            "responded_at": None,
            "assumed": False,
        },
        text=text,
        event="ticket.reopened",
    )
    log.take(ticket, step, by=by, now=now)
    _third_time(ticket, by=by, now=now)


@transaction.atomic
def cancel(ticket: Ticket, *, reason: str, by: Actor, now: dt.datetime) -> None:
    """reported or accepted → cancelled: duplicate, withdrawn, not entitled. The reason is told to
    the customer."""
    log.people_only(by, "b.4.1")
    reason = log.required(reason, "reason", _("Cancelling needs a reason."), "b.4.1")
    step = Step(
        EventKind.CANCELLED,
        "ticket.cancelled",
        to=TicketStatus.CANCELLED,
        frm=(TicketStatus.REPORTED, TicketStatus.ACCEPTED),
        columns={"cancel_reason": reason[:300]},
        text=reason,
        said={"reason": reason},
    )
    log.take(ticket, step, by=by, now=now)
    bulletins.drop(ticket, by=by, now=now)
    timers.cancel(ticket, UNRESTORED_TIMER)
    escalations.close_all(ticket, by=by, now=now)
    if ticket.contact is not None and ticket.contact.email:
        outbox.post(
            "email",
            ticket.contact.email,
            once=f"cancelled:{ticket.pk}",
            subject=f"{ticket.code} {ticket.title}",
            body=f"{reason}\n",
            now=now,
            to_customer=True,
            about=ticket,
        )


@transaction.atomic
def call_back(ticket: Ticket, *, text: str, by: Actor, now: dt.datetime, when: When = NOW) -> None:
    """The callback after a closing was made: stops the callback clock."""
    log.people_only(by, "R-T8")
    text = log.required(text, "text", _("Write what the customer said."), "R-T8")
    step = Step(EventKind.CALLED_BACK, "ticket.called_back", frm=(TicketStatus.CLOSED,), text=text)
    log.take(ticket, step, by=by, now=now, when=When(when.at, when.reason, when.second_person))


def watch_unrestored(ticket: Ticket, *, now: dt.datetime) -> None:
    """Look again when a critical fault has been down for four hours (clocks.md 5)."""
    if ticket.ticket_class != TicketClass.FAULT or ticket.restored_at is not None:
        return
    if ticket.unrestored_called_at is None:
        timers.arm(UNRESTORED_TIMER, ticket, unrestored_at(ticket), now=now)


def unrestored_at(ticket: Ticket) -> dt.datetime:
    """When a critical fault has been down too long."""
    hours = policy.get(policies.UNRESTORED_H, at=ticket.reported_at)
    return ticket.reported_at + dt.timedelta(hours=hours)


@transaction.atomic
def call_unrestored(ticket: Ticket, *, by: Actor, now: dt.datetime) -> None:
    """A critical ticket is still down: the step of 150 % at once."""
    Ticket.objects.filter(pk=ticket.pk).update(unrestored_called_at=now)
    if ticket.severity == Severity.CRITICAL:
        escalations.raise_step(
            ticket, escalations.UNRESTORED, EscalationReason.THRESHOLD, by=by, now=now
        )
