"""The daily work on a ticket: accept, claim, contact, update, dispatch, note."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.models import OrgUnit
from core import notify, outbox
from core.actors import Actor
from core.errors import Refused
from core.models import User
from service.actions import bulletins, log, outcome, pauses
from service.actions.log import NOW, Step, When
from service.choices import OPEN, EventKind, Severity, TicketStatus
from service.models import Ticket
from service.queries import people

INFORMED = gettext_noop("%(code)s %(customer)s accepted: %(title)s")
YOURS = gettext_noop("%(code)s is yours: %(title)s")
HANDS_ON = (
    TicketStatus.ACCEPTED,
    TicketStatus.IN_PROGRESS,
    TicketStatus.WAITING_CUSTOMER,
    TicketStatus.RESTORED,
    TicketStatus.REOPENED,
)
STARTED = (TicketStatus.ACCEPTED, TicketStatus.REOPENED)


@transaction.atomic
def accept(ticket: Ticket, *, by: Actor, now: dt.datetime, when: When = NOW) -> None:
    """reported → accepted; for a critical ticket, or an outage of an S customer, account manager,
    delivery manager and regional head hear of it at once, and the bulletins begin (R-T6, R-T7)."""
    log.people_only(by)
    step = Step(
        EventKind.ACCEPTED,
        "ticket.accepted",
        to=TicketStatus.ACCEPTED,
        frm=(TicketStatus.REPORTED,),
        stamps=("accepted_at",),
        event="ticket.accepted",
    )
    log.take(ticket, step, by=by, now=now, when=when)
    _after_acceptance(ticket, by=by, now=now)


def _after_acceptance(ticket: Ticket, *, by: Actor, now: dt.datetime) -> None:
    top = ticket.outage and ticket.customer.tier == 1
    if ticket.severity != Severity.CRITICAL and not top:
        return
    if ticket.severity == Severity.CRITICAL:
        bulletins.begin(ticket, by=by, now=now)
        outcome.watch_unrestored(ticket, now=now)
    notify.tell(
        people.informed_at_acceptance(ticket, people.Directory(now)),
        kind="ticket.accepted",
        title=INFORMED,
        params={
            "code": ticket.code,
            "customer": ticket.customer.display_name,
            "title": ticket.title,
        },
        once=f"accepted:{ticket.pk}",
        url=ticket.get_absolute_url(),
        urgency=notify.Urgency.NOW,
        about=ticket,
        scope=ticket.customer,
        now=now,
    )


@transaction.atomic
def claim(ticket: Ticket, *, by: Actor, now: dt.datetime) -> None:
    """Take an unowned ticket; a reported one is accepted with it. Refused when someone was
    first."""
    log.people_only(by)
    if ticket.owner_id is not None:
        raise Refused(_("%(name)s has it already.") % {"name": ticket.owner}, rule="b.4.1")
    if ticket.status == TicketStatus.REPORTED:
        accept(ticket, by=by, now=now)
    hits = Ticket.objects.filter(pk=ticket.pk, owner=None).update(owner=by.user)
    if not hits:
        raise Refused(_("Someone claimed it a moment ago. Reload the page."), rule="b.4.1")
    ticket.owner = by.user
    step = Step(EventKind.CLAIMED, "ticket.claimed", frm=OPEN, said={"owner": [None, by.user_id]})
    log.take(ticket, step, by=by, now=now)


@transaction.atomic
def unclaim(ticket: Ticket, *, by: Actor, now: dt.datetime) -> None:
    """Give a ticket back that one holds; the undo of a claim."""
    if ticket.owner_id is None or ticket.owner_id != by.user_id:
        raise Refused(_("This ticket is not yours."), rule="b.4.1")
    step = Step(
        EventKind.UNCLAIMED,
        "ticket.unclaimed",
        frm=OPEN,
        columns={"owner": None},
        said={"owner": [by.user_id, None]},
    )
    log.take(ticket, step, by=by, now=now)


@transaction.atomic
def assign(
    ticket: Ticket,
    *,
    owner: User | None,
    by: Actor,
    now: dt.datetime,
    group: OrgUnit | None = None,
) -> None:
    """Hand a ticket to a person, and to a group where one is named."""
    columns = {"owner": owner}
    said = {"owner": [ticket.owner_id, owner.pk if owner else None]}
    if group is not None and group.pk != ticket.group_id:
        columns["group"] = group
        said["group"] = [ticket.group_id, group.pk]
    step = Step(EventKind.ASSIGNED, "ticket.assigned", frm=OPEN, columns=columns, said=said)
    log.take(ticket, step, by=by, now=now)
    notify.tell(
        [owner] if owner is not None and owner.pk != by.user_id else [],
        kind="ticket.assigned",
        title=YOURS,
        params={"code": ticket.code, "title": ticket.title},
        once=f"assigned:{ticket.pk}:{ticket.version}",
        url=ticket.get_absolute_url(),
        urgency=notify.Urgency.SOON,
        about=ticket,
        scope=ticket.customer,
        now=now,
    )


def _begin(ticket: Ticket) -> dict:
    """The first work on a ticket moves it to in progress."""
    if ticket.status in STARTED:
        return {"to": TicketStatus.IN_PROGRESS, "frm": STARTED}
    return {"frm": HANDS_ON}


def _first_contact(ticket: Ticket) -> tuple[str, ...]:
    return () if ticket.responded_at else ("responded_at",)


@transaction.atomic
def contact(ticket: Ticket, *, text: str, by: Actor, now: dt.datetime, when: When = NOW) -> None:
    """Record a human contact with the customer (call, visit, message); the first one stops the
    response clock. Auto-acknowledgements and internal notes are no contact."""
    log.people_only(by, "clocks.md 2")
    text = log.required(text, "text", _("Say in a line what was said."))
    if ticket.status == TicketStatus.REPORTED:
        accept(ticket, by=by, now=now, when=when)
    step = Step(
        EventKind.CONTACTED,
        "ticket.contacted",
        stamps=_first_contact(ticket),
        text=text,
        event="" if ticket.responded_at else "ticket.responded",
        **_begin(ticket),
    )
    log.take(ticket, step, by=by, now=now, when=when)


@transaction.atomic
def send_update(
    ticket: Ticket,
    *,
    text: str,
    by: Actor,
    now: dt.datetime,
    next_at: dt.datetime | None = None,
    when: When = NOW,
) -> None:
    """Send the customer an update: closes a cycle of the update clock and opens the next."""
    log.people_only(by, "clocks.md 2")
    text = log.required(text, "text", _("Write what the customer should know."))
    if ticket.status == TicketStatus.REPORTED:
        accept(ticket, by=by, now=now, when=when)
    step = Step(
        EventKind.UPDATE_SENT,
        "ticket.update_sent",
        stamps=_first_contact(ticket),
        text=text,
        facts={"next_at": next_at.isoformat()} if next_at else {},
        event="" if ticket.responded_at else "ticket.responded",
        **_begin(ticket),
    )
    log.take(ticket, step, by=by, now=now, when=when)
    to_customer(ticket, text, key=f"update:{ticket.pk}:{ticket.version}", now=now)


def to_customer(ticket: Ticket, text: str, *, key: str, now: dt.datetime) -> None:
    """A mail to the contact, held until an administrator opens outbound mail."""
    if ticket.contact is None or not ticket.contact.email:
        return
    outbox.post(
        "email",
        ticket.contact.email,
        once=key,
        subject=f"{ticket.code} {ticket.title}",
        body=f"{text}\n",
        now=now,
        to_customer=True,
        about=ticket,
    )


@transaction.atomic
def receive(ticket: Ticket, *, text: str, by: Actor, now: dt.datetime, when: When = NOW) -> None:
    """A message from the customer, by whatever channel: a paused ticket counts again at once."""
    text = log.required(text, "text", _("Write the message."))
    at = log.moment(when, by=by, now=now, closed_at=ticket.closed_at)
    step = Step(EventKind.MESSAGE_IN, "ticket.message", frm=OPEN, text=text)
    if ticket.status == TicketStatus.WAITING_CUSTOMER:
        pauses.end_open(ticket, by=by, now=now, at=at)
        step.to, step.frm = TicketStatus.IN_PROGRESS, (TicketStatus.WAITING_CUSTOMER,)
        step.event = "sla.resumed"
    log.take(ticket, step, by=by, now=now, when=when)
    notify.tell(
        people.first_line(ticket),
        kind="ticket.message",
        title=gettext_noop("%(code)s: the customer wrote"),
        params={"code": ticket.code},
        once=f"message:{ticket.pk}:{ticket.version}",
        url=ticket.get_absolute_url(),
        urgency=notify.Urgency.SOON,
        about=ticket,
        now=now,
    )


@transaction.atomic
def note(ticket: Ticket, *, text: str, by: Actor, now: dt.datetime) -> None:
    """An internal note: moves no clock, never shown to the customer."""
    text = log.required(text, "text", _("Write the note."))
    log.take(ticket, Step(EventKind.NOTE, "ticket.note", text=text), by=by, now=now)


@transaction.atomic
def dispatch(
    ticket: Ticket, *, by: Actor, now: dt.datetime, text: str = "", when: When = NOW
) -> None:
    """Send an engineer: starts the on-site clock where one is promised."""
    log.people_only(by)
    step = Step(
        EventKind.DISPATCHED,
        "ticket.dispatched",
        stamps=("dispatched_at",),
        text=text,
        **_begin(ticket),
    )
    log.take(ticket, step, by=by, now=now, when=when)


@transaction.atomic
def arrive(
    ticket: Ticket, *, by: Actor, now: dt.datetime, text: str = "", when: When = NOW
) -> None:
    """The engineer is on site: stops the on-site clock."""
    if ticket.dispatched_at is None:
        raise Refused(_("Nobody was dispatched."), rule="clocks.md 2")
    step = Step(
        EventKind.ARRIVED, "ticket.arrived", stamps=("arrived_at",), text=text, frm=HANDS_ON
    )
    log.take(ticket, step, by=by, now=now, when=when)
