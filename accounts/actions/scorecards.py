"""Writes of scorecards: templates with allowed weights, cards filled from evidence, confirmed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import policies_value, scorecards
from accounts.actions.guards import invalid, only, persons_only, staff
from accounts.choices import ScorecardScope, ScorecardStatus, TemplateStatus
from accounts.models import (
    AccountAssignment,
    Customer,
    MetricValue,
    OrgUnit,
    Scorecard,
    ScorecardTemplate,
)
from core import policy, registry, trail
from core.actors import Actor
from core.errors import Forbidden, Refused
from core.models import User
from core.writes import edit as edit_row
from core.writes import insert, move

RULE = "R-K3"
_record = trail.recorder("scorecard")
FIELDS = ("name", "scope", "is_business", "weights", "targets")


def metrics() -> dict[str, tuple[str, str, str]]:
    """Every figure that the floors provide: key -> (msgid, unit, function)."""
    return dict(registry.entry("METRICS", {}))


@transaction.atomic
def make_template(values: Mapping[str, Any], *, by: Actor, now: dt.datetime) -> ScorecardTemplate:
    """A draft. Invalid for weights that are not 100 or break R-K3."""
    persons_only(by, rule=RULE)
    row = ScorecardTemplate(**_cleaned(only(dict(values), FIELDS)))
    _check(row, now)
    insert(row, by=by, now=now)
    _record(row, "template_made", by, now, {"weights": row.weights})
    return row


@transaction.atomic
def edit_template(
    row: ScorecardTemplate,
    changes: Mapping[str, Any],
    *,
    by: Actor,
    now: dt.datetime,
    version: int | None,
) -> ScorecardTemplate:
    """Change a draft; one in use is retired and followed by another."""
    persons_only(by, rule=RULE)
    changed = _cleaned(only(dict(changes), FIELDS))
    if row.status != TemplateStatus.DRAFT:
        raise Refused(_("It is in use; retire it and make another one."), rule=RULE)
    wished = ScorecardTemplate(**{name: changed.get(name, getattr(row, name)) for name in FIELDS})
    _check(wished, now)
    if edit_row(row, changed, by=by, now=now, version=version):
        _record(row, "template_edited", by, now, {"weights": row.weights})
    return row


@transaction.atomic
def activate(row: ScorecardTemplate, *, by: Actor, now: dt.datetime) -> ScorecardTemplate:
    """Draft → active."""
    persons_only(by, rule=RULE)
    _check(row, now)
    move(row, TemplateStatus.ACTIVE, frm=TemplateStatus.DRAFT, by=by, now=now, rule=RULE)
    _record(row, "template_activated", by, now, {})
    return row


@transaction.atomic
def retire(row: ScorecardTemplate, *, by: Actor, now: dt.datetime) -> ScorecardTemplate:
    """Active → retired: no new cards."""
    persons_only(by, rule=RULE)
    move(row, TemplateStatus.RETIRED, frm=TemplateStatus.ACTIVE, by=by, now=now, rule=RULE)
    _record(row, "template_retired", by, now, {})
    return row


@transaction.atomic
def open_card(
    template: ScorecardTemplate,
    *,
    unit: OrgUnit,
    first_day: dt.date,
    last_day: dt.date,
    by: Actor,
    now: dt.datetime,
    person: User | None = None,
) -> Scorecard:
    """A card of a unit or a person for a period, filled at once from what is known."""
    persons_only(by, rule=RULE)
    staff(person, "person")
    if template.status != TemplateStatus.ACTIVE:
        raise Refused(_("Only a template in use makes scorecards."), rule=RULE)
    if (template.scope == ScorecardScope.PERSON) != (person is not None):
        raise invalid(
            "person", _("A template for persons needs one, a template for units none."), rule=RULE
        )
    if person is not None and getattr(person.profile, "unit_id", None) != unit.pk:
        raise invalid("person", _("%(name)s works in another unit.") % {"name": person}, rule=RULE)
    if last_day < first_day:
        raise invalid("last_day", _("The period ends before it begins."), rule=RULE)
    row = Scorecard(
        template=template, unit=unit, person=person, first_day=first_day, last_day=last_day
    )
    insert(row, by=by, now=now)
    _record(row, "opened", by, now, {"from": first_day, "to": last_day})
    return calculate(row, by=by, now=now)


@transaction.atomic
def calculate(row: Scorecard, *, by: Actor, now: dt.datetime) -> Scorecard:
    """Fill every figure anew from the system; open or calculated → calculated."""
    most = policy.get(policies_value.SCORE_MOST, at=now)
    asked = asked_of(row)
    template, parts = row.template, []
    held = {value.metric: value for value in MetricValue.objects.filter(scorecard=row)}
    for key, weight in template.weights.items():
        known = metrics().get(key)
        target = Decimal(template.targets[key])
        actual = scorecards.to_cents(registry.load(known[2])(asked) if known else None)
        score = scorecards.score_of(actual, target, most=most)
        told = {"weight": weight, "target": target, "actual": actual, "score": score}
        if key in held:
            edit_row(held[key], told, by=by, now=now)
        else:
            insert(MetricValue(scorecard=row, metric=key, **told), by=by, now=now)
        parts.append((weight, score))
    before = (ScorecardStatus.OPEN, ScorecardStatus.CALCULATED)
    move(row, ScorecardStatus.CALCULATED, frm=before, by=by, now=now, rule="R-K4",
         score=scorecards.total_of(parts), calculated_at=now)  # fmt: skip
    _record(row, "calculated", by, now, {"score": row.score})
    return row


@transaction.atomic
def confirm(row: Scorecard, *, by: Actor, now: dt.datetime) -> Scorecard:
    """Calculated → confirmed by a head who is not measured by it. Refused without evidence."""
    persons_only(by, rule=RULE)
    if by.user_id is not None and by.user_id in (row.person_id, row.unit.head_id):
        raise Forbidden(_("Nobody confirms their own scorecard."), rule=RULE)
    if row.score is None:
        raise Refused(_("No figure has evidence yet; there is nothing to confirm."), rule=RULE)
    move(row, ScorecardStatus.CONFIRMED, frm=ScorecardStatus.CALCULATED, by=by, now=now, rule=RULE,
         confirmed_by=by.user, confirmed_at=now)  # fmt: skip
    _record(row, "confirmed", by, now, {"score": row.score})
    return row


def asked_of(row: Scorecard) -> scorecards.Asked:
    """The customers that the unit owns; of a person, those that the person serves."""
    customers = Customer.objects.current()
    if row.person_id is not None:
        seats = AccountAssignment.objects.on_account_team().filter(user=row.person_id)
        customers = customers.filter(pk__in=seats.values("customer"))
    else:
        customers = customers.filter(owning_unit__path__startswith=row.unit.path)
    ids = tuple(customers.order_by().values_list("pk", flat=True))
    return scorecards.Asked(ids, row.unit_id, row.person_id, row.first_day, row.last_day)


def _cleaned(values: dict[str, Any]) -> dict[str, Any]:
    """Weights without zeros; targets as text, for the figures that count."""
    if "weights" in values:
        values["weights"] = {
            key: int(weight) for key, weight in values["weights"].items() if weight
        }
    if "targets" in values:
        values["targets"] = {key: str(value) for key, value in values["targets"].items() if value}
    return values


def _check(row: ScorecardTemplate, now: dt.datetime) -> None:
    least = policy.get(policies_value.SCORE_CUSTOMER, at=now)
    unknown = set(row.weights) - set(metrics())
    if unknown:
        raise invalid(
            "weights", _("Unknown: %(names)s.") % {"names": ", ".join(sorted(unknown))}, rule=RULE
        )
    wrong = scorecards.complaint(row.weights, business=row.is_business, least=least)
    if wrong:
        raise invalid("weights", _SENTENCES[wrong]() % {"least": least}, rule=RULE)
    for key in row.weights:
        if not row.targets.get(key) or Decimal(row.targets[key]) <= 0:
            raise invalid(
                "targets", _("Every figure that counts needs a target above zero."), rule=RULE
            )


_SENTENCES = {
    "sum": lambda: _("The weights sum to 100 %%."),
    "customer": lambda: _(
        "Satisfaction and attainment weigh at least %(least)s %% together in a business unit."
    ),
    "both": lambda: _("Satisfaction and attainment both weigh something in a business unit."),
}
