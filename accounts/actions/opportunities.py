"""Writes of opportunities: open, edit, go on, close as won, lost or shelved, reopen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import opportunities
from accounts.actions.guards import in_ids, invalid, must_see, only
from accounts.choices import CLOSED_STAGES, OPEN_STAGES, Stage
from accounts.models import Customer, Opportunity
from core import notify, sequences, trail
from core.actors import Actor
from core.errors import Refused
from core.text import tidy
from core.writes import edit as edit_row
from core.writes import insert, move

RULE = "b.1"
_record = trail.recorder("opportunity", scope="customer")
FIELDS = (
    "name",
    "source",
    "owner",
    "amount",
    "currency",
    "expected_close",
    "tender_decision_date",
    "note",
)
REFERENCE = ("external_source", "external_ref")


@transaction.atomic
def create(
    customer: Customer, values: Mapping[str, Any], *, by: Actor, now: dt.datetime
) -> Opportunity:
    """A lead. The owner is one of us who sees the customer; without one, whoever notes it."""
    given = only(dict(values), (*FIELDS, *REFERENCE))
    if customer.is_archived:
        raise Refused(_("This customer is archived; restore it first."), rule=RULE)
    if given.get("owner") is None and by.user is not None:
        given["owner"] = by.user
    row = Opportunity(customer=customer, code=sequences.next_code("OPP"), **_tidied(given))
    must_see(row.customer, row.owner, "owner")
    insert(row, by=by, now=now)
    _record(row, "created", by, now, {"amount": row.amount, "currency": row.currency})
    _tell_owner(row, by, now)
    return row


@transaction.atomic
def edit(
    row: Opportunity,
    changes: Mapping[str, Any],
    *,
    by: Actor,
    now: dt.datetime,
    version: int | None,
) -> Opportunity:
    """Change FIELDS while it is open; a closed one is reopened first."""
    changed = _tidied(only(dict(changes), (*FIELDS, *REFERENCE)))
    if row.stage not in OPEN_STAGES:
        raise Refused(_("This opportunity is closed; reopen it first."), rule=RULE)
    if "owner" in changed:
        must_see(row.customer, changed["owner"], "owner")
    before = row.owner_id
    differs = edit_row(row, changed, by=by, now=now, version=version)
    if differs:
        _record(row, "edited", by, now, {"changed": in_ids(differs)})
    if row.owner_id != before:
        _tell_owner(row, by, now)
    return row


@transaction.atomic
def go_on(row: Opportunity, stage: str, *, by: Actor, now: dt.datetime) -> Opportunity:
    """From one open stage to another, forward or back."""
    if stage not in OPEN_STAGES or not opportunities.may_follow(stage, row.stage):
        raise _impossible(row, stage)
    before = move(row, stage, frm=row.stage, by=by, now=now, rule=RULE, field="stage")
    _record(row, "stage_changed", by, now, {"stage": [before, stage]})
    return row


@transaction.atomic
def close(
    row: Opportunity,
    stage: str,
    *,
    by: Actor,
    now: dt.datetime,
    reason: str = "",
    lost_to: str = "",
) -> Opportunity:
    """Won (once offered), lost (with reason and competitor) or shelved (with a reason)."""
    if stage not in CLOSED_STAGES or not opportunities.may_follow(stage, row.stage):
        raise _impossible(row, stage)
    for name in opportunities.lacking(stage, reason=reason, lost_to=lost_to):
        raise invalid(name, _SENTENCES[name](), rule=RULE)
    before = row.stage
    move(
        row,
        stage,
        frm=before,
        by=by,
        now=now,
        rule=RULE,
        field="stage",
        closed_at=now,
        left_stage=before,
        close_reason=tidy(reason),
        lost_to=tidy(lost_to) if stage == Stage.LOST else "",
    )
    _record(row, stage, by, now, {"stage": [before, stage], "reason": row.close_reason})
    return row


@transaction.atomic
def reopen(row: Opportunity, *, by: Actor, now: dt.datetime, reason: str) -> Opportunity:
    """Back to the stage in which it was when it closed, with a reason."""
    if not reason.strip():
        raise invalid("reason", _("Say why it is open again."), rule=RULE)
    before = row.stage
    move(
        row,
        row.left_stage or Stage.QUALIFIED,
        frm=CLOSED_STAGES,
        by=by,
        now=now,
        rule=RULE,
        field="stage",
        closed_at=None,
        left_stage="",
        close_reason="",
        lost_to="",
    )
    _record(row, "reopened", by, now, {"stage": [before, row.stage], "reason": tidy(reason)})
    return row


_SENTENCES = {
    "reason": lambda: _("Say why; the next bid learns from it."),
    "lost_to": lambda: _("Say who got it; write “nobody” when the customer buys nothing."),
}


def _impossible(row: Opportunity, stage: str) -> Refused:
    label = dict(Stage.choices).get(stage, stage)
    if stage == Stage.WON and row.stage in OPEN_STAGES:
        sentence = _("Nothing is won before it was offered; set it to “proposing” first.")
    else:
        sentence = _("From “%(state)s” it cannot become “%(stage)s”.") % {
            "state": row.get_stage_display(),
            "stage": label,
        }
    return Refused(sentence, rule=RULE, extra={"current": row.stage})


def _tidied(values: dict[str, Any]) -> dict[str, Any]:
    if "name" in values:
        values["name"] = tidy(values["name"])
    if values.get("currency"):
        values["currency"] = values["currency"].upper()
    return values


def _tell_owner(row: Opportunity, by: Actor, now: dt.datetime) -> None:
    if row.owner_id == by.user_id:
        return
    notify.tell(
        [row.owner],
        kind="opportunity.yours",
        title=gettext_noop("The opportunity %(name)s is yours now."),
        params={"name": row.name},
        once=f"opportunity:{row.pk}:owner:{row.version}",
        url=row.get_absolute_url(),
        about=row,
        scope=row.customer,
        now=now,
    )
