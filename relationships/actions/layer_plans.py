"""Plans for the relation to a whole customer: universal and organisational layer (C105, C106).

They share every step with plans for a person; their goal is a grade, and words show it.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.guards import invalid, persons_only
from accounts.models import Customer
from core import timers
from core.actors import Actor
from core.errors import Refused
from core.models import User
from core.text import tidy
from core.writes import insert
from relationships.actions import plans
from relationships.actions.plans import RULE
from relationships.choices import RUNNING, Layer, PlanStatus
from relationships.models import RelationshipPlan


@transaction.atomic
def draft(
    customer: Customer,
    layer: str,
    grades: tuple[str, str],
    *,
    by: Actor,
    now: dt.datetime,
    strategy: str,
    due_on: dt.date,
    owner: User,
    sponsor: User | None = None,
) -> RelationshipPlan:
    """A plan from one grade to a better one; `grades` is (from, target). One open a layer."""
    persons_only(by, rule=RULE)
    if layer not in (Layer.UNIVERSAL, Layer.ORGANISATIONAL):
        raise invalid("layer", _("Choose the universal or the organisational layer."), rule=RULE)
    row = RelationshipPlan(
        customer=customer, layer=layer, from_grade=grades[0], target_grade=grades[1],
        strategy=strategy.strip(), due_on=due_on, owner=owner, sponsor=sponsor,
    )  # fmt: skip
    plans.check(row, now)
    insert(row, by=by, now=now)
    plans.drafted(row, by, now, {"from": grades[0], "to": grades[1], "until": due_on})
    return row


@transaction.atomic
def claim(row: RelationshipPlan, proof: str, *, by: Actor, now: dt.datetime) -> RelationshipPlan:
    """Running → reported as reached, with what shows the grade."""
    persons_only(by, rule=RULE)
    if row.is_key:
        raise Refused(_("Name the assessment that shows it."), rule=RULE)
    said = tidy(proof)[:300]
    if not said:
        raise invalid("proof", _("Write what shows it: what was said, what was done."), rule=RULE)
    plans.step(row, PlanStatus.CLAIMED, RUNNING, by, now, claimed_by=by.user, proof=said)
    timers.cancel(row, plans.END)
    plans.reported(row, by, now, key=f"claimed:{row.version}", facts={})
    return row
