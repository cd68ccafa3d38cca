"""Writes of expectation items: by one line, by a block, corrected, scored, classed, decided."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.actions.guards import in_ids, invalid, only, persons_only
from accounts.models import Customer
from core import events, trail
from core.actors import Actor
from core.errors import Invalid, Refused
from core.sequences import next_code
from core.writes import edit, insert, move
from expectations import oneline, priority
from expectations.choices import ITEM_OPEN, Feasibility, ItemStatus, PriorityClass
from expectations.models import ExpectationItem, Project
from expectations.models.item import SCORES
from expectations.policies import weights

EDITABLE = (
    "dimension",
    "raw_words",
    "statement",
    "metric",
    "operator",
    "target",
    "unit",
    "proof",
    "due_on",
    "throughout",
    *SCORES,
    "mandatory",
    "priority_class",
    "override_reason",
    "alternative",
    "revisit_on",
    "internal_note",
    "owner",
    "external_source",
    "external_ref",
)
JUDGED = (*SCORES, "mandatory", "priority_class", "override_reason")
OUTCOMES = (ItemStatus.ACCEPTED, ItemStatus.PARTLY_ACCEPTED, ItemStatus.UNMET)


@dataclass(frozen=True)
class Added:
    """What became of one pasted line: the item, or the refusal with its sentences."""

    parsed: oneline.Parsed
    item: ExpectationItem | None
    refusal: str = ""


def add_item(
    customer: Customer,
    *,
    by: Actor,
    now: dt.datetime,
    project: Project | None = None,
    **fields: Any,
) -> ExpectationItem:
    """One expectation. The owner defaults to the expectation owner of the project.

    A machine may not score or class (domain.md 0.2.4, b.6).
    """
    only(fields, EDITABLE)
    _judging(fields, by)
    item = ExpectationItem(customer=customer, project=project, **fields)
    if project is not None and item.owner_id is None:
        item.owner = project.expectation_owner
    _suggest(item, now)
    if not item.priority_class:
        item.priority_class = item.suggested_class
    item.status = ItemStatus.CLARIFIED if is_clear(item) else ItemStatus.DRAFT
    with transaction.atomic():
        item.code = next_code("EXP")
        item.number = _next_number(project)
        insert(item, by=by, now=now)
        trail.record(
            item,
            "item.added",
            by=by,
            now=now,
            scope=customer,
            facts={"code": item.code, "project": item.project_id, "class": item.priority_class},
        )
    return item


def add_lines(
    project: Project, text: str, *, by: Actor, now: dt.datetime, **fields: Any
) -> list[Added]:
    """A pasted block: each line becomes an item; what could not be read is left empty and named.

    A line without any words, or beyond the limit of 200, gives no item but its sentence.
    """
    found = []
    for parsed in oneline.parse_block(text, today=today_for(project, now)):
        stopped = next((each for each in parsed.problems if each.part == "line"), None)
        if stopped or not parsed.statement:
            sentence = stopped.sentence if stopped else _("Nothing to read in this line.")
            found.append(Added(parsed, None, sentence))
            continue
        try:
            values = _line_fields(parsed) | fields
            item = add_item(project.customer, project=project, by=by, now=now, **values)
            found.append(Added(parsed, item))
        except Invalid as refusal:
            found.append(Added(parsed, None, str(refusal.sentence)))
    return found


def today_for(project: Project, now: dt.datetime) -> dt.date:
    """The day of the project's owner."""
    return now.astimezone(zoneinfo.ZoneInfo(project.expectation_owner.timezone)).date()


def edit_item(
    item: ExpectationItem,
    changes: Mapping[str, Any],
    *,
    by: Actor,
    now: dt.datetime,
    version: int | None = None,
) -> ExpectationItem:
    """Correct an item that no signed form holds; afterwards only a change request may (b.3.1)."""
    only(dict(changes), EDITABLE)
    _judging(dict(changes), by)
    if not item.is_open:
        raise Refused(
            _("%(code)s is part of a signed form; change it by a change request.")
            % {"code": item.short_code},
            rule="b.3.1",
        )
    wanted = dict(changes)
    trial = ExpectationItem(**{f.attname: getattr(item, f.attname) for f in item._meta.fields})
    for name, value in wanted.items():
        setattr(trial, name, value)
    _suggest(trial, now)
    wanted["suggested_class"] = trial.suggested_class
    if not trial.priority_class:
        wanted["priority_class"] = trial.priority_class = trial.suggested_class
    wanted["status"] = ItemStatus.CLARIFIED if is_clear(trial) else ItemStatus.DRAFT
    with transaction.atomic():
        differs = edit(item, wanted, by=by, now=now, version=version)
        if differs:
            facts = {"changes": in_ids(differs)}
            trail.record(item, "item.edited", by=by, now=now, scope=item.customer, facts=facts)
    return item


