"""The list of projects: what it shows, sorts by and lets people do to many rows."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from core.lists.bulk import tag_verbs
from core.lists.spec import Asker, Column, ListSpec
from expectations import rules
from expectations.filters import ProjectFilter
from expectations.models import Project


def _columns(asker: Asker) -> Sequence[Column]:
    return [
        Column("name", _("Project"), lambda row: row.name, head=True),
        Column("code", _("Code"), lambda row: row.code),
        Column("customer", _("Customer"), lambda row: row.customer.display_name),
        Column("status", _("State"), lambda row: row.get_status_display()),
        Column("owner", _("Expectation owner"), lambda row: str(row.expectation_owner or "")),
        Column("starts", _("Starts"), lambda row: row.starts_on, default=False),
        Column("finishes", _("Finishes"), lambda row: row.finishes_on),
    ]


PROJECTS = ListSpec(
    key="projects",
    title=_("Projects"),
    path="/projects/",
    model=Project,
    rows=lambda user: Project.objects.visible_to(user).select_related(
        "customer", "expectation_owner"
    ),
    columns=_columns,
    filterset=ProjectFilter,
    orderings=("-id", "name", "-updated_at"),
    entity="expectations.project",
    bulk=tag_verbs(rules.may_edit_project),
)
