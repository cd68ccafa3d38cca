"""The list of commitments: what it shows, sorts by and lets people do to many rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.lists_choosing import asks_person
from core.actors import Actor
from core.lists.bulk import BulkVerb
from core.lists.spec import Asker, Cell, Column, ListSpec, headline
from core.markup import format_html
from core.models import User
from core.templatetags.ui import mark, moment_when
from expectations import rules_delivery as rules
from expectations.actions import commitment
from expectations.filters_delivery import CommitmentPageFilter
from expectations.models import Commitment
from expectations.tones import COMMITMENTS as TONES


def _text(row: Commitment, now: dt.datetime) -> Any:
    return headline(row, row.text, row.code)


def _customer(row: Commitment) -> Cell:
    return Cell(row.customer.display_name, url=f"/customers/{row.customer_id}/")


def _project(row: Commitment) -> Cell | None:
    if row.project is None:
        return None
    return Cell(row.project.name, url=f"/projects/{row.project_id}/")


def _due(row: Commitment, now: dt.datetime) -> Any:
    tone = "breach" if row.is_overdue(now) else "none"
    return format_html(
        '<span class="st-b num" data-s="{}">{}</span>', tone, moment_when(row.due_at, now)
    )


def _status(row: Commitment, now: dt.datetime) -> Any:
    return mark(TONES[row.status], row.get_status_display())


def _columns(asker: Asker) -> Sequence[Column]:
    return [
        Column("text", _("Promise"), lambda row: row.text, _text, head=True),
        Column("code", _("Code"), lambda row: row.code, default=False),
        Column("customer", _("Customer"), _customer),
        Column("project", _("Project"), _project),
        Column("owner", _("Owner"), lambda row: str(row.owner)),
        Column("due", _("Due"), lambda row: row.due_at, _due, "due_at"),
        Column("status", _("Status"), lambda row: row.get_status_display(), _status),
        Column("to", _("Promised to"), lambda row: row.get_promised_to_display(), default=False),
        Column("by", _("Promised by"), lambda row: str(row.made_by), default=False),
        Column("why", _("Explanation"), lambda row: row.explanation, default=False),
    ]


def _assumed(asked: Mapping[str, str], asker: Asker) -> dict[str, str]:
    """Mine and open, when nothing else is asked for."""
    return {"owner": str(asker.user.pk), "open": "true"}


def _hand(row: Commitment, values: dict, *, by: Actor, now: dt.datetime) -> dict | None:
    before = row.owner_id
    if before == values["person"].pk:
        return None
    commitment.edit_commitment(row, {"owner": values["person"]}, by=by, now=now)
    return {"person": before}


def _hand_back(row: Commitment, before: dict, values: dict, *, by: Actor, now: dt.datetime) -> None:
    person = User.objects.get(pk=before["person"])
    commitment.edit_commitment(row, {"owner": person}, by=by, now=now)


COMMITMENTS = ListSpec(
    key="commitments",
    title=_("Promises"),
    path="/commitments/",
    model=Commitment,
    rows=lambda user: Commitment.objects.visible_to(user).select_related(
        "customer", "project__customer", "owner", "made_by"
    ),
    columns=_columns,
    filterset=CommitmentPageFilter,
    orderings=("due_at", "-due_at", "-id"),
    assume=_assumed,
    keeps=("owner", "mine", "customer", "project", "due_before"),
    bulk=(
        BulkVerb("assign", _("Change the owner"), asks_person(_("Owner")),
                 rules.may_edit_commitment, _hand, _hand_back),
    ),
)  # fmt: skip
