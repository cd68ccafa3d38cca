"""Writes of milestones: plan, forecast, done, missed; the baseline stands once a form does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import trail
from core.actors import Actor
from core.errors import Invalid, Refused
from core.writes import edit, insert, move
from expectations.choices import FormStatus, MilestoneStatus
from expectations.models import ConfirmationForm, ExpectationItem, Milestone, Project

EDITABLE = ("name", "weight", "customer_visible", "baseline_on", "forecast_on", "delivery_steps")
OPEN = (MilestoneStatus.PLANNED, MilestoneStatus.AT_RISK)
STEPS = (
    "packing_list",
    "address",
    "arrival_receipt",
    "start_coordination",
    "installation",
    "acceptance",
)


@transaction.atomic
def plan_milestone(
    project: Project,
    *,
    name: str,
    baseline_on: dt.date,
    by: Actor,
    now: dt.datetime,
    weight: int = 1,
    customer_visible: bool = True,
    forecast_on: dt.date | None = None,
    items: Iterable[ExpectationItem] = (),
    external_source: str = "",
    external_ref: str = "",
) -> Milestone:
    """Add a dated step to a project."""
    wanted = list(items)
    if any(one.project_id != project.pk for one in wanted):
        sentence = _("Choose expectations of this project.")
        raise Invalid(sentence, fields={"items": [sentence]})
    row = Milestone(
        project=project,
        name=name,
        baseline_on=baseline_on,
        forecast_on=forecast_on,
        weight=weight,
        customer_visible=customer_visible,
        external_source=external_source,
        external_ref=external_ref,
    )
    insert(row, by=by, now=now)
    row.items.set(wanted)
    facts = {"project": project.pk, "baseline_on": baseline_on}
    trail.record(row, "milestone.planned", by=by, now=now, scope=project.customer, facts=facts)
    return row


@transaction.atomic
def edit_milestone(
    row: Milestone,
    changes: Mapping[str, Any],
    *,
    by: Actor,
    now: dt.datetime,
    version: int | None = None,
) -> dict[str, list[Any]]:
    """Change a milestone. Refused for the baseline once a form is effective (b.3.2)."""
    wanted = {name: value for name, value in changes.items() if name in EDITABLE}
    moved = "baseline_on" in wanted and wanted["baseline_on"] != row.baseline_on
    if moved and baseline_is_frozen(row.project):
        raise Refused(
            _("The customer has signed this baseline. Give a forecast, or ask for a change."),
            rule="b.3.2",
            fields={"baseline_on": [_("The baseline stands.")]},
        )
    if "delivery_steps" in wanted and set(wanted["delivery_steps"]) - set(STEPS):
        sentence = _("One of: %(names)s.") % {"names": ", ".join(STEPS)}
        raise Invalid(sentence, fields={"delivery_steps": [sentence]})
    differs = edit(row, wanted, by=by, now=now, version=version)
    if differs:
        _say(row, "milestone.changed", by, now, {"changes": differs})
    return differs


def baseline_is_frozen(project: Project) -> bool:
    """A form of this project has become effective."""
    told = (FormStatus.EFFECTIVE, FormStatus.SUPERSEDED, FormStatus.TERMINATED)
    return ConfirmationForm.objects.filter(project=project, status__in=told).exists()


@transaction.atomic
def forecast(
    row: Milestone, forecast_on: dt.date, *, reason: str, by: Actor, now: dt.datetime
) -> None:
    """We expect another date; later than the baseline it is at risk."""
    if not reason.strip():
        raise Invalid(_("Say why the date moves."), fields={"reason": [_("Say why.")]})
    late = forecast_on > row.baseline_on
    status = MilestoneStatus.AT_RISK if late else MilestoneStatus.PLANNED
    before = row.forecast_on
    move(row, status, frm=OPEN, by=by, now=now, forecast_on=forecast_on)
    facts = {"before": before, "after": forecast_on, "reason": reason}
    _say(row, "milestone.forecast", by, now, facts)


@transaction.atomic
def finish(row: Milestone, actual_on: dt.date, *, by: Actor, now: dt.datetime) -> None:
    """The step is done; not in the future."""
    if actual_on > (now + dt.timedelta(hours=14)).date():
        sentence = _("Not in the future.")
        raise Invalid(sentence, fields={"actual_on": [sentence]})
    move(
        row,
        MilestoneStatus.DONE,
        frm=[*OPEN, MilestoneStatus.MISSED],
        by=by,
        now=now,
        actual_on=actual_on,
    )
    _say(row, "milestone.done", by, now, {"actual_on": actual_on})


@transaction.atomic
def miss(row: Milestone, *, reason: str, by: Actor, now: dt.datetime) -> None:
    """The step was not reached by its date, and why."""
    if not reason.strip():
        raise Invalid(_("Say why."), fields={"reason": [_("Say why.")]})
    move(row, MilestoneStatus.MISSED, frm=OPEN, by=by, now=now)
    _say(row, "milestone.missed", by, now, {"reason": reason})


def _say(row: Milestone, verb: str, by: Actor, now: dt.datetime, facts: dict[str, Any]) -> None:
    trail.record(row, verb, by=by, now=now, scope=row.project.customer, facts=facts)
