"""The list of the people of all customers: what it shows, sorts by and lets people do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import rules
from accounts.actions import contacts
from accounts.choices import ContactStatus
from accounts.filters import ContactPageFilter
from accounts.lists_choosing import asks_person
from accounts.models import Contact
from core.actors import Actor
from core.lists.bulk import BulkVerb, tag_verbs
from core.lists.spec import Asker, Cell, Column, ListSpec, headline
from core.markup import format_html
from core.models import User
from core.wording import ago_words


def _people(user: Any) -> models.QuerySet:
    return Contact.objects.visible_to(user).select_related(
        "customer", "unit", "reports_to", "relationship_owner"
    )


def _said_of(rows: models.QuerySet, shown: set[str]) -> models.QuerySet:
    """What the columns say: of a customer its names only."""
    return rows.only(
        "name", "title", "level", "is_decision_layer", "can_sign", "phone", "email", "wechat",
        "status", "updated_at", "customer__name", "customer__short_name", "unit__name",
        "reports_to__name", "relationship_owner__full_name", "relationship_owner__username",
    )  # fmt: skip


def _who_is_there(rows: models.QuerySet, asked: Mapping[str, str], asker: Asker) -> models.QuerySet:
    """Who left is there when somebody asks for them; merged records never are."""
    if asked.get("status"):
        return rows.exclude(status=ContactStatus.MERGED)
    return rows.filter(status=ContactStatus.ACTIVE)


def _name(row: Contact, now: dt.datetime) -> Any:
    drawn = headline(row, row.name, row.title)
    if row.status == ContactStatus.ACTIVE:
        return drawn
    return format_html('{} <span class="tag">{}</span>', drawn, row.get_status_display())


def _level(row: Contact, now: dt.datetime) -> Any:
    said = row.get_level_display()
    if not row.is_decision_layer:
        return said
    return format_html('{} <span class="tag">{}</span>', said, _("decides"))


def _customer(row: Contact) -> Cell:
    return Cell(row.customer.display_name, url=f"/customers/{row.customer_id}/")


def _columns(asker: Asker) -> Sequence[Column]:
    """Ways to reach a person are left out while presenting, to whoever looks over a shoulder."""
    return [
        Column("name", _("Contact"), lambda row: row.name, _name, "name", head=True),
        Column("title", _("Title"), lambda row: row.title, default=False),
        Column("customer", _("Customer"), _customer),
        Column("unit", _("Department"), lambda row: str(row.unit or "")),
        Column("level", _("Level"), lambda row: row.get_level_display(), _level),
        Column("decides", _("Decision layer"), lambda row: row.is_decision_layer, default=False),
        Column("reports_to", _("Reports to"), lambda row: str(row.reports_to or ""), default=False),
        Column("owner", _("Relationship owner"), lambda row: str(row.relationship_owner or "")),
        Column("phone", _("Phone"), lambda row: row.phone, internal=True),
        Column("email", _("E-mail"), lambda row: row.email, internal=True),
        Column("wechat", _("WeChat"), lambda row: row.wechat, default=False, internal=True),
        Column("signs", _("May sign"), lambda row: row.can_sign, default=False),
        Column("status", _("Status"), lambda row: row.get_status_display(), default=False),
        Column("updated", _("Last change"), lambda row: row.updated_at,
               lambda row, now: ago_words(row.updated_at, now), "updated_at", default=False),
    ]  # fmt: skip


def _give(row: Contact, values: dict, *, by: Actor, now: dt.datetime) -> dict | None:
    before = row.relationship_owner_id
    if before == values["person"].pk:
        return None
    contacts.edit(row, {"relationship_owner": values["person"]}, by=by, now=now, version=None)
    return {"person": before}


def _give_back(row: Contact, before: dict, values: dict, *, by: Actor, now: dt.datetime) -> None:
    person = User.objects.filter(pk=before["person"]).first()
    contacts.edit(row, {"relationship_owner": person}, by=by, now=now, version=None)


CONTACTS = ListSpec(
    key="contacts",
    title=_("Contacts"),
    path="/contacts/",
    model=Contact,
    rows=_people,
    lean=_said_of,
    columns=_columns,
    filterset=ContactPageFilter,
    orderings=("-id", "id", "name", "-name", "-updated_at", "updated_at"),
    narrow=_who_is_there,
    entity="accounts.contact",
    keeps=(
        "my_customers", "mine", "is_decision_layer", "customer", "unit", "relationship_owner",
    ),
    bulk=(
        BulkVerb("assign", _("Change the relationship owner"), asks_person(_("Relationship owner")),
                 rules.may_edit_contact, _give, _give_back),
        *tag_verbs(rules.may_edit_contact),
    ),
)  # fmt: skip
