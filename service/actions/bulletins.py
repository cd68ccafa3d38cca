"""Bulletins of a critical ticket: first, progress, restored, root cause (R-T7)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from core import events as domain_events
from core import notify, outbox, policy, timers, writes
from core.actors import Actor
from service import ladders, policies
from service.actions import log
from service.actions.log import Step
from service.choices import (
    OPEN,
    Audience,
    BulletinStage,
    BulletinStatus,
    ClockKind,
    EventKind,
    Severity,
)
from service.models import IncidentBulletin, Ticket
from service.queries import calendars, terms
from service.queries.people import Directory

TIMER = "service.bulletin"
OVERDUE = gettext_noop("%(code)s: the %(stage)s is overdue")
COUNTS_AS_UPDATE = (BulletinStage.FIRST, BulletinStage.PROGRESS)


def begin(ticket: Ticket, *, by: Actor, now: dt.datetime) -> None:
    """The first bulletin becomes due when a critical ticket is accepted."""
    minutes = policy.get(policies.BULLETIN_FIRST_MIN, at=now)
    _owe(ticket, BulletinStage.FIRST, now + dt.timedelta(minutes=minutes), by=by, now=now)


def after_restoration(ticket: Ticket, *, by: Actor, now: dt.datetime) -> None:
    """Restoration and root cause bulletins become due; a progress one is not needed any more."""
    if ticket.severity != Severity.CRITICAL:
        return
    drop(ticket, by=by, now=now)
    minutes = policy.get(policies.BULLETIN_RESTORED_MIN, at=now)
    _owe(ticket, BulletinStage.RESTORED, now + dt.timedelta(minutes=minutes), by=by, now=now)
    site = calendars.calendars_of(ticket.terms).site
    days = policy.get(policies.BULLETIN_CAUSE_BD, at=now)
    due_at = site.add_days(now, days, "end_of_day")
    _owe(ticket, BulletinStage.ROOT_CAUSE, due_at, by=by, now=now)


def drop(ticket: Ticket, *, by: Actor, now: dt.datetime) -> None:
    """What was still due is not needed any more."""
    for row in ticket.bulletins.filter(status=BulletinStatus.DUE):
        writes.move(row, BulletinStatus.DROPPED, frm=(BulletinStatus.DUE,), by=by, now=now)
        timers.cancel(row, TIMER)


def _owe(
    ticket: Ticket, stage: str, due_at: dt.datetime, *, by: Actor, now: dt.datetime
) -> IncidentBulletin:
    number = ticket.bulletins.filter(stage=stage, audience=Audience.CUSTOMER).count() + 1
    row = IncidentBulletin(ticket=ticket, stage=stage, number=number, due_at=due_at)
    writes.insert(row, by=by, now=now)
    timers.arm(TIMER, row, due_at, now=now)
    return row


@transaction.atomic
def send(row: IncidentBulletin, *, text: str, by: Actor, now: dt.datetime) -> None:
    """Send a bulletin to the customer's contact; late stays late. First and progress bulletins
    count as an update and owe the next one until the service is back."""
    log.people_only(by, "R-T7")
    text = log.required(text, "text", _("Write what the customer should know."))
    ticket = row.ticket
    late = now > row.due_at
    writes.move(
        row,
        BulletinStatus.LATE if late else BulletinStatus.SENT,
        frm=(BulletinStatus.DUE,),
        by=by,
        now=now,
        rule="R-T7",
        text=text,
        sent_at=now,
        sent_by=by.user,
    )
    timers.cancel(row, TIMER)
    counts = row.stage in COUNTS_AS_UPDATE and row.audience == Audience.CUSTOMER
    step = Step(
        EventKind.UPDATE_SENT if counts else EventKind.NOTE,
        "bulletin.sent",
        stamps=("responded_at",) if counts and ticket.responded_at is None else (),
        text=text,
        facts={"bulletin": row.stage},
        said={"stage": row.stage, "number": row.number, "late": late},
    )
    log.take(ticket, step, by=by, now=now)
    domain_events.emit(
        "bulletin.sent", ticket, by=by, now=now, scope=ticket.customer, facts={"stage": row.stage}
    )
    _mail(row, now)
    if counts and ticket.restored_at is None and ticket.status in OPEN:
        _next_progress(ticket, by=by, now=now)


def _mail(row: IncidentBulletin, now: dt.datetime) -> None:
    contact = row.ticket.contact
    if contact is None or not contact.email or row.audience != Audience.CUSTOMER:
        return
    outbox.post(
        "email",
        contact.email,
        once=f"bulletin:{row.pk}",
        subject=f"{row.ticket.code} {row.ticket.title}",
        body=f"{row.text}\n",
        now=now,
        to_customer=True,
        about=row.ticket,
    )


def _next_progress(ticket: Ticket, *, by: Actor, now: dt.datetime) -> None:
    promised = terms.promised(ticket.terms, ClockKind.UPDATE, ticket.severity, ticket.level)
    if promised is None:
        return
    due_at = now + dt.timedelta(seconds=promised[0])
    _owe(ticket, BulletinStage.PROGRESS, due_at, by=by, now=now)


def remind(row: IncidentBulletin, *, by: Actor, now: dt.datetime) -> None:
    """Owner and service manager hear that a bulletin is overdue."""
    ticket = row.ticket
    held = Directory(now).holders(ticket)
    writes.edit(row, {"reminded_at": now}, by=by, now=now)
    notify.tell(
        [ticket.owner, *held.get(ladders.SERVICE_MANAGER, [])],
        kind="bulletin.overdue",
        title=OVERDUE,
        params={"code": ticket.code, "stage": str(row.get_stage_display())},
        once=f"bulletin:{row.pk}",
        url=ticket.get_absolute_url(),
        urgency=notify.Urgency.NOW,
        about=ticket,
        scope=ticket.customer,
        now=now,
    )
