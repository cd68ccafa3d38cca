"""The list of projects: what it shows, sorts by and lets people do to many rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.lists_choosing import asks_person
from accounts.templatetags.account_ui import seal, trio
from core.actors import Actor
from core.lists.bulk import BulkVerb, tag_verbs
from core.lists.spec import Asker, Cell, Column, ListSpec, headline
from core.markup import format_html
from core.models import User
from core.templatetags.ui import badge
from core.wording import ago_words
from expectations import rules
from expectations.actions import project as actions
from expectations.choices import MemberStatus, ProjectRole
from expectations.filters import ProjectPageFilter
from expectations.models import Project, ProjectMember
from expectations.queries.form import triangles_of

CORNERS = (
    (ProjectRole.AR, _("Account manager")),
    (ProjectRole.SR, _("Solution expert")),
    (ProjectRole.FR, _("Delivery manager")),
)
TEAM = frozenset({"team", *(str(role) for role, _label in CORNERS)})
LAST = dt.date(9999, 12, 31)
"""Projects without an end stand last when the list is ordered by it."""


def _projects(user: Any) -> models.QuerySet:
    rows = Project.objects.visible_to(user).select_related("customer", "expectation_owner", "unit")
    return rows.annotate(last_day=Coalesce("finishes_on", models.Value(LAST)))


def _lines(rows: Sequence[Project], shown: set[str], asker: Asker) -> Sequence[Project]:
    """With the triangle of each where a column says it: one query."""
    if shown & TEAM:
        held = triangles_of(list(rows))
        for row in rows:
            row.team = held[row.pk]  # type: ignore[attr-defined]
    return rows


def _name(row: Project, now: dt.datetime) -> Any:
    return headline(row, row.name, _("major project") if row.is_major else "")


def _customer(row: Project) -> Cell:
    return Cell(row.customer.display_name, url=f"/customers/{row.customer_id}/")


def _sealed(row: Project, now: dt.datetime) -> Any:
    return format_html(
        '<span class="row">{}<a href="/customers/{}/">{}</a></span>',
        seal(row.customer.tier), row.customer_id, row.customer.display_name,
    )  # fmt: skip


def _state(row: Project, now: dt.datetime) -> Any:
    drawn = badge(row.tone, row.get_status_display())
    if row.early_until is None:
        return drawn
    return format_html("{} {}", drawn, badge("breach", _("Started early")))


def _corner(role: str) -> Callable[[Any], str]:
    return lambda row: str(row.team.seats[role] or "")


def _columns(asker: Asker) -> Sequence[Column]:
    """While presenting nobody sees which tier a customer is of."""
    return [
        Column("name", _("Project"), lambda row: row.name, _name, "name", head=True),
        Column("code", _("Code"), lambda row: row.code),
        Column("customer", _("Customer"), _customer, None if asker.presenting else _sealed),
        Column("status", _("State"), lambda row: row.get_status_display(), _state),
        Column("team", _("Triangle"), lambda row: [str(one) for one in row.team.people],
               lambda row, now: trio(row.team.seats)),
        *(Column(str(role), label, _corner(str(role)), default=False) for role, label in CORNERS),
        Column("owner", _("Expectation owner"), lambda row: str(row.expectation_owner or "")),
        Column("unit", _("Delivering unit"), lambda row: str(row.unit), default=False),
        Column("health", _("Health"), lambda row: row.get_health_display(), default=False),
        Column("contract", _("Contract"), lambda row: row.contract_ref, default=False),
        Column("starts", _("Starts"), lambda row: row.starts_on, default=False),
        Column("finishes", _("Finishes"), lambda row: row.finishes_on, None, "last_day",
               numeric=True),
        Column("updated", _("Last change"), lambda row: row.updated_at,
               lambda row, now: ago_words(row.updated_at, now), "updated_at", default=False),
    ]  # fmt: skip


def _lead(row: Project) -> ProjectMember | None:
    held = ProjectMember.objects.filter(project=row, role=ProjectRole.FR, is_lead=True)
    return held.filter(status=MemberStatus.ACTIVE).select_related("project__customer").first()


def _assign(row: Project, values: dict, *, by: Actor, now: dt.datetime) -> dict | None:
    held = _lead(row)
    if held is not None and held.user_id == values["person"].pk:
        return None
    actions.set_lead(row, ProjectRole.FR, values["person"], by=by, now=now)
    return {"person": held.user_id if held else None}


def _assign_back(row: Project, before: dict, values: dict, *, by: Actor, now: dt.datetime) -> None:
    """To whom it was; a seat that was vacant is so again, where a project may have none."""
    person, held = User.objects.filter(pk=before["person"]).first(), _lead(row)
    if person is not None:
        actions.set_lead(row, ProjectRole.FR, person, by=by, now=now)
    elif held is not None:
        actions.leave(held, by=by, now=now)


PROJECTS = ListSpec(
    key="projects",
    title=_("Projects"),
    path="/projects/",
    model=Project,
    rows=_projects,
    columns=_columns,
    filterset=ProjectPageFilter,
    orderings=("-id", "name", "-name", "last_day", "-last_day", "-updated_at", "updated_at"),
    prepare=_lines,
    entity="expectations.project",
    keeps=("mine", "my_customers", "running", "customer", "expectation_owner", "updated_since"),
    bulk=(
        BulkVerb("assign", _("Change the delivery manager"), asks_person(_("Delivery manager")),
                 rules.may_edit_project, _assign, _assign_back),
        *tag_verbs(rules.may_edit_project),
    ),
)  # fmt: skip
