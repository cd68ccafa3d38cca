"""Writes of cash-flow designations: proposed, agreed to by two, rejected, kept or lifted (R-A3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import policies_value, tiers
from accounts.actions.assessments import local_today
from accounts.actions.guards import invalid, persons_only
from accounts.choices import (
    AssessmentStatus,
    DesignationSeat,
    DesignationStatus,
    Stance,
    TeamRole,
    Tier,
)
from accounts.models import (
    AccountAssignment,
    CashFlowDesignation,
    Customer,
    StrategyFitAssessment,
)
from accounts.queries import regional_head
from accounts.queries_value import Figures, executives_above, figures_of
from core import events, notify, policy, trail
from core.actors import Actor
from core.errors import Forbidden, Refused
from core.models import User
from core.notify import Urgency
from core.text import tidy
from core.writes import edit as edit_row
from core.writes import insert, move

RULE = "R-A3"
_record = trail.recorder("cash_flow", scope="customer", confidential=True)
SHRINKS = "R-A4"


@transaction.atomic
def propose(
    customer: Customer,
    *,
    evidence: str,
    by: Actor,
    now: dt.datetime,
    budget: Decimal | None = None,
) -> CashFlowDesignation:
    """A person proposes it and says why; the figures of the rule are kept beside."""
    persons_only(by, rule=RULE)
    if not evidence.strip():
        raise invalid("evidence", _("Say where the customer's strategy leaves ours."), rule=RULE)
    figures = figures_of(customer, local_today(customer, now), at=now)
    row = _proposal(customer, figures, now, evidence=evidence.strip(), budget=budget)
    return _propose(row, by, now)


@transaction.atomic
def propose_by_rule(
    customer: Customer, figures: Figures, *, by: Actor, now: dt.datetime
) -> CashFlowDesignation:
    """The nightly job proposes it. Refused once one is open or nothing was assessed since."""
    last = CashFlowDesignation.objects.filter(customer=customer).order_by("-id").first()
    if last is not None and not _assessed_since(last):
        raise Refused(_("Nothing was assessed since the last decision."), rule=RULE)
    return _propose(_proposal(customer, figures, now, by_rule=True), by, now)


def _proposal(
    customer: Customer, figures: Figures, now: dt.datetime, **more: Any
) -> CashFlowDesignation:
    return CashFlowDesignation(
        customer=customer,
        grounds=list(figures.grounds(now)),
        fit=figures.fits[0][0] if figures.fits else None,
        revenue=figures.revenue or None,
        median=figures.median,
        currency=figures.currency,
        **more,
    )


def _propose(row: CashFlowDesignation, by: Actor, now: dt.datetime) -> CashFlowDesignation:
    insert(row, by=by, now=now)
    _record(row, "proposed", by, now, {"grounds": row.grounds, "by_rule": row.by_rule})
    head = regional_head(row.customer, at=now)
    _tell(row, [head] if head else [], _WAITS, f"rh:{row.pk}", now)
    return row


def _assessed_since(last: CashFlowDesignation) -> bool:
    if last.closed_at is None:
        return False
    rows = StrategyFitAssessment.objects.filter(
        customer=last.customer_id, status=AssessmentStatus.APPROVED, decided_at__gt=last.closed_at
    )
    return rows.exists()


@transaction.atomic
def confirm(row: CashFlowDesignation, seat: str, *, by: Actor, now: dt.datetime) -> Any:
    """One of the two consents; with the second the designation holds (b.6: RH and EXE).

    Forbidden for the account manager and for one person in both seats; Refused for tier S.
    Who may sit in which seat is rules.designation_seats.
    """
    _not_involved(row, by)
    waiting = CashFlowDesignation.objects.select_for_update()
    row.refresh_from_db(fields=("rh_by", "exe_by", "version"), from_queryset=waiting)
    seat = DesignationSeat(seat)
    other = row.exe_by_id if seat == DesignationSeat.RH else row.rh_by_id
    if other is not None and other == by.user_id:
        raise Forbidden(_("You agreed already; the other consent is somebody else's."), rule="b.6")
    if getattr(row, f"{seat}_by_id") is not None:
        raise Refused(_("This consent was given already."), rule="b.6")
    if row.customer.tier == Tier.S:
        raise Refused(
            _("A customer of tier S cannot be a cash-flow customer; assess the tier anew first."),
            rule=SHRINKS,
        )
    proposed = DesignationStatus.PROPOSED
    given = {f"{seat}_by": by.user, f"{seat}_at": now}
    if other is None:
        move(row, proposed, frm=proposed, by=by, now=now, rule=RULE, **given)
        _record(row, "agreed", by, now, {"seat": seat})
        if seat == DesignationSeat.RH:
            _tell(row, executives_above(row.customer), _WAITS, f"exe:{row.pk}", now)
        return row
    return _hold(row, given, by, now)


def _hold(row: CashFlowDesignation, given: dict[str, Any], by: Actor, now: dt.datetime) -> Any:
    today = local_today(row.customer, now)
    months = policy.get(policies_value.CASH_REVIEW_MONTHS, at=now)
    move(
        row,
        DesignationStatus.CONFIRMED,
        frm=DesignationStatus.PROPOSED,
        by=by,
        now=now,
        rule=RULE,
        starts_on=today,
        review_on=tiers.add_months(today, months),
        previous_stance=row.customer.investment_stance,
        **given,
    )
    _flag(row.customer, True, Stance.HARVEST, by, now)
    _record(row, "confirmed", by, now, {"since": today, "review": row.review_on})
    _tell(row, _managers(row.customer), _DECIDED, f"confirmed:{row.pk}", now)
    return row


@transaction.atomic
def reject(row: CashFlowDesignation, note: str, *, by: Actor, now: dt.datetime) -> Any:
    """Proposed → rejected with a sentence; the rule proposes anew after the next assessment."""
    _end(row, DesignationStatus.REJECTED, DesignationStatus.PROPOSED, note, by, now)
    _record(row, "rejected", by, now, {"note": row.note})
    _tell(row, _managers(row.customer), _DECIDED, f"rejected:{row.pk}", now)
    return row


@transaction.atomic
def lift(row: CashFlowDesignation, note: str, *, by: Actor, now: dt.datetime) -> Any:
    """Confirmed → lifted with a sentence; the stance of before comes back."""
    _end(row, DesignationStatus.LIFTED, DesignationStatus.CONFIRMED, note, by, now)
    _flag(row.customer, False, row.previous_stance or Stance.MAINTAIN, by, now)
    _record(row, "lifted", by, now, {"note": row.note})
    _tell(row, _managers(row.customer), _DECIDED, f"lifted:{row.pk}", now)
    return row


@transaction.atomic
def renew(row: CashFlowDesignation, note: str, *, by: Actor, now: dt.datetime) -> Any:
    """Looked at again and kept, with a sentence; the months of the policy begin anew."""
    _not_involved(row, by)
    if not note.strip():
        raise invalid("note", _("Say why."), rule=RULE)
    months = policy.get(policies_value.CASH_REVIEW_MONTHS, at=now)
    day = tiers.add_months(local_today(row.customer, now), months)
    confirmed = DesignationStatus.CONFIRMED
    before = row.review_on
    move(row, confirmed, frm=confirmed, by=by, now=now, rule=RULE, review_on=day)
    _record(row, "renewed", by, now, {"note": tidy(note), "review": [before, day]})
    return row


def remind_of_review(row: CashFlowDesignation, *, now: dt.datetime) -> None:
    """Tell the regional head once that a designation is due to be looked at again."""
    head = regional_head(row.customer, at=now)
    _tell(row, [head] if head else [], _REVIEW, f"review:{row.pk}:{row.review_on}", now)


_WAITS = gettext_noop("A proposal about %(customer)s waits for your consent.")
_DECIDED = gettext_noop("A proposal about %(customer)s was decided.")
_REVIEW = gettext_noop("A decision about %(customer)s is due to be looked at again.")


def _not_involved(row: CashFlowDesignation, by: Actor) -> None:
    persons_only(by, rule="b.6")
    if by.user is not None and by.user in _managers(row.customer):
        raise Forbidden(
            _("The account manager of a customer never decides about its assessment."), rule="b.6"
        )


def _end(
    row: CashFlowDesignation, to: str, frm: str, note: str, by: Actor, now: dt.datetime
) -> None:
    _not_involved(row, by)
    if not note.strip():
        raise invalid("note", _("Say why."), rule=RULE)
    move(row, to, frm=frm, by=by, now=now, rule=RULE, closed_by=by.user, closed_at=now,
         note=tidy(note))  # fmt: skip


def _flag(customer: Customer, on: bool, stance: str, by: Actor, now: dt.datetime) -> None:
    edit_row(customer, {"cash_flow": on, "investment_stance": stance}, by=by, now=now)
    events.emit(
        "customer.cash_flow_changed",
        customer,
        by=by,
        now=now,
        scope=customer,
        changed=["cash_flow"],
    )


def _managers(customer: Customer) -> list[User]:
    seats = AccountAssignment.objects.active().filter(customer=customer, role=TeamRole.AR)
    return [seat.user for seat in seats.select_related("user")]


def _tell(
    row: CashFlowDesignation, users: Iterable[User], title: str, once: str, now: dt.datetime
) -> None:
    """The words leave the house by mail: they do not say what the proposal is about."""
    notify.tell(
        list(users),
        kind="cash_flow.step",
        title=title,
        params={"customer": row.customer.name},
        once=f"cash_flow:{once}",
        url=row.get_absolute_url(),
        urgency=Urgency.SOON,
        about=row,
        scope=row.customer,
        now=now,
    )
