"""The list of interactions: what it shows, sorts by and lets people do to many rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db import models
from django.template.defaultfilters import truncatechars
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.actors import Actor
from core.lists.bulk import BulkVerb
from core.lists.spec import NOTHING, Asker, Cell, Column, ListSpec, headline
from core.markup import format_html
from core.templatetags.ui import moment_when
from relationships import rules
from relationships.actions import interactions
from relationships.choices import InteractionStatus
from relationships.filters import InteractionPageFilter
from relationships.models import Interaction


def _rows(user: Any) -> models.QuerySet:
    rows = Interaction.objects.visible_to(user).select_related("customer", "type", "created_by")
    return rows.prefetch_related("contacts", "participants")


def _when(row: Interaction, now: dt.datetime) -> Any:
    said = format_html("{} {}", moment_when(row.starts_at, now), row.type)
    return headline(row, said, row.place)


def _customer(row: Interaction) -> Cell:
    return Cell(row.customer.display_name, url=f"/customers/{row.customer_id}/")


def _promise(row: Interaction, now: dt.datetime) -> Any:
    if not row.promise:
        return NOTHING
    due = moment_when(row.promise_due_at, now)
    return format_html('{} <span class="meta num">{}</span>', truncatechars(row.promise, 40), due)


def _status(row: Interaction, now: dt.datetime) -> Any:
    if not row.is_backdated:
        return row.get_status_display()
    return format_html(
        '{} <span class="meta">{}</span>', row.get_status_display(), _("logged late")
    )


def _columns(asker: Asker) -> Sequence[Column]:
    return [
        Column("when", pgettext_lazy("interaction", "When"), lambda row: row.starts_at, _when,
               "starts_at", head=True),
        Column("type", _("Type"), lambda row: str(row.type), default=False),
        Column("customer", _("Customer"), _customer),
        Column("whom", pgettext_lazy("interaction", "Whom"),
               lambda row: [one.name for one in row.contacts.all()],
               lambda row, now: " ".join(one.name for one in row.contacts.all()) or NOTHING),
        Column("ours", _("Who was there of us"),
               lambda row: [str(one) for one in row.participants.all()],
               lambda row, now: " ".join(str(one) for one in row.participants.all()) or NOTHING,
               default=False),
        Column("summary", _("What was said"), lambda row: row.summary,
               lambda row, now: truncatechars(row.summary, 80) or NOTHING),
        Column("promise", _("Promised"), lambda row: row.promise, _promise),
        Column("due", _("Promised until"), lambda row: row.promise_due_at, default=False),
        Column("status", _("Status"), lambda row: row.get_status_display(), _status),
        Column("channel", _("Channel"), lambda row: row.get_channel_display(), default=False),
        Column("place", _("Place"), lambda row: row.place, default=False),
        Column("purpose", pgettext_lazy("interaction", "Purpose"), lambda row: row.purpose,
               default=False),
        Column("by", _("Logged by"), lambda row: str(row.created_by or ""), default=False),
    ]  # fmt: skip


def _no_fields(user: Any) -> Mapping[str, forms.Field]:
    return {}


def _close(row: Interaction, values: dict, *, by: Actor, now: dt.datetime) -> dict | None:
    if row.status == InteractionStatus.CLOSED:
        return None
    interactions.close(row, by=by, now=now)
    return {}


INTERACTIONS = ListSpec(
    key="interactions",
    title=_("Interactions"),
    path="/interactions/",
    model=Interaction,
    rows=_rows,
    columns=_columns,
    filterset=InteractionPageFilter,
    orderings=("-starts_at", "starts_at"),
    keeps=("mine", "customer", "contact", "type", "objective", "starts_after", "starts_before"),
    bulk=(
        BulkVerb("close", _("Close, nothing is left to do"), _no_fields,
                 rules.may_edit_interaction, _close),
    ),
)  # fmt: skip
