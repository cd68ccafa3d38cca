"""Requests to erase a person: asked by compliance, refused or carried out by somebody else (R-P3).

What is erased stands on the roof, where every table is known; here is what becomes of the contact.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import policies
from accounts.actions.guards import invalid, persons_only
from accounts.choices import ContactStatus, MembershipStatus, Role
from accounts.choices_privacy import ErasureStatus
from accounts.findable import forget_contacts, index_customers
from accounts.models import (
    Contact,
    ContactMerge,
    Customer,
    ErasureRequest,
    PersonalDetail,
    PortalMembership,
    private_to,
)
from core import calendars, notify, policy, timers, trail
from core.actors import Actor
from core.errors import Forbidden, Refused
from core.models import User
from core.notify import Urgency
from core.writes import insert, move

RULE = "R-P3"
DUE = "accounts.erasure_due"


@transaction.atomic
def request(
    contact: Contact,
    *,
    origin: str,
    received_on: dt.date,
    by: Actor,
    now: dt.datetime,
    note: str = "",
) -> ErasureRequest:
    """Ask that somebody is erased; due 15 working days after it came (R-P3)."""
    persons_only(by, rule=RULE)
    if Contact.objects.filter(pk=contact.pk, status=ContactStatus.ERASED).exists():
        raise Refused(_("This person is erased already."), rule=RULE)
    if received_on > now.date() + dt.timedelta(days=1):
        raise invalid("received_on", _("This day is still to come."), rule=RULE)
    row = ErasureRequest(
        contact=contact,
        origin=origin,
        received_on=received_on,
        due_at=due_of(contact, received_on, now),
        note=note.strip(),
    )
    insert(row, by=by, now=now)
    timers.arm(DUE, row, warn_at(row, now), now=now)
    _record(row, "requested", by, now, {"origin": origin, "due_at": row.due_at})
    _tell(row, gettext_noop("A person is to be erased; carry it out or refuse it"), "new", now)
    return row


@transaction.atomic
def refuse(row: ErasureRequest, *, by: Actor, now: dt.datetime, note: str) -> ErasureRequest:
    """Not erased, with the reason that the person is told."""
    second(row, by)
    if not note.strip():
        raise invalid("note", _("Say why: the person is told."), rule=RULE)
    move(
        row, ErasureStatus.REFUSED, frm=ErasureStatus.REQUESTED, by=by, now=now, rule=RULE,
        decided_by=by.user, decided_at=now, note=note.strip(),
    )  # fmt: skip
    timers.cancel(row, DUE)
    _record(row, "refused", by, now, {})
    return row


def second(row: ErasureRequest, by: Actor) -> None:
    """Forbidden for machines and for who asked: two people erase somebody."""
    persons_only(by, rule=RULE)
    if by.user_id == row.created_by_id:
        raise Forbidden(_("Somebody other than who asked carries it out."), rule=RULE)


def close(row: ErasureRequest, report: dict[str, Any], *, by: Actor, now: dt.datetime) -> None:
    """Carried out: the report counts what was replaced, and names nobody."""
    move(
        row, ErasureStatus.DONE, frm=ErasureStatus.REQUESTED, by=by, now=now, rule=RULE,
        decided_by=by.user, decided_at=now, note="", report=report,
    )  # fmt: skip
    timers.cancel(row, DUE)
    _record(row, "done", by, now, {"held": sorted(report.get("held", {}))})


def same_person(contact: Contact) -> list[Contact]:
    """The contacts that are this person, wherever they work or worked, merged ones with them."""
    known = {contact.pk}
    while True:
        linked = Contact.objects.filter(
            Q(pk__in=known) | Q(same_person__in=known) | Q(merged_into__in=known)
        )
        pairs = linked.values_list("pk", "same_person_id", "merged_into_id")
        found = {pk for pair in pairs for pk in pair if pk is not None}
        if found <= known:
            return list(Contact.objects.filter(pk__in=known).select_related("customer"))
        known |= found


def within(contact: Contact, *sights: QuerySet) -> tuple[list[Contact], list[Contact]]:
    """(theirs, apart): the contacts that are this person at customers of every one of the sights,
    and those that others answer for. The contact itself is always among the first: whoever links
    contacts does not thereby reach into customers that they do not see.
    """
    seen = Customer.objects.all()
    for sight in sights:
        seen = seen.filter(pk__in=sight.values("pk"))
    people = [
        one
        for one in same_person(contact)
        if one.pk == contact.pk or one.status != ContactStatus.ERASED
    ]
    known = set(
        seen.filter(pk__in=[one.customer_id for one in people]).values_list("pk", flat=True)
    )
    theirs = [one for one in people if one.pk == contact.pk or one.customer_id in known]
    return theirs, [one for one in people if one not in theirs]


def reach(row: ErasureRequest, user: User) -> tuple[list[Contact], list[Contact]]:
    """(theirs, apart) of a request that this person would carry out: what goes lies in the sight
    of who asked and of who carries out."""
    asker = row.created_by
    sights = [private_to(asker)] if asker is not None else []
    return within(row.contact, *sights, Customer.objects.visible_to(user))


def tombstone(contact: Contact) -> str:
    """What stands where the name stood."""
    return f"〔已删除〕{contact.pk}"


def blank(people: list[Contact], *, by: Actor, now: dt.datetime) -> None:
    """Empty the contacts, their details, portal accesses, and what the trail kept of them."""
    ids = [one.pk for one in people]
    PersonalDetail.objects.filter(contact__in=ids).delete()
    users = PortalMembership.objects.filter(contact__in=ids).values_list("user", flat=True)
    for user in User.objects.filter(pk__in=list(users), is_portal=True):
        _shut(user, ids)
    for one in people:
        trail.forget_personal(one)
        Contact.objects.filter(pk=one.pk).update(
            name=tombstone(one), title="", phone="", email="", wechat="", purpose="", source="",
            external_source="", external_ref="", is_decision_layer=False, can_sign=False,
            can_sign_until=None, same_person=None, merged_into=None, relationship_owner=None,
            reports_to=None, unit=None, status=ContactStatus.ERASED, version=one.version + 1,
            updated_at=now, updated_by=by.user,
        )  # fmt: skip
        trail.record(one, "contact.erased", by=by, now=now, scope=one.customer)
    Contact.objects.filter(reports_to__in=ids).update(reports_to=None)
    merges = ContactMerge.objects.filter(Q(contact__in=ids) | Q(merged__in=ids))
    merges.update(journal={}, taken=[])
    forget_contacts(*ids)
    index_customers([one.customer for one in people])


def _shut(user: User, contacts: list[int]) -> None:
    """The account of a guest who is nobody else's: it opens nothing and names nobody."""
    others = PortalMembership.objects.filter(user=user).exclude(contact__in=contacts)
    rows = PortalMembership.objects.filter(user=user, contact__in=contacts)
    rows.update(status=MembershipStatus.SUSPENDED)
    if others.exists():
        return
    trail.forget_personal(user)
    user.emailaddress_set.all().delete()
    User.objects.filter(pk=user.pk).update(
        username=f"erased-{user.pk}", email="", full_name="", phone="", is_active=False,
        password=make_password(None),
    )  # fmt: skip


