"""The lists of the confidential class: relationship plans and gifts. They never leave as files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.lists.spec import Asker, Cell, Column, ListSpec, headline
from core.templatetags.ui import mark
from relationships import grid
from relationships.actions import plans
from relationships.choices import GiftStatus, PlanStatus
from relationships.filters import GiftFilter, PlanPageFilter
from relationships.models import GiftRecord, RelationshipPlan

WEEK = dt.timedelta(days=7)
GIFT_TONES = {
    GiftStatus.SUBMITTED: "watch",
    GiftStatus.REFUSED: "risk",
    GiftStatus.GIVEN: "ok",
    GiftStatus.CANCELLED: "paused",
}


def target_words(row: RelationshipPlan) -> str:
    """The cell, or the grade of a layer."""
    if row.is_key:
        return grid.cell_words(row.target_cell)
    return gettext("grade %(grade)s") % {"grade": row.target_grade}


def tone_of_plan(row: RelationshipPlan, now: dt.datetime) -> str:
    """The tone of a state; running past its last week is to be watched."""
    if row.status == PlanStatus.CONFIRMED:
        return "ok"
    if row.status == PlanStatus.MISSED:
        return "risk"
    soon = row.is_open and plans.end_of(row) - now < WEEK
    return "watch" if soon or row.status == PlanStatus.CLAIMED else "none"


def tone_of_gift(row: GiftRecord) -> str:
    """The tone of a state."""
    return GIFT_TONES.get(GiftStatus(row.status), "none")


def _plans(user: Any) -> models.QuerySet:
    rows = RelationshipPlan.objects.visible_to(user)
    return rows.select_related("customer__owning_unit", "contact", "owner")


def _whose(row: RelationshipPlan) -> str:
    return row.contact.name if row.contact is not None else row.get_layer_display()


def _customer(row: RelationshipPlan) -> Cell:
    person = f"?person={row.contact_id}" if row.contact_id else ""
    return Cell(row.customer.display_name, url=f"/customers/{row.customer_id}/grid/{person}")


def _plan_columns(asker: Asker) -> Sequence[Column]:
    return [
        Column("whose", _("Key person"), _whose, lambda row, now: headline(row, _whose(row)),
               head=True),
        Column("customer", _("Customer"), _customer),
        Column("layer", _("Layer"), lambda row: row.get_layer_display(), default=False),
        Column("target", _("Target"), target_words),
        Column("due", _("Until"), lambda row: row.due_on, None, "due_on"),
        Column("owner", _("Owner"), lambda row: str(row.owner)),
        Column("status", _("Status"), lambda row: row.get_status_display(),
               lambda row, now: mark(tone_of_plan(row, now), row.get_status_display())),
    ]  # fmt: skip


PLANS = ListSpec(
    key="relationship-plans",
    title=_("Relationship plans"),
    path="/relationship-plans/",
    model=RelationshipPlan,
    rows=_plans,
    columns=_plan_columns,
    filterset=PlanPageFilter,
    orderings=("-id", "due_on", "-due_on"),
    keeps=("mine", "open", "customer", "contact", "owner"),
    confidential=True,
)


def _gifts(user: Any) -> models.QuerySet:
    rows = GiftRecord.objects.visible_to(user)
    return rows.select_related("contact__customer", "created_by", "decided_by")


def _contact(row: GiftRecord) -> Cell:
    return Cell(row.contact.name, url=row.contact.get_absolute_url())


def _gift_columns(asker: Asker) -> Sequence[Column]:
    return [
        Column("what", _("What"), lambda row: row.item, lambda row, now: headline(row, row.item),
               head=True),
        Column("contact", _("Contact"), _contact),
        Column("customer", _("Customer"), lambda row: row.contact.customer.display_name),
        Column("direction", _("Direction"), lambda row: row.get_direction_display()),
        Column("occasion", _("Occasion"), lambda row: row.get_occasion_display(), default=False),
        Column("value", _("Value (CNY)"), lambda row: row.value, lambda row, now: str(row.value),
               numeric=True),
        Column("day", _("Day"), lambda row: row.given_on, None, "given_on"),
        Column("by", _("Entered by"), lambda row: str(row.created_by or "")),
        Column("decided", _("Decided by"), lambda row: str(row.decided_by or ""), default=False),
        Column("status", _("Status"), lambda row: row.get_status_display(),
               lambda row, now: mark(tone_of_gift(row), row.get_status_display())),
    ]  # fmt: skip


GIFTS = ListSpec(
    key="gifts",
    title=_("Gift register"),
    path="/gifts/",
    model=GiftRecord,
    rows=_gifts,
    columns=_gift_columns,
    filterset=GiftFilter,
    orderings=("-id", "given_on", "-given_on"),
    keeps=("contact", "customer"),
    confidential=True,
)
