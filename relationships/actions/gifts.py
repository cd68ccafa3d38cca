"""Writes of the gift register: enter, submit, decide with four eyes, hand over (R-G1 to R-G3).

A gift in parts is one gift, and one person at several customers is one person: what counts is
summed over both. No refusal says how much would be allowed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import models, transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.actions.guards import invalid, only, persons_only
from accounts.choices import ContactStatus, CustomerKind
from accounts.models import Contact, Opportunity
from accounts.queries import compliance_above, regional_head
from core import notify, policy, trail
from core.actors import Actor
from core.errors import Forbidden, Refused
from core.models import User
from core.notify import Urgency
from core.writes import insert, move
from relationships import gifts, policies
from relationships.actions.assessments import today_of
from relationships.choices import GiftDirection, GiftStatus, RecipientClass
from relationships.models import GiftRecord

FIELDS = ("direction", "occasion", "item", "value", "recipient_class", "purpose", "given_on")
TERMINAL = (GiftStatus.GIVEN, GiftStatus.REFUSED, GiftStatus.CANCELLED)


@transaction.atomic
def draft(
    contact: Contact, values: Mapping[str, Any], *, by: Actor, now: dt.datetime
) -> GiftRecord:
    """Enter a gift; FIELDS as values. It stays as it is entered (R-G3).

    Refused with R-G1 or R-G2 for money, for what is too much, and around a tender decision; what
    was received is registered all the same and waits for a decision.
    """
    persons_only(by, rule="R-G1")
    if contact.status != ContactStatus.ACTIVE:
        raise Refused(_("%(contact)s works there no more.") % {"contact": contact}, rule="R-G1")
    row = GiftRecord(contact=contact, **only(dict(values), FIELDS))
    row.item, row.purpose = row.item.strip(), row.purpose.strip()
    for name, text in (("item", row.item), ("purpose", row.purpose)):
        if not text:
            raise invalid(name, _("This is needed."), rule="R-G1")
    _classed(row)
    row.needs_approval = _judge(row, now)
    insert(row, by=by, now=now)
    _record(row, "drafted", by, now, {"value": row.value, "direction": row.direction})
    return row


@transaction.atomic
def submit(row: GiftRecord, *, by: Actor, now: dt.datetime) -> GiftRecord:
    """Draft → waits for approval, or → may be given when none is needed (R-G1)."""
    persons_only(by, rule="R-G1")
    _classed(row)
    needs = _judge(row, now)
    to = GiftStatus.SUBMITTED if needs else GiftStatus.APPROVED
    move(row, to, frm=GiftStatus.DRAFT, by=by, now=now, rule="R-G1", needs_approval=needs)
    _record(row, "submitted", by, now, {"needs_approval": needs})
    if needs:
        _tell(row, deciders(row, now), gettext_noop("A gift waits for your decision"), now)
    return row


@transaction.atomic
def approve(row: GiftRecord, *, by: Actor, now: dt.datetime, note: str = "") -> GiftRecord:
    """Waits → may be given, by somebody who did not enter it."""
    _other(row, by)
    _judge(row, now)
    money = _cash(row)
    if money is not None:
        raise money
    return _decide(row, GiftStatus.APPROVED, note, by, now)


@transaction.atomic
def refuse(row: GiftRecord, *, by: Actor, now: dt.datetime, note: str) -> GiftRecord:
    """Waits → refused, with a reason."""
    _other(row, by)
    return _decide(row, GiftStatus.REFUSED, note, by, now)


@transaction.atomic
def hand_over(
    row: GiftRecord, on: dt.date, *, by: Actor, now: dt.datetime, receipt: str = ""
) -> GiftRecord:
    """May be given → given on that day; what was free may need an approval by then (R-G1)."""
    persons_only(by, rule="R-G1")
    if on > today_of(row.contact, now):
        raise invalid("given_on", _("This day is still to come."), rule="R-G1")
    row.given_on = on
    if _judge(row, now) and row.decided_by_id is None:
        raise Refused(
            _("With the other gifts of these days it needs an approval: cancel and submit anew."),
            rule="R-G1",
        )
    move(
        row, GiftStatus.GIVEN, frm=GiftStatus.APPROVED, by=by, now=now, rule="R-G1",
        given_on=on, receipt=receipt.strip(),
    )  # fmt: skip
    _record(row, "given", by, now, {"on": on})
    return row


@transaction.atomic
def cancel(row: GiftRecord, *, by: Actor, now: dt.datetime, note: str) -> GiftRecord:
    """It does not take place; the row stays."""
    persons_only(by, rule="R-G3")
    states = [each for each in GiftStatus if each not in TERMINAL]
    move(row, GiftStatus.CANCELLED, frm=states, by=by, now=now, rule="R-G3", note=note.strip())
    _record(row, "cancelled", by, now, {})
    return row


def deciders(row: GiftRecord, now: dt.datetime) -> list[User | None]:
    """Compliance above the customer for officials and state enterprises, else the head (b.6);
    compliance too where the head entered it or is missing."""
    head = regional_head(row.customer, at=now)
    private = row.recipient_class == RecipientClass.PRIVATE
    if private and head is not None and head.pk != row.created_by_id:
        return [head]
    return compliance_above(row.customer)


def _judge(row: GiftRecord, now: dt.datetime) -> bool:
    """Whether it needs an approval; Refused when it is not to be given at all.

    What came is registered whatever it is, and then looked at by somebody else: a register that
    turns it away does not hold what must be declared. The person is locked: two gifts at once are
    judged one after the other.
    """
    people = _same(row.contact)
    list(Contact.objects.select_for_update().filter(pk__in=people).order_by("pk").values("pk"))
    near = dt.timedelta(days=policy.get(policies.GIFT_PART_DAYS, at=now))
    parts = _sum(row, people, given_on__range=(row.given_on - near, row.given_on + near))
    hindered = _cash(row) or _closed(row, people, now) or _too_much(row, people, parts, now)
    if hindered is not None and row.direction == GiftDirection.GIVEN:
        raise hindered
    free = Decimal(policy.get(policies.GIFT_FREE_CNY, at=now))
    return hindered is not None or gifts.needs_approval(parts, row.recipient_class, free=free)


def _cash(row: GiftRecord) -> Refused | None:
    if not gifts.is_cash(f"{row.item} {row.purpose}"):
        return None
    return _refused("item", _("Money and what is as good as money is never a gift."), "R-G1")


def _closed(row: GiftRecord, people: list[int], now: dt.datetime) -> Refused | None:
    decision = gifts.closed_by(
        row.given_on,
        _decisions(people),
        before=policy.get(policies.TENDER_BEFORE_DAYS, at=now),
        after=policy.get(policies.TENDER_AFTER_DAYS, at=now),
    )
    if decision is None:
        return None
    said = _("A tender is decided on %(day)s: no gift in the weeks around it.")
    return _refused("given_on", said % {"day": decision}, "R-G2")


def _too_much(
    row: GiftRecord, people: list[int], parts: Decimal, now: dt.datetime
) -> Refused | None:
    year = _sum(row, people, given_on__year=row.given_on.year)
    official = row.recipient_class != RecipientClass.PRIVATE
    capped = official and row.direction == GiftDirection.GIVEN
    cap = Decimal(policy.get(policies.GIFT_OFFICIAL_CNY, at=now))
    limit = Decimal(policy.get(policies.GIFT_YEAR_CNY, at=now))
    if not (capped and gifts.exceeds(parts, cap)) and not gifts.exceeds(year, limit):
        return None
    said = _("Too much for this person, with what was entered before; ask compliance.")
    return _refused("value", said, "R-G1")


def _classed(row: GiftRecord) -> None:
    """Whoever works for a government is never entered as private: other caps, other deciders."""
    private = row.recipient_class == RecipientClass.PRIVATE
    if private and row.contact.customer.kind == CustomerKind.GOVERNMENT:
        said = _("%(contact)s works for a government: enter a public official.")
        raise _refused("recipient_class", said % {"contact": row.contact}, "R-G1")


def _same(contact: Contact) -> list[int]:
    """The contacts that are this person, however many moves lie between them."""
    found, known = {contact.pk}, set[int]()
    while found != known:
        known = found
        near = Contact.objects.filter(
            Q(pk__in=known) | Q(same_person__in=known) | Q(merged_into__in=known)
        )
        pairs = near.values_list("pk", "same_person", "merged_into")
        found = known | {pk for pair in pairs for pk in pair if pk is not None}
    return sorted(found)


def _decisions(people: list[int]) -> list[dt.date]:
    rows = Opportunity.objects.filter(
        customer__contacts__in=people, tender_decision_date__isnull=False
    )
    return list(rows.values_list("tender_decision_date", flat=True))


def _sum(row: GiftRecord, people: list[int], **where: Any) -> Decimal:
    rows: models.QuerySet = GiftRecord.objects.counted().filter(
        contact__in=people, direction=row.direction, **where
    )
    others = rows.exclude(pk=row.pk).aggregate(total=Sum("value"))["total"]
    return Decimal(others or 0) + Decimal(row.value)


def _refused(field: str, sentence: str, rule: str) -> Refused:
    return Refused(sentence, rule=rule, fields={field: [sentence]})


def _other(row: GiftRecord, by: Actor) -> None:
    persons_only(by, rule="R-G1")
    if by.user_id == row.created_by_id:
        raise Forbidden(_("Somebody other than who entered it decides."), rule="R-G1")


def _decide(row: GiftRecord, to: str, note: str, by: Actor, now: dt.datetime) -> GiftRecord:
    move(
        row, to, frm=GiftStatus.SUBMITTED, by=by, now=now, rule="R-G1",
        decided_by=by.user, decided_at=now, note=note.strip(),
    )  # fmt: skip
    _record(row, to, by, now, {})
    _tell(row, [row.created_by], gettext_noop("Your gift was decided"), now)
    return row


def _tell(row: GiftRecord, people: list[User | None], title: str, now: dt.datetime) -> None:
    """Neither what nor for whom leaves the house: a link."""
    notify.tell(
        [one for one in people if one is not None],
        kind="gift.decision",
        title=title,
        once=f"gift:{row.pk}:{row.status}",
        url=row.get_absolute_url(),
        urgency=Urgency.SOON,
        about=row,
        scope=row.customer,
        now=now,
    )


def _record(
    row: GiftRecord, verb: str, by: Actor, now: dt.datetime, facts: Mapping[str, Any]
) -> None:
    said = {**facts, "contact": row.contact_id}
    trail.record(
        row, f"gift.{verb}", by=by, now=now, scope=row.customer, facts=said, confidential=True
    )
