"""Writes of strategic agreements from the signature on: in force, renewed, ended (R-R14)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.actions.assessments import local_today
from accounts.actions.guards import invalid, must_see, persons_only
from accounts.choices import ContactStatus
from accounts.models import Contact
from accounts.queries import regional_head
from core import policy, timers, trail
from core.actors import Actor
from core.errors import Refused
from core.models import User
from core.writes import edit as edit_row
from core.writes import move
from relationships import agreements, policies
from relationships.actions.agreements import RULE, draft, reason_of, step_to, tell
from relationships.choices_agreement import AGREEMENT_OPEN, AGREEMENT_SIGNED, AgreementStatus
from relationships.models import StrategicAgreement

RENEWAL = "R-R14"
START, STEP = "relationships.agreement_start", "relationships.agreement_step"
COPIED = ("title", "clauses", "is_exclusive", "exclusivity", "owner")


@transaction.atomic
def sign(
    row: StrategicAgreement,
    signed_on: dt.date,
    *,
    by: Actor,
    now: dt.datetime,
    our_signatory: User | None = None,
    their_signatory: Contact | None = None,
) -> StrategicAgreement:
    """Approved → signed, with whoever of both sides has signed by now; the other side may follow.

    With both it is in force, at once or on its first day. Refused when its period is over.
    """
    persons_only(by, rule=RULE)
    ours = our_signatory or row.our_signatory
    theirs = their_signatory or row.their_signatory
    _check_signing(row, signed_on, ours, theirs, now)
    step_to(
        row, AgreementStatus.SIGNED, (AgreementStatus.APPROVED, AgreementStatus.SIGNED), by, now,
        signed_on=signed_on, our_signatory=ours, their_signatory=theirs,
    )  # fmt: skip
    facts = {"on": signed_on, "ours": ours and ours.pk, "theirs": theirs and theirs.pk}
    trail.record(row, "agreement.signed", by=by, now=now, scope=row.customer, facts=facts)
    if agreements.signatories_lack(ours, theirs):
        return row
    if row.starts_on > local_today(row.customer, now):
        timers.arm(START, row, row.local(row.starts_on), now=now)
        return row
    return come_into_force(row, by=by, now=now)


@transaction.atomic
def come_into_force(row: StrategicAgreement, *, by: Actor, now: dt.datetime) -> StrategicAgreement:
    """Signed by both → in force, from its first day on; the one that it renews is renewed."""
    if agreements.signatories_lack(row.our_signatory, row.their_signatory):
        raise Refused(_("It is in force once both sides have signed."), rule=RULE)
    step_to(row, AgreementStatus.IN_FORCE, AgreementStatus.SIGNED, by, now)
    timers.cancel(row, START)
    _arm(row, now)
    trail.record(row, "agreement.in_force", by=by, now=now, scope=row.customer)
    before = row.renews
    if before is not None and before.status == AgreementStatus.IN_FORCE:
        _close(before, AgreementStatus.RENEWED, by, now, at=now)
    return row


@transaction.atomic
def renew(row: StrategicAgreement, *, by: Actor, now: dt.datetime) -> StrategicAgreement:
    """Draft the one that follows: the same text for as long again. One at a time."""
    if row.status != AgreementStatus.IN_FORCE:
        raise Refused(_("Only an agreement in force is renewed; draft a new one."), rule=RENEWAL)
    if row.successors.exclude(status=AgreementStatus.TERMINATED).exists():
        raise Refused(_("Another one renews it already."), rule=RENEWAL)
    starts = row.ends_on + dt.timedelta(days=1)
    values = {name: getattr(row, name) for name in COPIED}
    values |= {"starts_on": starts, "ends_on": starts + (row.ends_on - row.starts_on)}
    made = draft(row.customer, values, by=by, now=now)
    edit_row(made, {"renews": row}, by=by, now=now)
    return made


@transaction.atomic
def terminate(
    row: StrategicAgreement, *, by: Actor, now: dt.datetime, note: str
) -> StrategicAgreement:
    """Open → terminated, with a reason; also a draft that comes to nothing."""
    persons_only(by, rule=RULE)
    said = reason_of(note)
    move(
        row, AgreementStatus.TERMINATED, frm=AGREEMENT_OPEN, by=by, now=now, rule=RULE,
        closed_at=now, note=said,
    )  # fmt: skip
    timers.cancel(row, START, STEP)
    trail.record(row, "agreement.terminated", by=by, now=now, scope=row.customer)
    return row


@transaction.atomic
def step(row: StrategicAgreement, *, by: Actor, now: dt.datetime) -> None:
    """Its next moment has come: ask about the renewal, or end it (R-R14)."""
    if row.status != AgreementStatus.IN_FORCE:
        return
    signed = row.successors.filter(status__in=AGREEMENT_SIGNED).exists()
    told = [row.owner, regional_head(row.customer, at=now)]
    if end_of(row) <= now:
        to = AgreementStatus.RENEWED if signed else AgreementStatus.EXPIRED
        _close(row, to, by, now, at=end_of(row))
        if not signed:
            tell(row, told, gettext_noop("%(name)s has expired"), "expired", now)
        return
    today = local_today(row.customer, now)
    days = agreements.reached(row.ends_on, alert_days(now), today=today)
    if days is not None and not signed:
        title = gettext_noop("%(name)s ends on %(day)s: renew it or let it end")
        tell(row, told, title, f"renewal:{days}", now)
    _arm(row, now)


def step_of(row: StrategicAgreement, now: dt.datetime) -> dt.datetime | None:
    """The next moment to do something about one in force: 09:00 of a day of R-R14, then its end."""
    days = agreements.alert_days(row.ends_on, alert_days(now))
    moments = (*(row.local(day, 9) for day in days), end_of(row))
    return next((moment for moment in moments if moment > now), None)


def end_of(row: StrategicAgreement) -> dt.datetime:
    """The first instant after its last day."""
    return row.local(row.ends_on + dt.timedelta(days=1))


def alert_days(now: dt.datetime) -> tuple[int, ...]:
    """So many days before the end renewal is asked about (R-R14)."""
    return tuple(policy.get(each, at=now) for each in policies.RENEWAL_DAYS)


def _check_signing(
    row: StrategicAgreement,
    signed_on: dt.date,
    ours: User | None,
    theirs: Contact | None,
    now: dt.datetime,
) -> None:
    today = local_today(row.customer, now)
    if signed_on > today:
        raise invalid("signed_on", _("This day is still to come."), rule="b.2.1")
    if row.ends_on < today:
        raise invalid("signed_on", _("Its period is over; draft a new one."), rule="b.2.1")
    if ours is None and theirs is None:
        raise invalid(
            "our_signatory", _("Say who has signed; the other side may follow."), rule="b.2.1"
        )
    must_see(row.customer, ours, "our_signatory")
    if theirs is None or theirs == row.their_signatory:
        return
    if theirs.customer_id != row.customer_id or theirs.status != ContactStatus.ACTIVE:
        raise invalid(
            "their_signatory",
            _("%(name)s does not work for this customer.") % {"name": theirs},
            rule="b.2.1",
        )


def _close(
    row: StrategicAgreement, to: str, by: Actor, now: dt.datetime, *, at: dt.datetime
) -> None:
    step_to(row, to, AgreementStatus.IN_FORCE, by, now, closed_at=at)
    timers.cancel(row, STEP)
    trail.record(row, f"agreement.{to}", by=by, now=now, scope=row.customer, occurred_at=at)


def _arm(row: StrategicAgreement, now: dt.datetime) -> None:
    moment = step_of(row, now)
    if moment is not None:
        timers.arm(STEP, row, moment, now=now)