def classify(
    item: ExpectationItem,
    priority_class: str,
    *,
    by: Actor,
    now: dt.datetime,
    override_reason: str = "",
    version: int | None = None,
) -> ExpectationItem:
    """Set the class; other than suggested needs a reason. AR or SR only, never a machine (R-E1)."""
    persons_only(by, rule="R-E1")
    changes = {"priority_class": priority_class, "override_reason": override_reason.strip()}
    return edit_item(item, changes, by=by, now=now, version=version)


def give_verdict(
    item: ExpectationItem,
    verdict: str,
    *,
    by: Actor,
    now: dt.datetime,
    conditions: str = "",
) -> ExpectationItem:
    """Feasibility of an item (F3): feasible, conditional (with conditions) or infeasible."""
    persons_only(by, rule="F3")
    if verdict not in Feasibility.values:
        raise invalid("verdict", _("Choose feasible, conditional or not feasible."))
    if verdict == Feasibility.CONDITIONAL and not conditions.strip():
        raise invalid("conditions", _("Say under which conditions it is feasible."))
    changes = {
        "verdict": verdict,
        "verdict_by": by.user,
        "verdict_at": now,
        "verdict_conditions": conditions.strip(),
    }
    with transaction.atomic():
        edit(item, changes, by=by, now=now)
        facts = {"verdict": verdict, "conditions": conditions.strip()}
        trail.record(item, "item.verdict", by=by, now=now, scope=item.customer, facts=facts)
    return item


def drop(item: ExpectationItem, *, reason: str, by: Actor, now: dt.datetime) -> ExpectationItem:
    """Take an unconfirmed item out, with a reason."""
    if not reason.strip():
        raise invalid("reason", _("Say why in one sentence."))
    with transaction.atomic():
        move(
            item,
            ItemStatus.DROPPED,
            frm=ITEM_OPEN,
            by=by,
            now=now,
            rule="b.3.1",
            outcome_note=reason.strip(),
        )
        facts = {"reason": reason.strip()}
        trail.record(item, "item.dropped", by=by, now=now, scope=item.customer, facts=facts)
    return item


def decide(
    item: ExpectationItem,
    outcome: str,
    *,
    on: dt.date,
    by: Actor,
    now: dt.datetime,
    note: str = "",
    confirmed_by: str = "",
) -> ExpectationItem:
    """How a promised item ended: accepted, partly accepted or unmet, on which day (R-K1).

    Accepted and partly accepted need the customer's confirmation: who, when, how.
    """
    persons_only(by, rule="b.3.1")
    if outcome not in OUTCOMES:
        raise invalid("outcome", _("Choose accepted, partly accepted or unmet."))
    if outcome != ItemStatus.UNMET and not confirmed_by.strip():
        raise invalid("confirmed_by", _("Say who of the customer confirmed it, and how."))
    said = "; ".join(part for part in (confirmed_by.strip(), note.strip()) if part)
    with transaction.atomic():
        before = move(
            item,
            outcome,
            frm=[ItemStatus.CONFIRMED, ItemStatus.IN_FULFILMENT],
            by=by,
            now=now,
            rule="b.3.1",
            outcome_on=on,
            outcome_note=said[:300],
        )
        facts = {"from": before, "to": outcome, "on": on}
        trail.record(item, "item.decided", by=by, now=now, scope=item.customer, facts=facts)
        events.emit(
            "item.closed", item, by=by, now=now, scope=item.customer, facts={"outcome": outcome}
        )
    return item


def is_clear(item: ExpectationItem) -> bool:
    """Measurable, dated, owned and classed: it may stand in a form (F2, F4)."""
    if item.priority_class == PriorityClass.DEFERRED:
        return item.revisit_on is not None
    measured = item.target is not None or bool(item.proof)
    dated = item.due_on is not None or item.throughout
    return bool(item.priority_class and measured and dated and item.owner_id)


def _suggest(item: ExpectationItem, now: dt.datetime) -> None:
    scores = [getattr(item, name) for name in SCORES]
    if None in scores:
        item.suggested_class = PriorityClass.MUST if item.mandatory else ""
        return
    try:
        found = priority.suggest(*scores, mandatory=bool(item.mandatory), weights=weights(at=now))
    except ValueError as error:
        raise Invalid(
            _("A score is a whole number from 1 to 5."),
            fields={name: [_("1 to 5")] for name in SCORES},
        ) from error
    item.suggested_class = found.priority_class


def _judging(fields: Mapping[str, Any], by: Actor) -> None:
    if by.is_machine and any(fields.get(name) for name in JUDGED):
        persons_only(by, rule="R-E1")


def _line_fields(parsed: oneline.Parsed) -> dict[str, Any]:
    values = dict(parsed.fields)
    if not values["priority_class"]:
        values.pop("priority_class")
    return values


def _next_number(project: Project | None) -> int | None:
    if project is None:
        return None
    # The project row is the lock: two writers take their numbers one after the other.
    Project.objects.select_for_update().filter(pk=project.pk).first()
    rows = ExpectationItem.objects.filter(project=project)
    return (rows.aggregate(top=Max("number"))["top"] or 0) + 1
