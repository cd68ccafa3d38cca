"""Writes of the 72-hour notice before it goes out: draft, approve, except."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import Contact
from core import notify, trail
from core.actors import Actor
from core.errors import Forbidden, Invalid, Refused, Stale
from core.models import User
from core.notify import Urgency
from core.writes import insert, move
from expectations.actions import noticework
from expectations.choices import NOTICE_UNTOLD, NoticeStatus
from expectations.models import Alternative, CustomerNotice


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
    version: int | None = None,
) -> CustomerNotice:
    """Write or rewrite the text; alternatives are replaced. Keeps what is incomplete, too.

    An approval, or an approved exception, was for the text before: both are asked for again.
    Raises Stale when somebody saved since `version`.
    """
    people = list(recipients)
    refuse_foreign(notice, people)
    _refuse_stale(notice, version)
    move(
        notice,
        NoticeStatus.DRAFTED,
        frm=NOTICE_UNTOLD,
        by=by,
        now=now,
        what=what,
        effect=effect,
        expected_at=expected_at,
        no_alternative_reason=no_alternative_reason,
        no_alternative_approved_by_id=None,
        drafted_by_id=by.user_id,
        drafted_at=notice.drafted_at or now,
        approver_id=None,
        approved_at=None,
    )
    notice.recipients.set(people)
    notice.alternatives.all().delete()
    for offer in offers:
        _offer(notice, offer, by, now)
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
    if not missing(notice):
        _ask_approval(notice, by, now)
    return notice


def _offer(notice: CustomerNotice, offer: Offer, by: Actor, now: dt.datetime) -> None:
    values = {name: getattr(offer, name) for name in Offer.__dataclass_fields__}
    insert(Alternative(notice=notice, **values), by=by, now=now)


def _refuse_stale(notice: CustomerNotice, version: int | None) -> None:
    current = CustomerNotice.objects.values("version", "what", "effect").get(pk=notice.pk)
    if version is not None and version != current["version"]:
        raise Stale(
            _("Someone saved in between. Both texts are below; nothing of yours is lost."),
            extra={"current_version": current.pop("version"), "current": current},
        )


def refuse_foreign(notice: CustomerNotice, people: list[Contact]) -> None:
    """Recipients are contacts of the notice's customer (R-E4)."""
    if any(one.customer_id != notice.customer_id for one in people):
        raise Invalid(
            _("Recipients are contacts of this customer."),
            rule="R-E4",
            fields={"recipients": [_("Choose contacts of this customer.")]},
        )


def _ask_approval(notice: CustomerNotice, by: Actor, now: dt.datetime) -> None:
    people = noticework.people_of(notice, now)
    users = [user for user in people.of(["ar"]) if user.pk != by.user_id]
    notify.tell(
        users,
        kind="notice.approval",
        now=now,
        about=notice,
        scope=notice.customer,
        title=gettext_noop("Notice to %(customer)s waits for your approval: %(risk)s"),
        params={"customer": notice.customer.display_name, "risk": notice.risk.title},
        # Saved ten times in an hour, it is still one question.
        once=f"notice:{notice.pk}:approval:{now:%Y%m%d%H}",
        url=notice.get_absolute_url(),
        urgency=Urgency.NOW,
    )


@transaction.atomic
def approve(notice: CustomerNotice, *, by: Actor, now: dt.datetime) -> None:
    """The account manager (deputy: regional head) approves a complete draft (b.6)."""
    refuse_machine(by)
    refuse_incomplete(notice)
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
    refuse_machine(by)
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


def missing(notice: CustomerNotice, *, recipients: bool = True) -> dict[str, list[str]]:
    """What the notice still lacks to count as telling, a sentence per field (clocks.md 6.3)."""
    fields: dict[str, list[str]] = {}
    if recipients and not notice.recipients.exists():
        fields["recipients"] = [_("Choose at least one contact of this customer.")]
    if not notice.what.strip():
        fields["what"] = [_("Say what has happened.")]
    if not notice.effect.strip():
        fields["effect"] = [_("Say what it means for the customer.")]
    if notice.expected_at is None:
        fields["expected_at"] = [_("Give the date to expect now.")]
    if not notice.alternatives.exists() and notice.no_alternative_approved_by_id is None:
        fields["alternatives"] = [_("Offer at least one alternative with owner and date.")]
    return fields


def refuse_incomplete(notice: CustomerNotice) -> None:
    """Refused with a sentence for each part that is missing."""
    fields = missing(notice)
    if fields:
        raise Refused(next(iter(fields.values()))[0], rule="R-E4", fields=fields)


def refuse_machine(by: Actor) -> None:
    """A token never speaks for a person (domain.md 0.2.4)."""
    if by.is_machine:
        raise Forbidden(_("A machine cannot speak for a person."), rule="domain 0.2.4")
