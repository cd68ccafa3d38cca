"""Writes of how a customer buys: each change is a new profile, the one before is kept (C091)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.assessments import local_today
from accounts.actions.guards import invalid, only
from accounts.buying import STEPS, Step, wrong
from accounts.choices import ProfileStatus
from accounts.models import BuyingProfile, BuyingStep, Customer
from core import trail
from core.actors import Actor
from core.errors import Stale
from core.text import tidy
from core.writes import checked, insert, move

RULE = "C091"
FIELDS = ("procurement_mode", "budget_cycle", "budget_amount", "currency", "payment_habit")
LINES = ("budget_cycle", "payment_habit")


@transaction.atomic
def write(
    customer: Customer,
    values: Mapping[str, Any],
    steps: Sequence[Step],
    *,
    by: Actor,
    now: dt.datetime,
    replaces: int | None = None,
) -> BuyingProfile:
    """The profile from now on, with its steps in their order; the current one is superseded.

    `replaces` is the id of the profile that was read (0: none): Stale when another is current.
    Nothing is written when nothing differs: the current one is given back.
    """
    known = only(dict(values), FIELDS)
    known |= {name: tidy(known[name] or "") for name in LINES if name in known}
    _check(steps)
    Customer.objects.select_for_update().filter(pk=customer.pk).first()
    last = BuyingProfile.objects.current().filter(customer=customer).first()
    if replaces is not None and replaces != (last.pk if last else 0):
        raise Stale(_("Somebody wrote one in between. Reload the page."), rule=RULE)
    row = BuyingProfile(customer=customer, updated_on=local_today(customer, now), **known)
    if last is not None and _same(last, row, steps):
        return last
    if last is not None:
        move(
            last, ProfileStatus.SUPERSEDED, frm=ProfileStatus.CURRENT, by=by, now=now, rule=RULE,
            superseded_at=now,
        )  # fmt: skip
    insert(row, by=by, now=now)
    made = [_row(row, position, step) for position, step in enumerate(steps, 1)]
    for each in made:
        checked(each)
    BuyingStep.objects.bulk_create(made)
    facts = {"mode": row.procurement_mode, "steps": len(steps), "before": last and last.pk}
    trail.record(row, "buying_profile.written", by=by, now=now, scope=customer, facts=facts)
    return row


def steps_of(row: BuyingProfile) -> list[Step]:
    """The steps of a profile in their order."""
    return [Step(one.name, one.roles, one.usual_days) for one in row.steps.order_by("position")]


def _check(steps: Sequence[Step]) -> None:
    if len(steps) > STEPS:
        raise invalid("steps", _("At most %(most)d steps.") % {"most": STEPS}, rule=RULE)
    for number, step in enumerate(steps, 1):
        if wrong(step):
            raise invalid(
                "steps", _("Step %(number)d cannot be read.") % {"number": number}, rule=RULE
            )


def _row(profile: BuyingProfile, position: int, step: Step) -> BuyingStep:
    return BuyingStep(
        profile=profile,
        position=position,
        name=tidy(step.name),
        roles=tidy(step.roles),
        usual_days=step.usual_days,
    )


def _same(last: BuyingProfile, row: BuyingProfile, steps: Sequence[Step]) -> bool:
    alike = all(getattr(last, name) == getattr(row, name) for name in FIELDS)
    return alike and steps_of(last) == list(steps)