def due_of(contact: Contact, received_on: dt.date, now: dt.datetime) -> dt.datetime:
    """The end of the last working day for it, by the calendar of the customer."""
    customer = contact.customer
    held = customer.calendar or customer.owning_unit.calendar
    calendar = calendars.value_of(held) if held else calendars.named(calendars.STANDARD)
    days = policy.get(policies.ERASURE_DAYS, at=now)
    began = calendar.wall_to_instant(dt.datetime.combine(received_on, dt.time(9)))
    return calendar.add_days(began, days, "end_of_day")


def warn_at(row: ErasureRequest, now: dt.datetime) -> dt.datetime:
    """When who erases people is reminded."""
    return row.due_at - dt.timedelta(days=policy.get(policies.ERASURE_WARN_DAYS, at=now))


def remind(row: ErasureRequest, *, now: dt.datetime) -> None:
    """It is due soon, then due: administrators and who asked hear of it."""
    if row.status != ErasureStatus.REQUESTED:
        return
    late = row.due_at <= now
    title = (
        gettext_noop("A person is not erased in time; carry it out now")
        if late
        else gettext_noop("A person is to be erased within days")
    )
    _tell(row, title, "due" if late else "soon", now)
    if not late:
        timers.arm(DUE, row, row.due_at, now=now)


def _tell(row: ErasureRequest, title: str, key: str, now: dt.datetime) -> None:
    people = User.objects.filter(role_rows__role=Role.ADM, is_active=True)
    told = [*people, *([row.created_by] if key != "new" and row.created_by else [])]
    notify.tell(
        told,
        kind="erasure",
        title=title,
        once=f"erasure:{row.pk}:{key}",
        url=row.get_absolute_url(),
        urgency=Urgency.SOON if key != "due" else Urgency.NOW,
        about=row,
        scope=row.customer,
        now=now,
    )


def _record(
    row: ErasureRequest, verb: str, by: Actor, now: dt.datetime, facts: dict[str, Any]
) -> None:
    said = {**facts, "contact": row.contact_id}
    trail.record(
        row, f"erasure.{verb}", by=by, now=now, scope=row.customer, facts=said, confidential=True
    )
