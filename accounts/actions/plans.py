"""Writes of account plans: draft, edit, submit, approve, return, begin, close (C099)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import plans
from accounts.actions.guards import in_ids, invalid, must_see, only, persons_only
from accounts.choices_plan import BEING_WRITTEN, AccountPlanStatus, ObjectiveStatus, Section
from accounts.models import AccountPlan, Customer
from accounts.queries import regional_head
from core import notify, trail
from core.actors import Actor
from core.errors import Forbidden, Invalid, Refused
from core.models import User
from core.notify import Urgency
from core.text import tidy
from core.writes import edit as edit_row
from core.writes import insert, move

RULE = "C099"
FIELDS = (*Section.values, "budget", "owner")


@transaction.atomic
def draft(
    customer: Customer,
    kind: str,
    period: tuple[int, int],
    values: Mapping[str, Any],
    *,
    by: Actor,
    now: dt.datetime,
) -> AccountPlan:
    """A plan being written; `period` is (first year, number of years). One of a kind and year."""
    given = _tidied(only(dict(values), FIELDS))
    year, years = period
    if customer.is_archived:
        raise Refused(_("This customer is archived; restore it first."), rule=RULE)
    if not plans.fits(kind, years):
        raise invalid(
            "years", _("A strategic plan covers 3 to 5 years, an annual one 1."), rule=RULE
        )
    if given.get("owner") is None and by.user is not None:
        given["owner"] = by.user
    row = AccountPlan(customer=customer, kind=kind, year=year, years=years, **given)
    must_see(customer, row.owner, "owner")
    insert(row, by=by, now=now)
    facts = {"kind": kind, "year": year}
    trail.record(row, "account_plan.drafted", by=by, now=now, scope=customer, facts=facts)
    return row


@transaction.atomic
def edit(
    row: AccountPlan,
    changes: Mapping[str, Any],
    *,
    by: Actor,
    now: dt.datetime,
    version: int | None,
) -> AccountPlan:
    """Change FIELDS while it is written; afterwards only its owner."""
    changed = _tidied(only(dict(changes), FIELDS))
    differs = {name for name, value in changed.items() if getattr(row, name) != value}
    if differs - {"owner"} and not row.is_written:
        raise Refused(_("It is submitted; ask the head to return it."), rule=RULE)
    if "owner" in differs:
        must_see(row.customer, changed["owner"], "owner")
    done = edit_row(row, changed, by=by, now=now, version=version)
    if done:
        facts = {"changed": sorted(in_ids(done))}
        trail.record(row, "account_plan.edited", by=by, now=now, scope=row.customer, facts=facts)
    return row


@transaction.atomic
def submit(row: AccountPlan, *, by: Actor, now: dt.datetime) -> AccountPlan:
    """Draft or returned → submitted. Invalid names the parts that are missing."""
    persons_only(by, rule=RULE)
    gaps = plans.missing(row.texts)
    if gaps:
        raise Invalid(
            _("A plan says where the gap is, what the market does, what we intend and what we do."),
            rule=RULE,
            fields={name: [_("Write this part.")] for name in gaps},
        )
    if not row.objectives.exists():
        raise Refused(_("Add an objective first: what is measured, and its target."), rule=RULE)
    move(
        row, AccountPlanStatus.SUBMITTED, frm=BEING_WRITTEN, by=by, now=now, rule=RULE,
        submitted_by=by.user, submitted_at=now, decision_note="",
    )  # fmt: skip
    trail.record(row, "account_plan.submitted", by=by, now=now, scope=row.customer)
    title = gettext_noop("%(plan)s of %(customer)s waits for your approval")
    _tell(row, [regional_head(row.customer, at=now)], title, "submitted", now)
    return row


@transaction.atomic
def approve(row: AccountPlan, *, by: Actor, now: dt.datetime) -> AccountPlan:
    """Submitted → approved, by a head who did not submit it. One of a kind and year."""
    _other(row, by)
    move(
        row, AccountPlanStatus.APPROVED, frm=AccountPlanStatus.SUBMITTED, by=by, now=now, rule=RULE,
        approver=by.user, approved_at=now,
    )  # fmt: skip
    trail.record(row, "account_plan.approved", by=by, now=now, scope=row.customer)
    title = gettext_noop("%(plan)s of %(customer)s is approved")
    _tell(row, [row.owner], title, "approved", now)
    return row


@transaction.atomic
def give_back(row: AccountPlan, *, by: Actor, now: dt.datetime, note: str) -> AccountPlan:
    """Submitted → returned, with a reason."""
    _other(row, by)
    if not note.strip():
        raise invalid("note", _("Say why; the colleague reads it."), rule=RULE)
    move(
        row, AccountPlanStatus.RETURNED, frm=AccountPlanStatus.SUBMITTED, by=by, now=now, rule=RULE,
        decision_note=tidy(note)[:300],
    )  # fmt: skip
    trail.record(row, "account_plan.returned", by=by, now=now, scope=row.customer)
    title = gettext_noop("%(plan)s of %(customer)s came back; read why")
    _tell(row, [row.owner], title, "returned", now)
    return row


@transaction.atomic
def start(row: AccountPlan, *, by: Actor, now: dt.datetime) -> AccountPlan:
    """Approved → in execution."""
    persons_only(by, rule=RULE)
    move(
        row, AccountPlanStatus.IN_EXECUTION, frm=AccountPlanStatus.APPROVED, by=by, now=now,
        rule=RULE,
    )  # fmt: skip
    trail.record(row, "account_plan.started", by=by, now=now, scope=row.customer)
    return row


@transaction.atomic
def close(row: AccountPlan, *, by: Actor, now: dt.datetime) -> AccountPlan:
    """In execution → closed, once each objective is met, missed or dropped."""
    persons_only(by, rule=RULE)
    if row.objectives.filter(status=ObjectiveStatus.OPEN).exists():
        raise Refused(_("Objectives are open: measure or drop them first."), rule=RULE)
    move(
        row, AccountPlanStatus.CLOSED, frm=AccountPlanStatus.IN_EXECUTION, by=by, now=now,
        rule=RULE, closed_at=now,
    )  # fmt: skip
    trail.record(row, "account_plan.closed", by=by, now=now, scope=row.customer)
    return row


def _other(row: AccountPlan, by: Actor) -> None:
    persons_only(by, rule=RULE)
    if by.user_id in (row.submitted_by_id, row.owner_id):
        raise Forbidden(_("Somebody other than its author and owner decides."), rule=RULE)


def _tidied(values: dict[str, Any]) -> dict[str, Any]:
    for name in Section.values:
        if name in values:
            values[name] = values[name].strip()
    return values


def _tell(
    row: AccountPlan, people: list[User | None], title: str, what: str, now: dt.datetime
) -> None:
    notify.tell(
        [one for one in people if one is not None],
        kind=f"account_plan.{what}",
        title=title,
        params={"plan": row.title, "customer": row.customer.name},
        once=f"account_plan:{row.pk}:{what}:{row.version}",
        url=row.get_absolute_url(),
        urgency=Urgency.SOON,
        about=row,
        scope=row.customer,
        now=now,
    )
