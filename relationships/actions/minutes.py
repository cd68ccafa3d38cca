"""Writes of minutes: owed after a meeting, submitted, distributed, confirmed, late (R-R6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from accounts.actions.guards import invalid, persons_only
from accounts.models import Contact
from accounts.queries import unit_head
from core import events, notify, outbox, policy, timers, trail
from core.actors import Actor
from core.models import User
from core.notify import Urgency
from core.text import tidy
from core.writes import add, insert, move
from relationships import minutes as rule
from relationships import policies
from relationships.choices import InteractionStatus, LineKind, MinutesStatus
from relationships.models import Interaction, Minutes, MinutesLine

STEP = "relationships.minutes_step"
RULE = "R-R6"


@dataclass(frozen=True)
class Said:
    """One line: a promise (text, due_at) or an opinion (text, contact or nobody in particular)."""

    text: str
    due_at: dt.datetime | None = None
    contact: Contact | None = None


def owe(row: Interaction, *, by: Actor, now: dt.datetime) -> Minutes | None:
    """A meeting that took place owes minutes; calls, messages and what was logged late owe none.

    Called inside the transaction of the interaction.
    """
    owner = by.user or row.created_by
    if not row.type.is_meeting or row.is_backdated or owner is None or by.is_machine:
        return None
    urgent = rule.is_urgent(row.type.code, row.type.is_executive)
    chosen = policies.MINUTES_URGENT_HOURS if urgent else policies.MINUTES_HOURS
    due = rule.due_at(row.ends_at or row.starts_at, policy.get(chosen, at=now))
    owed = Minutes(interaction=row, customer=row.customer, owner=owner, due_at=due)
    owed.is_late = rule.is_late(now, due)
    insert(owed, by=by, now=now)
    arm(owed, now)
    return owed


@transaction.atomic
def submit(
    row: Minutes,
    decisions: str,
    *,
    by: Actor,
    now: dt.datetime,
    promises: Sequence[Said] = (),
    opinions: Sequence[Said] = (),
) -> Minutes:
    """Due → submitted. Promises and opinions travel as `minutes.submitted`; others take them up.

    Invalid when nothing is written, for a promise without a date, or a person of another customer.
    """
    lines = [*_lines(row, LineKind.PROMISE, promises), *_lines(row, LineKind.OPINION, opinions)]
    if not decisions.strip() and not lines:
        raise invalid("decisions", _("Write what was decided, promised or said."), rule=RULE)
    late = row.is_late or rule.is_late(now, row.due_at)
    move(
        row,
        MinutesStatus.SUBMITTED,
        frm=MinutesStatus.DUE,
        by=by,
        now=now,
        rule=RULE,
        decisions=decisions.strip(),
        submitted_at=now,
        is_late=late,
    )
    for line in lines:
        add(line)
    timers.cancel(row, STEP)
    meeting = row.interaction
    if meeting.status == InteractionStatus.HELD:
        move(meeting, InteractionStatus.MINUTED, frm=InteractionStatus.HELD, by=by, now=now)
    facts = {"promises": len(promises), "opinions": len(opinions), "late": late}
    trail.record(meeting, "interaction.minuted", by=by, now=now, scope=row.customer, facts=facts)
    events.emit("minutes.submitted", row, by=by, now=now, scope=row.customer, facts=facts)
    return row


@transaction.atomic
def distribute(
    row: Minutes,
    *,
    by: Actor,
    now: dt.datetime,
    users: Iterable[User] = (),
    contacts: Iterable[Contact] = (),
) -> Minutes:
    """Submitted → distributed: colleagues are told, people of the customer get a mail.

    Customer mail is held until outbound mail is opened, as all mail to customers.
    """
    ours, theirs = list(users), list(contacts)
    if not ours and not theirs:
        raise invalid("users", _("Say who gets the minutes; at least one person."), rule=RULE)
    for person in theirs:
        if person.customer_id != row.customer_id:
            raise invalid(
                "contacts", _("%(name)s belongs to another customer.") % {"name": person}, rule=RULE
            )
        if not person.email:
            raise invalid(
                "contacts", _("%(name)s has no e-mail address.") % {"name": person}, rule=RULE
            )
    move(
        row,
        MinutesStatus.DISTRIBUTED,
        frm=MinutesStatus.SUBMITTED,
        by=by,
        now=now,
        rule=RULE,
        distributed_at=now,
    )
    row.sent_users.set(ours)
    row.sent_contacts.set(theirs)
    _tell(row, ours, gettext_noop("Minutes of the meeting with %(customer)s"), "sent", now)
    _mail(row, theirs, now)
    facts = {"users": [each.pk for each in ours], "contacts": [each.pk for each in theirs]}
    trail.record(row, "minutes.distributed", by=by, now=now, scope=row.customer, facts=facts)
    return row


@transaction.atomic
def confirm(row: Minutes, contact: Contact, *, by: Actor, now: dt.datetime) -> Minutes:
    """A person of the customer said that the minutes are right; once, after they were sent."""
    persons_only(by, rule="0.2.4")
    if contact.customer_id != row.customer_id:
        raise invalid(
            "contact", _("%(name)s belongs to another customer.") % {"name": contact}, rule=RULE
        )
    if row.customer_confirmed_at is not None:
        raise invalid("contact", _("The customer has confirmed these minutes already."), rule=RULE)
    move(
        row,
        MinutesStatus.DISTRIBUTED,
        frm=MinutesStatus.DISTRIBUTED,
        by=by,
        now=now,
        rule=RULE,
        customer_confirmed_at=now,
        confirmed_by_id=contact.pk,
    )
    facts = {"contact": contact.pk}
    trail.record(row, "minutes.confirmed", by=by, now=now, scope=row.customer, facts=facts)
    return row


def arm(row: Minutes, now: dt.datetime) -> None:
    """The timer of the next step, if one is to come."""
    moment = step_of(row, now)
    if moment is not None:
        timers.arm(STEP, row, moment, now=now)


def step_of(row: Minutes, now: dt.datetime) -> dt.datetime | None:
    """When owed minutes are looked at next; None once they are written or flagged."""
    if row.status != MinutesStatus.DUE or row.is_late:
        return None
    return rule.next_step(row.due_at, policy.get(policies.MINUTES_REMIND_HOURS, at=now), now)


@transaction.atomic
def remind(row: Minutes, *, by: Actor, now: dt.datetime) -> None:
    """Before they are due the owner hears of it; after, the owner and the head, and it is late."""
    if row.status != MinutesStatus.DUE or row.is_late:
        return
    if not rule.is_late(now, row.due_at):
        title = gettext_noop("Minutes for %(customer)s are due %(at)s")
        _tell(row, [row.owner], title, "soon", now, Urgency.SOON)
        arm(row, now)
        return
    hits = Minutes.objects.filter(pk=row.pk, status=MinutesStatus.DUE, is_late=False)
    if not hits.update(is_late=True):
        return
    row.is_late = True
    head = unit_head(row.customer, at=now)
    title = gettext_noop("Minutes for %(customer)s are late since %(at)s")
    _tell(row, [row.owner, head], title, "late", now, Urgency.SOON)
    trail.record(row, "minutes.late", by=by, now=now, scope=row.customer)
    events.emit("minutes.late", row, by=by, now=now, scope=row.customer)


def _lines(row: Minutes, kind: str, said: Sequence[Said]) -> list[MinutesLine]:
    for each in said:
        if kind == LineKind.PROMISE and each.due_at is None:
            raise invalid("promises", _("A promise has a date: say until when."), rule=RULE)
        if each.contact is not None and each.contact.customer_id != row.customer_id:
            sentence = _("%(name)s belongs to another customer.") % {"name": each.contact}
            raise invalid("opinions", sentence, rule=RULE)
    return [
        MinutesLine(
            minutes=row,
            kind=kind,
            text=tidy(each.text),
            due_at=each.due_at if kind == LineKind.PROMISE else None,
            contact=each.contact,
        )
        for each in said
        if each.text.strip()
    ]


def _tell(
    row: Minutes,
    people: Sequence[User | None],
    title: str,
    what: str,
    now: dt.datetime,
    urgency: int = Urgency.INFO,
) -> None:
    at = f"{localtime(row.due_at):%m-%d %H:%M}"
    notify.tell(
        [each for each in people if each is not None],
        kind=f"minutes.{what}",
        title=title,
        once=f"minutes:{row.pk}:{what}",
        now=now,
        params={"customer": row.customer.display_name, "at": at},
        url=row.get_absolute_url(),
        urgency=urgency,
        about=row,
        scope=row.customer,
    )


def _mail(row: Minutes, theirs: Iterable[Contact], now: dt.datetime) -> None:
    """In the language of whoever reads it, not of the colleague who sends it."""
    body = letter(row)
    for person in theirs:
        with override(person.language):
            subject = _("Minutes of our meeting")
        outbox.post(
            "email",
            person.email,
            once=f"minutes:{row.pk}:{person.pk}",
            subject=subject,
            body=body,
            now=now,
            to_customer=True,
        )


def letter(row: Minutes) -> str:
    """What people of the customer read: decisions, and our promises with their dates."""
    parts: list[Any] = [row.decisions]
    for line in row.lines.filter(kind=LineKind.PROMISE):
        parts.append(f"- {line.text} ({localtime(line.due_at):%Y-%m-%d %H:%M})")
    return "\n".join(part for part in parts if part) + "\n"
