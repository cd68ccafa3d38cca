"""Calls for help and attention: lines of support, management, acknowledgements (clocks.md 5)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import events as domain_events
from core import notify, timers, trail, writes
from core.actors import Actor
from core.errors import Refused
from core.models import User
from service import ladders
from service.actions import alerts, clockwork, log
from service.actions.log import Step
from service.choices import (
    OPEN,
    EscalationKind,
    EscalationReason,
    EscalationStatus,
    EventKind,
    Line,
    TicketStatus,
)
from service.models import Escalation, Ticket
from service.queries import calendars
from service.queries.people import Directory

UNRESTORED = 150
STEP_OF = {
    EscalationReason.KDM_COMPLAINT: ladders.AT_ONCE["kdm_complaint"],
    EscalationReason.KDM_RISK: 150,
    EscalationReason.REOPENED: ladders.AT_ONCE["reopened"],
    EscalationReason.SOLUTION_REJECTED: ladders.AT_ONCE["solution_rejected"],
    EscalationReason.REPEATED: ladders.AT_ONCE["repeated"],
    EscalationReason.BELOW_EXPECTATION: 100,
    EscalationReason.MANUAL: 100,
}
DUTY_OF_LINE = {Line.L2: ladders.L2_DUTY, Line.L3: ladders.L3_DUTY}
WORKING = (
    TicketStatus.ACCEPTED,
    TicketStatus.IN_PROGRESS,
    TicketStatus.WAITING_CUSTOMER,
    TicketStatus.RESTORED,
    TicketStatus.REOPENED,
)


@transaction.atomic
def next_line(
    ticket: Ticket, *, text: str, by: Actor, now: dt.datetime, to: User | None = None
) -> Escalation | None:
    """L1 → L2 → L3: hands the ticket to the next line; the hop clock runs until it is taken over.
    Tells `to`, or who is on duty; an empty duty goes up the ladder."""
    log.people_only(by, "R-T4")
    text = log.required(text, "text", _("Write what was tried and what is needed."), "R-T4")
    if ticket.line >= Line.L3:
        raise Refused(_("The third line has it already."), rule="R-T4")
    line = Line(ticket.line + 1)
    step = Step(
        EventKind.HANDED_OVER,
        "ticket.handed_over",
        frm=WORKING,
        columns={"line": line, "line_accepted_at": None},
        text=text,
        facts={"line": int(line)},
        said={"line": [int(line) - 1, int(line)]},
    )
    log.take(ticket, step, by=by, now=now)
    role = DUTY_OF_LINE[line]
    people = [to] if to else None
    return _raise(
        ticket,
        EscalationKind.TECHNICAL,
        int(line),
        [role],
        EscalationReason.MANUAL,
        by=by,
        now=now,
        text=text,
        people=people,
    )


@transaction.atomic
def take_over(ticket: Ticket, *, by: Actor, now: dt.datetime) -> None:
    """The line takes the ticket: stops the hop clock and acknowledges the call."""
    log.people_only(by, "R-T4")
    if ticket.line == Line.L1 or ticket.line_accepted_at is not None:
        raise Refused(_("Nothing waits to be taken over."), rule="R-T4")
    step = Step(
        EventKind.HOP_ACCEPTED,
        "ticket.taken_over",
        frm=WORKING,
        columns={"line_accepted_at": now},
        said={"line": int(ticket.line)},
    )
    log.take(ticket, step, by=by, now=now)
    row = alerts.open_of(ticket, EscalationKind.TECHNICAL, int(ticket.line))
    if row is not None and row.status == EscalationStatus.RAISED:
        _acknowledge(row, by=by, now=now)


@transaction.atomic
def escalate(
    ticket: Ticket, *, reason: str, text: str, by: Actor, now: dt.datetime
) -> list[Escalation]:
    """Call management by hand: below expectation, plan rejected, (likely) complaint of a key
    decision maker (R-T5)."""
    log.people_only(by, "R-T5")
    text = log.required(text, "text", _("Write what you need from them."), "R-T5")
    if ticket.status not in OPEN:
        raise Refused(_("This ticket is closed."), rule="R-T5")
    step = Step(
        EventKind.ESCALATED,
        "ticket.escalated",
        text=text,
        facts={"reason": reason},
        said={"reason": reason},
    )
    log.take(ticket, step, by=by, now=now)
    return at_once(ticket, reason, by=by, now=now, text=text)


def at_once(
    ticket: Ticket, reason: str, *, by: Actor, now: dt.datetime, text: str = ""
) -> list[Escalation]:
    """The step that a reason raises without any threshold (clocks.md 5)."""
    step = STEP_OF.get(reason, 100)
    return raise_step(ticket, step, reason, by=by, now=now, text=text)


def raise_step(
    ticket: Ticket, step: int, reason: str, *, by: Actor, now: dt.datetime, text: str = ""
) -> list[Escalation]:
    """Call everyone of a step: technical and management rows, told at once."""
    team = calendars.calendars_of(ticket.terms).team
    rung = ladders.rung(
        step,
        severity=ticket.severity,
        tier=alerts.tier_key(ticket),
        working_day_s=team.standard_day_minutes * 60,
    )
    made = []
    for kind, roles in (
        (EscalationKind.TECHNICAL, rung.technical),
        (EscalationKind.MANAGEMENT, rung.management),
    ):
        if roles:
            row = _raise(ticket, kind, step, roles, reason, by=by, now=now, text=text, rung=rung)
            made += [row] if row else []
    return made


def _raise(
    ticket: Ticket,
    kind: str,
    level: int,
    roles,
    reason: str,
    *,
    by: Actor,
    now: dt.datetime,
    text: str = "",
    people: list[User] | None = None,
    rung: ladders.Rung | None = None,
) -> Escalation | None:
    held = Directory(now).holders(ticket)
    filled = ladders.fill(roles, held)
    answering = list(dict.fromkeys(filled.answering.values()))
    told = people or list(
        {user.pk: user for role in answering for user in held.get(role, [])}.values()
    )
    row = Escalation(
        ticket=ticket,
        kind=kind,
        level=level,
        reason=reason,
        text=text[:300],
        at=now,
        repeat_s=(rung.repeat_s or None) if rung else None,
        repeat_working=bool(rung and rung.repeat_working),
        roles=[[role, filled.answering[role]] for role in roles],
    )
    rows = alerts.raise_many([(row, told)], by=by, now=now)
    if not rows:
        return None
    log.entry(
        ticket,
        "escalation.raised",
        by=by,
        now=now,
        facts={"kind": kind, "level": level, "reason": reason, "told": [one.pk for one in told]},
    )
    _tell(row, told, by=by, now=now)
    return row


def _tell(row: Escalation, told: list[User], *, by: Actor, now: dt.datetime) -> None:
    ticket = row.ticket
    role = row.roles[0][1] if row.roles else ladders.OWNER
    not_before = ladders.deliver_at(
        now,
        role,
        severity=ticket.severity,
        calendar=calendars.calendars_of(ticket.terms).team,
        tier=alerts.tier_key(ticket),
        outage=ticket.outage,
    )
    notify.tell(
        told,
        kind="escalation.raised",
        title=alerts.CALLED,
        params={
            "code": ticket.code,
            "customer": ticket.customer.display_name,
            "reason": str(row.get_reason_display()),
        },
        once=f"escalation:{row.pk}",
        url=row.get_absolute_url(),
        urgency=notify.Urgency.PAGE if not_before == now else notify.Urgency.NOW,
        about=ticket,
        scope=ticket.customer,
        now=now,
        not_before=not_before,
    )


@transaction.atomic
def acknowledge(row: Escalation, *, by: Actor, now: dt.datetime) -> None:
    """A person takes note: the repeats of this step stop, not the next step."""
    log.people_only(by, "clocks.md 5")
    _acknowledge(row, by=by, now=now)
    step = Step(EventKind.ACKNOWLEDGED, "escalation.acknowledged", facts={"level": row.level})
    log.take(row.ticket, step, by=by, now=now)


def _acknowledge(row: Escalation, *, by: Actor, now: dt.datetime) -> None:
    writes.move(
        row,
        EscalationStatus.ACKNOWLEDGED,
        frm=(EscalationStatus.RAISED,),
        by=by,
        now=now,
        rule="clocks.md 5",
        acknowledged_at=now,
        acknowledged_by=by.user,
        next_repeat_at=None,
    )
    timers.cancel(row, alerts.REPEAT_TIMER)
    domain_events.emit(
        "escalation.acknowledged",
        row.ticket,
        by=by,
        now=now,
        scope=row.ticket.customer,
        facts={"kind": row.kind, "level": row.level},
    )


@transaction.atomic
def close(row: Escalation, *, outcome: str, by: Actor, now: dt.datetime) -> None:
    """The call has done its work."""
    log.people_only(by, "clocks.md 5")
    outcome = log.required(outcome, "outcome", _("Write what came of it."), "clocks.md 5")
    open_states = [status for status in EscalationStatus if status != EscalationStatus.CLOSED]
    writes.move(
        row,
        EscalationStatus.CLOSED,
        frm=open_states,
        by=by,
        now=now,
        outcome=outcome[:300],
        next_repeat_at=None,
    )
    timers.cancel(row, alerts.REPEAT_TIMER)
    trail.record(
        row.ticket,
        "escalation.closed",
        by=by,
        now=now,
        scope=row.ticket.customer,
        facts={"kind": row.kind, "level": row.level, "outcome": outcome},
    )


def close_all(ticket: Ticket, *, by: Actor, now: dt.datetime) -> None:
    """Nobody is called about a finished ticket any more."""
    clockwork.hush(Escalation.objects.open().filter(ticket=ticket), by=by, now=now)
