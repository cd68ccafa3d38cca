"""Writes of personal details: kept with a basis and a purpose, opened with a reason, taken out
again; birthdays are recalled (R-P1, R-R13).

The trail names the fields that changed and never what they say: a second copy of a confidential
value would be read past the door.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import birthdays, policies
from accounts.actions.guards import invalid, only, persons_only
from accounts.careful import ask_once
from accounts.choices import ContactStatus
from accounts.choices_privacy import ReadReason
from accounts.models import Contact, PersonalDetail
from core import notify, policy, trail
from core.actors import Actor
from core.errors import Refused
from core.models import TrailEntry
from core.notify import Note, Urgency
from core.writes import edit as edit_row
from core.writes import insert

RULE = "R-P1"
OPENED, READ = "personal.opened", "personal.read"
TEXTS = ("interests", "dietary", "notes")
FIELDS = ("birthday_month", "birthday_day", *TEXTS, "basis", "purpose")
HOUR = dt.timedelta(hours=1)


@transaction.atomic
def create(
    contact: Contact,
    values: Mapping[str, Any],
    *,
    by: Actor,
    now: dt.datetime,
    checked: bool = False,
) -> PersonalDetail:
    """Keep details of a person; FIELDS as values.

    Refused for somebody who left or of whom details are kept; Invalid without basis, purpose or
    anything to keep, for a day that no year has, and for private matters until `checked` (R-P2).
    """
    persons_only(by, rule=RULE)
    if contact.status != ContactStatus.ACTIVE:
        raise Refused(_("%(contact)s works there no more.") % {"contact": contact}, rule=RULE)
    if PersonalDetail.objects.filter(contact=contact).exists():
        raise Refused(_("Details of this person are kept already; edit them."), rule=RULE)
    row = PersonalDetail(contact=contact, **only(dict(values), FIELDS))
    _check(row, checked)
    insert(row, by=by, now=now)
    _record(contact, "personal.kept", by, now, {"fields": _filled(row), "basis": row.basis})
    return row


@transaction.atomic
def edit(
    row: PersonalDetail,
    changes: Mapping[str, Any],
    *,
    by: Actor,
    now: dt.datetime,
    version: int | None,
    checked: bool = False,
) -> PersonalDetail:
    """Change FIELDS; refusals as `create`."""
    persons_only(by, rule=RULE)
    changed = only(dict(changes), FIELDS)
    values = {name: changed.get(name, getattr(row, name)) for name in FIELDS}
    _check(PersonalDetail(contact=row.contact, **values), checked)
    differs = edit_row(row, changed, by=by, now=now, version=version)
    if differs:
        facts = {"fields": sorted(differs), "basis": row.basis}
        _record(row.contact, "personal.edited", by, now, facts)
    return row


@transaction.atomic
def remove(row: PersonalDetail, *, by: Actor, now: dt.datetime) -> None:
    """Take the details out for good: what is kept no longer for a purpose is not kept."""
    persons_only(by, rule=RULE)
    _delete(row, by, now, "asked")


@transaction.atomic
def expire(row: PersonalDetail, *, by: Actor, now: dt.datetime) -> None:
    """The person left long ago: there is no purpose any more."""
    if row.contact.status == ContactStatus.ACTIVE:
        raise Refused(_("%(contact)s works there still.") % {"contact": row.contact}, rule=RULE)
    _delete(row, by, now, "left")


def open_door(contact: Contact, reason: str, *, by: Actor, now: dt.datetime) -> None:
    """Note what somebody reads the details of a person for, before they are shown."""
    if reason not in ReadReason.values:
        raise invalid("reason", _("Say what you open it for."), rule=RULE)
    _record(contact, OPENED, by, now, {"reason": reason})


def log_reads(contacts: Iterable[Contact], *, by: Actor, now: dt.datetime) -> int:
    """Note that this person read the details of these contacts: once each and hour; how many."""
    rows = {contact.pk: contact for contact in contacts}
    known = TrailEntry.objects.filter(
        about_label=Contact._meta.label_lower,
        about_id__in=rows,
        verb=READ,
        actor_id=by.user_id,
        recorded_at__gt=now - HOUR,
    ).values_list("about_id", flat=True)
    for pk in known if rows else ():
        rows.pop(pk, None)
    entries = [
        trail.entry_for(row, READ, by=by, now=now, scope=row.customer, confidential=True)
        for row in rows.values()
    ]
    if entries:
        trail.record_many(entries)
    return len(entries)


def log_reads_of(ids: Iterable[int], *, by: Actor, now: dt.datetime) -> int:
    """`log_reads` where only the ids of the contacts are known: one query more."""
    rows = Contact.objects.filter(pk__in=ids).select_related("customer")
    return log_reads(rows, by=by, now=now)


def remind_of_birthdays(*, now: dt.datetime) -> int:
    """Tell the relationship owners of the birthdays that are near, twice each (R-R13).

    The notification says neither whose nor when: it goes by mail as well, and a birthday is
    confidential.
    """
    leads = [
        policy.get(policies.BIRTHDAY_EARLY_DAYS, at=now),
        policy.get(policies.BIRTHDAY_LATE_DAYS, at=now),
    ]
    notes = []
    for row in _near(now, max(leads)):
        zone = zoneinfo.ZoneInfo(row.contact.customer.owning_unit.timezone)
        today = now.astimezone(zone).date()
        day = birthdays.next_on(row.birthday_month or 1, row.birthday_day or 1, today=today)
        lead = birthdays.lead_of((day - today).days, leads)
        if lead is not None:
            notes.append(_birthday_note(row, day, lead))
    return len(notify.tell_many(notes, now=now))


def _near(now: dt.datetime, most: int) -> models.QuerySet:
    """Those whose day may be among the next ones, wherever the customer is."""
    months = {(now + dt.timedelta(days=days)).month for days in range(-1, most + 2)}
    rows = PersonalDetail.objects.filter(
        birthday_month__in=months,
        contact__status=ContactStatus.ACTIVE,
        contact__relationship_owner__isnull=False,
    )
    return rows.select_related("contact__relationship_owner", "contact__customer__owning_unit")


def _birthday_note(row: PersonalDetail, day: dt.date, lead: int) -> Note:
    return Note(
        [row.contact.relationship_owner],
        "personal.birthday",
        gettext_noop("A birthday of somebody you look after is near; open it to see whose"),
        f"birthday:{row.contact_id}:{day:%Y}:{lead}",
        {},
        row.get_absolute_url(),
        Urgency.SOON,
        row.contact,
        row.contact.customer,
    )


def _delete(row: PersonalDetail, by: Actor, now: dt.datetime, why: str) -> None:
    contact, kept = row.contact, _filled(row)
    row.delete()
    _record(contact, "personal.removed", by, now, {"fields": kept, "why": why})


def _check(row: PersonalDetail, checked: bool) -> None:
    if not row.basis:
        raise invalid("basis", _("Say which lawful basis allows to keep it."), rule=RULE)
    if not row.purpose.strip():
        raise invalid("purpose", _("Say what it is kept for."), rule=RULE)
    if (row.birthday_month is None) != (row.birthday_day is None):
        raise invalid("birthday_day", _("A birthday has a month and a day."), rule=RULE)
    if row.birthday_month and not birthdays.is_day(row.birthday_month, row.birthday_day or 0):
        raise invalid("birthday_day", _("No year has this day."), rule=RULE)
    if not _filled(row):
        raise invalid(
            "notes", _("Nothing is kept here; enter one detail at least, or remove it."), rule=RULE
        )
    ask_once([getattr(row, name) for name in TEXTS], checked=checked)


def _filled(row: PersonalDetail) -> list[str]:
    names = [name for name in TEXTS if getattr(row, name).strip()]
    return ["birthday", *names] if row.birthday_month else names


def _record(
    contact: Contact, verb: str, by: Actor, now: dt.datetime, facts: Mapping[str, Any]
) -> None:
    scope = contact.customer
    trail.record(contact, verb, by=by, now=now, scope=scope, facts=facts, confidential=True)
