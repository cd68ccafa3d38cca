"""Writes of the 72-hour notice: send, told by phone, acknowledge, settle; drafting re-exported."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from accounts.choices import MembershipStatus
from accounts.models import Contact, PortalMembership
from core import events, notify, outbox, policy, trail
from core.actors import Actor
from core.errors import Forbidden, Invalid, Refused
from core.notify import Urgency
from core.writes import add, move
from expectations.actions import noticework
from expectations.actions.noticedraft import (
    Offer,
    approve,
    draft,
    except_alternative,
    missing,
    refuse_foreign,
    refuse_incomplete,
    refuse_machine,
)
from expectations.choices import (
    NOTICE_TOLD,
    NOTICE_UNTOLD,
    AlternativeStatus,
    NoticeChannel,
    NoticeStatus,
)
from expectations.models import Alternative, CustomerNotice, NoticeRecord
from expectations.policies_delivery import SEND_AT_ONCE_H

__all__ = [
    "Offer",
    "acknowledge",
    "approve",
    "confirm_orally",
    "draft",
    "except_alternative",
    "mail_text",
    "may_send_at_once",
    "missing",
    "reachable",
    "send",
    "settle",
    "told_orally",
]


CHANGE = gettext_noop("A change to what we promised: %(risk)s")
BY_PHONE = gettext_noop("What we told you by phone: %(risk)s")


def reachable(notice: CustomerNotice) -> list[tuple[Contact, list[str]]]:
    """Each recipient with the channels that reach him: email, portal; empty where none does."""
    people = list(notice.recipients.all())
    doors = set(
        PortalMembership.objects.filter(
            contact__in=people, status=MembershipStatus.ACTIVE
        ).values_list("contact_id", flat=True)
    )
    return [
        (one, [*(["email"] if one.email else []), *(["portal"] if one.pk in doors else [])])
        for one in people
    ]


@transaction.atomic
def send(notice: CustomerNotice, *, by: Actor, now: dt.datetime) -> None:
    """Tell the customer by e-mail and portal. Needs approval, or under 4 h left (practice.md).

    Raises Refused without a recipient whom a channel reaches, without an alternative or an
    approved exception (R-E4, R-E6).
    """
    refuse_machine(by)
    refuse_incomplete(notice)
    at_once = may_send_at_once(notice, now)
    states = [NoticeStatus.APPROVED, *([NoticeStatus.DRAFTED] if at_once else [])]
    unapproved = notice.status == NoticeStatus.DRAFTED
    if unapproved and not at_once:
        raise Refused(_("The account manager approves the notice before it goes out."), rule="R-E4")
    ways = [(contact, channels) for contact, channels in reachable(notice) if channels]
    if not ways:
        raise Refused(
            _("No recipient has an e-mail address or the portal. Add one, or call."),
            rule="R-E6",
            fields={"recipients": [_("Choose somebody whom a channel reaches.")]},
        )
    move(notice, NoticeStatus.SENT, frm=states, by=by, now=now, sent_at=now)
    for contact, channels in ways:
        _carry(notice, contact, channels, by, now)
    trail.record(
        notice,
        "notice.sent",
        by=by,
        now=now,
        scope=notice.customer,
        facts={
            "recipients": [contact.pk for contact, _channels in ways],
            "unapproved": unapproved,
        },
    )
    _after_telling(notice, by, now, unapproved=unapproved)


def _after_telling(
    notice: CustomerNotice, by: Actor, now: dt.datetime, *, unapproved: bool
) -> None:
    noticework.sync(notice, by=by, now=now)
    facts = {"verdict": notice.verdict}
    events.emit("notice.sent", notice, by=by, now=now, scope=notice.customer, facts=facts)
    if unapproved:
        _inform_ar(notice, by, now)


def may_send_at_once(notice: CustomerNotice, now: dt.datetime) -> bool:
    """Under four hours left (policy) the delivery manager does not wait for approval."""
    hours = policy.get(SEND_AT_ONCE_H, at=now)
    return notice.due_at - now < dt.timedelta(hours=hours)


def _carry(
    notice: CustomerNotice, contact: Contact, channels: list[str], by: Actor, now: dt.datetime
) -> None:
    record = add(
        NoticeRecord(
            notice=notice,
            contact=contact,
            channel=NoticeChannel.EMAIL,
            delivered_at=now,
            stated_impact_at=notice.risk.actual_impact_at or notice.risk.impact_at,
            recorded_at=now,
            recorded_by=by.user,
            with_alternative=notice.alternatives.exists(),
            evidence=f"{'+'.join(channels)}:{notice.code}",
        )
    )
    if contact.email:
        _mail(notice, contact, record, CHANGE, now)


def _mail(
    notice: CustomerNotice, contact: Contact, record: NoticeRecord, title: str, now: dt.datetime
) -> None:
    with override(contact.language):
        subject = _(title) % {"risk": notice.what.strip().splitlines()[0][:80]}
        body = mail_text(notice)
    outbox.post(
        "email",
        contact.email,
        once=f"notice:{notice.pk}:{contact.pk}:{record.pk}",
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
        said = f"{localtime(notice.expected_at):%Y-%m-%d %H:%M}"
        lines += ["", _("Expected date: %(at)s") % {"at": said}]
    offers = list(notice.alternatives.select_related("owner"))
    if offers:
        lines += ["", _("What we offer instead:")]
        lines += [
            _("%(place)s. %(text)s (%(owner)s, by %(by)s)")
            % {
                "place": place,
                "text": offer.text,
                "owner": offer.owner,
                "by": f"{localtime(offer.due_at):%m-%d %H:%M}",
            }
            for place, offer in enumerate(offers, start=1)
        ]
    return "\n".join(
        [*lines, "", outbox.link_body(_("Answer in the portal:"), f"/portal/notices/{notice.pk}/")]
    )


def _inform_ar(notice: CustomerNotice, by: Actor, now: dt.datetime) -> None:
    people = noticework.people_of(notice, now)
    notify.tell(
        [user for user in people.of(["ar"]) if user.pk != by.user_id],
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
    """已电话通知: keeps the call and, when the text is complete and there is an address, sends its
    written confirmation; it counts from that. Otherwise `confirm_orally` makes it count."""
    refuse_machine(by)
    refuse_foreign(notice, [contact])
    if at > now:
        raise Invalid(
            _("A call in the future has not told anybody."),
            fields={"at": [_("Not in the future.")]},
        )
    _refuse_closed(notice)
    record = add(
        NoticeRecord(
            notice=notice,
            contact=contact,
            channel=NoticeChannel.ORAL,
            delivered_at=at,
            stated_impact_at=notice.risk.actual_impact_at or notice.risk.impact_at,
            recorded_at=now,
            recorded_by=by.user,
            evidence=evidence or f"call:{localtime(at):%m-%d %H:%M}",
        )
    )
    trail.record(
        notice,
        "notice.told_orally",
        by=by,
        now=now,
        scope=notice.customer,
        occurred_at=at,
        facts={"contact": contact.pk, "record": record.pk},
    )
    if contact.email and not missing(notice, recipients=False):
        _confirm(record, notice, by, now)
    elif notice.is_told:
        noticework.sync(notice, by=by, now=now)
    return record


@transaction.atomic
def confirm_orally(record: NoticeRecord, *, evidence: str, by: Actor, now: dt.datetime) -> None:
    """The written confirmation of a call: sent by mail, or by other means with evidence.

    Raises Refused when it was confirmed already, or the text is not complete (clocks.md 6.3).
    """
    refuse_machine(by)
    notice = record.notice
    _refuse_closed(notice)
    fields = missing(notice, recipients=False)
    if fields:
        raise Refused(next(iter(fields.values()))[0], rule="R-E4", fields=fields)
    if not record.contact.email and not evidence.strip():
        raise Refused(
            _("This contact has no e-mail address: say how it was confirmed in writing."),
            rule="R-E4",
            fields={"evidence": [_("A chat message, a letter, a reply.")]},
        )
    _confirm(record, notice, by, now, evidence=evidence)


def _confirm(
    record: NoticeRecord, notice: CustomerNotice, by: Actor, now: dt.datetime, evidence: str = ""
) -> None:
    columns = {"confirmed_at": now, "with_alternative": notice.alternatives.exists()}
    if evidence.strip():
        columns["evidence"] = f"{record.evidence} {evidence.strip()}"[:300]
    hits = NoticeRecord.objects.filter(pk=record.pk, confirmed_at=None).update(**columns)
    if not hits:
        raise Refused(_("This call is confirmed already."))
    record.refresh_from_db()
    if record.contact.email:
        _mail(notice, record.contact, record, BY_PHONE, now)
    unapproved = notice.approved_at is None
    trail.record(
        notice,
        "notice.confirmed_in_writing",
        by=by,
        now=now,
        scope=notice.customer,
        facts={"record": record.pk, "unapproved": unapproved},
    )
    if notice.status in NOTICE_UNTOLD:
        move(notice, NoticeStatus.SENT, frm=NOTICE_UNTOLD, by=by, now=now, sent_at=now)
        _after_telling(notice, by, now, unapproved=unapproved)
    else:
        noticework.sync(notice, by=by, now=now)


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
    refuse_machine(by)
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
    facts = {"chosen": chosen.pk if chosen else None}
    events.emit("notice.acknowledged", notice, by=by, now=now, scope=notice.customer, facts=facts)
    people = noticework.people_of(notice, now)
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
    refuse_machine(by)
    move(notice, NoticeStatus.SETTLED, frm=NOTICE_TOLD, by=by, now=now)
    trail.record(notice, "notice.settled", by=by, now=now, scope=notice.customer)
    events.emit("notice.settled", notice, by=by, now=now, scope=notice.customer)
    noticework.sync(notice, by=by, now=now)


def _refuse_closed(notice: CustomerNotice) -> None:
    if notice.status in (NoticeStatus.CANCELLED, NoticeStatus.SETTLED):
        raise Refused(_("This notice is closed."))
