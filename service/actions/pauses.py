"""Pauses: only for waits that the customer causes, with evidence and an end (clocks.md 2)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from core import notify, policy, timers, writes
from core.actors import Actor
from core.errors import Invalid, Refused
from service import ladders, policies
from service.actions import log
from service.actions.log import NOW, Step, When
from service.choices import LIVE, ClockKind, EventKind, PauseReason, TicketStatus
from service.clocks import pause_allowed
from service.models import PauseInterval, Ticket
from service.queries import calendars
from service.queries.people import Directory

END_TIMER, REVIEW_TIMER = "service.pause_end", "service.pause_review"
LABEL = "service.pauseinterval"
PAUSABLE = (
    TicketStatus.ACCEPTED,
    TicketStatus.IN_PROGRESS,
    TicketStatus.RESTORED,
    TicketStatus.REOPENED,
)
LONG = gettext_noop("%(code)s has been paused for %(days)s working days: %(reason)s")
RESUMED = gettext_noop("%(code)s counts again: the expected time of the pause has come")


def stops(ticket: Ticket, reason: str) -> list[str]:
    """The clocks of a ticket that a reason would stop now; what a dialog shows before."""
    running = ticket.clocks.filter(state__in=LIVE).values_list("kind", flat=True)
    return [
        kind
        for kind in ClockKind.values
        if kind in set(running) and pause_allowed(kind, reason, ticket.severity)
    ]


@transaction.atomic
def pause(
    ticket: Ticket,
    *,
    reason: str,
    evidence: str,
    expected_resume_at: dt.datetime,
    by: Actor,
    now: dt.datetime,
    question: str = "",
    agreed_by: str = "",
    when: When = NOW,
) -> PauseInterval:
    """Stop the clocks that may stop for this reason until `expected_resume_at`. Refused when none
    may: waiting for our own supplier, or a critical ticket with access (E-29, R-T2)."""
    at = log.moment(when, by=by, now=now, closed_at=ticket.closed_at)
    evidence = _allowed(ticket, reason, evidence, question, expected_resume_at, by=by, now=now)
    step = Step(
        EventKind.PAUSED,
        "ticket.paused",
        to=TicketStatus.WAITING_CUSTOMER,
        frm=PAUSABLE,
        facts={"pause": reason, "from": ticket.status},
        text=question,
        said={"reason": reason, "evidence": evidence, "expected": expected_resume_at},
        event="sla.paused",
        reason=evidence,
    )
    log.take(ticket, step, by=by, now=now, when=when)
    row = PauseInterval(
        ticket=ticket,
        reason=reason,
        evidence=evidence,
        question=question.strip(),
        starts_at=at,
        expected_resume_at=expected_resume_at,
        agreed_by=agreed_by,
    )
    writes.insert(row, by=by, now=now)
    for kind, due_at in timers_of(row):
        timers.arm(kind, row, due_at, now=now)
    return row


def _allowed(
    ticket: Ticket,
    reason: str,
    evidence: str,
    question: str,
    expected_resume_at: dt.datetime,
    *,
    by: Actor,
    now: dt.datetime,
) -> str:
    log.people_only(by)
    if reason not in PauseReason.values:
        raise Refused(_("Only waits that the customer causes pause a clock."), rule="clocks.md 2")
    evidence = log.required(evidence, "evidence", _("A pause needs evidence."), "clocks.md 2")
    if reason == PauseReason.WAITING_CUSTOMER:
        log.required(question, "question", _("Write what you asked the customer."), "b.4.1")
    if expected_resume_at <= now:
        raise Invalid(
            _("The pause ends before it starts."),
            fields={"expected_resume_at": [_("Choose a time that is still to come.")]},
        )
    if not stops(ticket, reason):
        raise Refused(
            _("No clock of this ticket may stop for that; a critical one only for denied access."),
            rule="clocks.md 2",
        )
    return evidence


def timers_of(row: PauseInterval) -> list[tuple[str, dt.datetime]]:
    """The timers that an open pause has: its expected end and, before that, its review."""
    wanted = [(END_TIMER, row.expected_resume_at)]
    if row.reminded_at is None:
        team = calendars.calendars_of(row.ticket.terms).team
        days = policy.get(policies.PAUSE_BD, at=row.starts_at)
        review = team.add_days(row.starts_at, days, "same_time")
        if review < row.expected_resume_at:
            wanted.append((REVIEW_TIMER, review))
    return wanted


@transaction.atomic
def resume(
    ticket: Ticket, *, by: Actor, now: dt.datetime, reason: str = "", when: When = NOW
) -> None:
    """Let the clocks run on."""
    at = log.moment(when, by=by, now=now, closed_at=ticket.closed_at)
    row = ticket.pauses.filter(ends_at=None).first()
    if row is None:
        raise Refused(_("This ticket is not paused."), rule="clocks.md 2")
    end(ticket, row, by=by, now=now, at=at)
    step = Step(
        EventKind.RESUMED,
        "ticket.resumed",
        to=TicketStatus.IN_PROGRESS,
        frm=(TicketStatus.WAITING_CUSTOMER,),
        said={"reason": reason},
        event="sla.resumed",
        reason=reason,
    )
    log.take(ticket, step, by=by, now=now, when=when)


def end(
    ticket: Ticket, row: PauseInterval, *, by: Actor, now: dt.datetime, at: dt.datetime
) -> None:
    """Close the interval; the caller's event says why (message, resolution, resume)."""
    writes.edit(row, {"ends_at": max(at, row.starts_at), "resumed_by": by.user}, by=by, now=now)
    timers.cancel(row, END_TIMER, REVIEW_TIMER)


def end_open(ticket: Ticket, *, by: Actor, now: dt.datetime, at: dt.datetime) -> bool:
    """Close an open interval, if there is one."""
    row = ticket.pauses.filter(ends_at=None).first()
    if row is not None:
        end(ticket, row, by=by, now=now, at=at)
    return row is not None


def resume_when_due(row: PauseInterval, *, by: Actor, now: dt.datetime) -> None:
    """The expected time has come: the clocks run on from it, and the owner hears of it."""
    ticket = row.ticket
    when = When(row.expected_resume_at, "expected end of the pause", ticket.owner)
    resume(ticket, by=by, now=now, reason="expected end of the pause", when=_on_time(when, now))
    notify.tell(
        [ticket.owner],
        kind="ticket.resumed",
        title=RESUMED,
        params={"code": ticket.code},
        once=f"resumed:{row.pk}",
        url=ticket.get_absolute_url(),
        about=ticket,
        now=now,
    )


def _on_time(when: When, now: dt.datetime) -> When:
    """At its true time, unless that is so long ago that people have acted since."""
    return when if when.second_person or now - when.at <= dt.timedelta(hours=24) else NOW


def remind(row: PauseInterval, *, by: Actor, now: dt.datetime) -> None:
    """R-T2: owner and service manager look at a pause that lasts."""
    ticket = row.ticket
    held = Directory(now).holders(ticket)
    writes.edit(row, {"reminded_at": now}, by=by, now=now)
    notify.tell(
        [ticket.owner, *held.get(ladders.SERVICE_MANAGER, [])],
        kind="ticket.paused_long",
        title=LONG,
        params={
            "code": ticket.code,
            "days": policy.get(policies.PAUSE_BD, at=now),
            "reason": str(row.get_reason_display()),
        },
        once=f"pause:{row.pk}",
        url=ticket.get_absolute_url(),
        urgency=notify.Urgency.SOON,
        about=ticket,
        now=now,
    )
