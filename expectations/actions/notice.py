"""Writes of the 72-hour notice: draft, approve, send, told by phone, acknowledge, settle."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from accounts.models import Contact
from core import events, notify, outbox, policy, trail
from core.actors import Actor
from core.errors import Forbidden, Invalid, Refused
from core.models import User
from core.notify import Urgency
from core.writes import insert, move
from expectations.actions import noticework
from expectations.choices import (
    NOTICE_TOLD,
    NOTICE_UNTOLD,
    AlternativeStatus,
    NoticeChannel,
    NoticeStatus,
)
from expectations.models import Alternative, CustomerNotice, NoticeRecord
from expectations.policies_delivery import SEND_AT_ONCE_H
from expectations.queries.people import cast_of


@dataclass(frozen=True)
class Offer:
    """One alternative as it comes from a form: who does what by when."""

    kind: str
    text: str
    owner: User
    due_at: dt.datetime
    effect_on_date: str = ""
    effect_on_cost: str = ""
    effect_on_scope: str = ""


@transaction.atomic
def draft(
    notice: CustomerNotice,
    *,
    what: str,
    effect: str,
    expected_at: dt.datetime | None,
    recipients: Iterable[Contact],
    offers: Iterable[Offer],
    by: Actor,
    now: dt.datetime,
    no_alternative_reason: str = "",
) -> CustomerNotice:
    """Write or rewrite the text; alternatives are replaced. Keeps what is incomplete, too."""
    people = list(recipients)
    _refuse_foreign(notice, people)
    move(
        notice,
        NoticeStatus.DRAFTED,
        frm=[NoticeStatus.PENDING, NoticeStatus.DRAFTED],
        by=by,
        now=now,
        what=what,
        effect=effect,
        expected_at=expected_at,
        no_alternative_reason=no_alternative_reason,
        drafted_by_id=by.user_id,
        drafted_at=notice.drafted_at or now,
        approver_id=None,
        approved_at=None,
    )
    notice.recipients.set(people)
    notice.alternatives.all().delete()
    for offer in offers:
        insert(Alternative(notice=notice, **offer.__dict__), by=by, now=now)
    trail.record(
        notice,
        "notice.drafted",
        by=by,
        now=now,
        scope=notice.customer,
        facts={
            "recipients": [one.pk for one in people],
            "alternatives": notice.alternatives.count(),
        },
    )
    noticework.sync(notice, by=by, now=now)
    _ask_approval(notice, by, now)
    return notice


def _refuse_foreign(notice: CustomerNotice, people: list[Contact]) -> None:
    if any(one.customer_id != notice.customer_id for one in people):
        raise Invalid(
            _("Recipients are contacts of this customer."),
            rule="R-E4",
            fields={"recipients": [_("Choose contacts of this customer.")]},
        )


def _ask_approval(notice: CustomerNotice, by: Actor, now: dt.datetime) -> None:
    people = cast_of(notice.risk.project, at=now)
    users = [user for user in people.of(["ar"]) if user.pk != by.user_id]
    notify.tell(
        users,
        kind="notice.approval",
        now=now,
        about=notice,
        scope=notice.customer,
        title=gettext_noop("Notice to %(customer)s waits for your approval: %(risk)s"),
        params={"customer": notice.customer.display_name, "risk": notice.risk.title},
        once=f"notice:{notice.pk}:approval:{notice.version}",
        url=notice.get_absolute_url(),
        urgency=Urgency.NOW,
    )


@transaction.atomic
def approve(notice: CustomerNotice, *, by: Actor, now: dt.datetime) -> None:
    """The account manager (deputy: regional head) approves a complete draft (b.6)."""
    _refuse_machine(by)
    _refuse_incomplete(notice)
    move(
        notice,
        NoticeStatus.APPROVED,
        frm=NoticeStatus.DRAFTED,
        by=by,
        now=now,
        approver_id=by.user_id,
        approved_at=now,
    )
    trail.record(notice, "notice.approved", by=by, now=now, scope=notice.customer)


@transaction.atomic
def except_alternative(notice: CustomerNotice, *, by: Actor, now: dt.datetime) -> None:
    """Someone other than the drafter approves that there is no feasible alternative."""
    _refuse_machine(by)
    if not notice.no_alternative_reason:
        raise Refused(_("The draft does not say why there is no alternative."), rule="R-E4")
    if notice.drafted_by_id == by.user_id:
        raise Refused(_("Someone else approves that there is no alternative."), rule="R-E4")
    move(
        notice,
        notice.status,
        frm=NOTICE_UNTOLD,
        by=by,
        now=now,
        no_alternative_approved_by_id=by.user_id,
    )
    trail.record(
        notice,
        "notice.excepted",
        by=by,
        now=now,
        scope=notice.customer,
        facts={"reason": notice.no_alternative_reason},
    )
    noticework.sync(notice, by=by, now=now)


@transaction.atomic
def send(notice: CustomerNotice, *, by: Actor, now: dt.datetime) -> None:
    """Tell the customer by e-mail and portal. Needs approval, or under 4 h left (practice.md).

    Raises Refused without a recipient, without an alternative or an approved exception.
    """
    _refuse_machine(by)
    _refuse_incomplete(notice)
    at_once = may_send_at_once(notice, now)
    states = [NoticeStatus.APPROVED, *([NoticeStatus.DRAFTED] if at_once else [])]
    unapproved = notice.status == NoticeStatus.DRAFTED
    if unapproved and not at_once:
        raise Refused(_("The account manager approves the notice before it goes out."), rule="R-E4")
    move(notice, NoticeStatus.SENT, frm=states, by=by, now=now, sent_at=now)
    for contact in notice.recipients.all():
        _carry(notice, contact, by, now)
    trail.record(
        notice,
        "notice.sent",
        by=by,
        now=now,
        scope=notice.customer,
        facts={
            "recipients": list(notice.recipients.values_list("pk", flat=True)),
            "unapproved": unapproved,
        },
    )
    noticework.sync(notice, by=by, now=now)
    events.emit(
        "notice.sent",
        notice,
        by=by,
        now=now,
        scope=notice.customer,
        facts={"verdict": notice.verdict},
    )
    if unapproved:
        _inform_ar(notice, by, now)


def may_send_at_once(notice: CustomerNotice, now: dt.datetime) -> bool:
    """Under four hours left (policy) the delivery manager does not wait for approval."""
    hours = policy.get(SEND_AT_ONCE_H, at=now)
    return notice.due_at - now < dt.timedelta(hours=hours)


def _carry(notice: CustomerNotice, contact: Contact, by: Actor, now: dt.datetime) -> None:
    NoticeRecord.objects.create(
        notice=notice,
        contact=contact,
        channel=NoticeChannel.EMAIL,
        delivered_at=now,
        stated_impact_at=notice.risk.impact_at,
        recorded_at=now,
        recorded_by=by.user,
        with_alternative=notice.alternatives.exists(),
        evidence=f"portal:{notice.code}",
    )
    if contact.email:
        with override(contact.language):
            subject = _("A change to what we promised: %(risk)s") % {"risk": notice.risk.title}
            body = mail_text(notice)
        outbox.post(
            "email",
            contact.email,
            once=f"notice:{notice.pk}:{contact.pk}:{now:%s}",
            subject=subject,
            body=body,
            now=now,
            to_customer=True,
            about=notice,
        )


def mail_text(notice: CustomerNotice) -> str:
    """What the customer reads: what, what it means, the new date, what we offer."""
    lines = [notice.what, "", notice.effect]
    if notice.expected_at:
        lines += ["", _("Expected date: %(at)s") % {"at": f"{notice.expected_at:%Y-%m-%d %H:%M}"}]
    offers = list(notice.alternatives.all())
    if offers:
        lines += ["", _("What we offer instead:")]
        lines += [f"{place}. {offer.text}" for place, offer in enumerate(offers, start=1)]
    return "\n".join(
        [*lines, "", outbox.link_body(_("Answer in the portal:"), f"/portal/notices/{notice.pk}/")]
    )


def _inform_ar(notice: CustomerNotice, by: Actor, now: dt.datetime) -> None:
    people = cast_of(notice.risk.project, at=now)
    notify.tell(
        people.of(["ar"]),
        kind="notice.sent_at_once",
        now=now,
        about=notice,
        title=gettext_noop("Sent without your approval, time was short: %(risk)s"),
        params={"risk": notice.risk.title},
        once=f"notice:{notice.pk}:at_once",
        url=notice.get_absolute_url(),
        urgency=Urgency.NOW,
        scope=notice.customer,
    )


@transaction.atomic
def told_orally(
    notice: CustomerNotice,
    contact: Contact,
    *,
    at: dt.datetime,
    evidence: str,
    by: Actor,
    now: dt.datetime,
) -> NoticeRecord:
    """已电话通知: keeps the call and sends its written confirmation; it counts from that."""
    _refuse_machine(by)
    _refuse_foreign(notice, [contact])
    if at > now:
        raise Invalid(
            _("A call in the future has not told anybody."),
            fields={"at": [_("Not in the future.")]},
        )
    if notice.status in (NoticeStatus.CANCELLED, NoticeStatus.SETTLED):
        raise Refused(_("This notice is closed."))
    record = NoticeRecord.objects.create(
        notice=notice,
        contact=contact,
        channel=NoticeChannel.ORAL,
        delivered_at=at,
        stated_impact_at=notice.risk.impact_at,
        recorded_at=now,
        recorded_by=by.user,
        with_alternative=notice.alternatives.exists(),
        evidence=evidence or f"call:{at:%H:%M}",
        confirmed_at=now if contact.email else None,
    )
    if contact.email:
        with override(contact.language):
            subject = _("What we told you by phone: %(risk)s") % {"risk": notice.risk.title}
            body = mail_text(notice)
        outbox.post(
            "email",
            contact.email,
            once=f"notice:{notice.pk}:oral:{record.pk}",
            subject=subject,
            body=body,
            now=now,
            to_customer=True,
            about=notice,
        )
    trail.record(
        notice,
        "notice.told_orally",
        by=by,
        now=now,
        scope=notice.customer,
        occurred_at=at,
        facts={"contact": contact.pk},
    )
    if record.with_alternative and record.confirmed_at and notice.status in NOTICE_UNTOLD:
        move(notice, NoticeStatus.SENT, frm=NOTICE_UNTOLD, by=by, now=now, sent_at=now)
    noticework.sync(notice, by=by, now=now)
    return record


@transaction.atomic
def acknowledge(
    notice: CustomerNotice,
    contact: Contact,
    *,
    by: Actor,
    now: dt.datetime,
    chosen: Alternative | None = None,
) -> None:
    """The customer has read it and may choose an alternative; only a contact does this (b.6)."""
    _refuse_machine(by)
    if contact.customer_id != notice.customer_id:
        raise Forbidden(_("This notice is not for you."), rule="R-E4")
    move(
        notice,
        NoticeStatus.ACKNOWLEDGED,
        frm=NOTICE_TOLD,
        by=by,
        now=now,
        acknowledged_at=notice.acknowledged_at or now,
        acknowledged_by_id=notice.acknowledged_by_id or contact.pk,
    )
    if chosen is not None:
        _choose(notice, chosen, by, now)
    trail.record(
        notice,
        "notice.acknowledged",
        by=by,
        now=now,
        scope=notice.customer,
        facts={"contact": contact.pk, "chosen": chosen.pk if chosen else None},
    )
    events.emit("notice.acknowledged", notice, by=by, now=now, scope=notice.customer)
    people = cast_of(notice.risk.project, at=now, owner=notice.risk.owner)
    notify.tell(
        people.of(["owner", "fr", "ar"]),
        kind="notice.acknowledged",
        now=now,
        about=notice,
        title=gettext_noop("%(customer)s has acknowledged the notice: %(risk)s"),
        params={"customer": notice.customer.display_name, "risk": notice.risk.title},
        once=f"notice:{notice.pk}:acknowledged:{chosen.pk if chosen else 0}",
        url=notice.get_absolute_url(),
        scope=notice.customer,
    )
    noticework.sync(notice, by=by, now=now)


def _choose(notice: CustomerNotice, chosen: Alternative, by: Actor, now: dt.datetime) -> None:
    if chosen.notice_id != notice.pk:
        raise Invalid(_("This alternative belongs to another notice."))
    move(chosen, AlternativeStatus.CHOSEN, frm=AlternativeStatus.OFFERED, by=by, now=now)
    for other in notice.alternatives.filter(status=AlternativeStatus.OFFERED):
        move(other, AlternativeStatus.REFUSED, frm=AlternativeStatus.OFFERED, by=by, now=now)


@transaction.atomic
def settle(notice: CustomerNotice, *, by: Actor, now: dt.datetime) -> None:
    """What was agreed is done; the verdict stays for ever."""
    move(notice, NoticeStatus.SETTLED, frm=NOTICE_TOLD, by=by, now=now)
    trail.record(notice, "notice.settled", by=by, now=now, scope=notice.customer)
    events.emit("notice.settled", notice, by=by, now=now, scope=notice.customer)
    noticework.sync(notice, by=by, now=now)


def _refuse_incomplete(notice: CustomerNotice) -> None:
    fields: dict[str, list[str]] = {}
    if not notice.recipients.exists():
        fields["recipients"] = [_("Choose at least one contact of this customer.")]
    if not notice.what.strip():
        fields["what"] = [_("Say what has happened.")]
    if not notice.effect.strip():
        fields["effect"] = [_("Say what it means for the customer.")]
    if notice.expected_at is None:
        fields["expected_at"] = [_("Give the date to expect now.")]
    if not notice.alternatives.exists() and notice.no_alternative_approved_by_id is None:
        fields["alternatives"] = [_("Offer at least one alternative with owner and date.")]
    if fields:
        raise Refused(next(iter(fields.values()))[0], rule="R-E4", fields=fields)


def _refuse_machine(by: Actor) -> None:
    if by.is_machine:
        raise Forbidden(_("A machine cannot speak for a person."), rule="domain 0.2.4")
