"""Reads over projects, items and forms."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import translation

from accounts.models import Contact
from core.models import User
from expectations.choices import (
    TRIANGLE,
    FormStatus,
    ItemStatus,
    MemberStatus,
    PriorityClass,
    ProjectRole,
)
from expectations.completeness import Line
from expectations.models import ConfirmationForm, ExpectationItem, Project, ProjectMember

CLASS_ORDER = {PriorityClass.MUST: 0, PriorityClass.NEGOTIABLE: 1, PriorityClass.DEFERRED: 2}


@dataclass(frozen=True)
class Triangle:
    """The leads of a project; None is a vacancy."""

    ar: User | None = None
    sr: User | None = None
    fr: User | None = None

    @property
    def is_complete(self) -> bool:
        """All three corners are held."""
        return None not in (self.ar, self.sr, self.fr)

    @property
    def seats(self) -> dict[str, User | None]:
        """By corner, as the drawings take it."""
        return {"ar": self.ar, "sr": self.sr, "fr": self.fr}

    @property
    def people(self) -> list[User]:
        """Those that are there, each once."""
        held = {user.pk: user for user in (self.ar, self.sr, self.fr) if user is not None}
        return list(held.values())


def triangle_of(project: Project) -> Triangle:
    """The active leads of a project: one query."""
    return triangles_of([project])[project.pk]


def triangles_of(projects: list[Project]) -> dict[int, Triangle]:
    """The active leads of many projects by project id: one query for all."""
    rows = ProjectMember.objects.filter(
        project__in=[project.pk for project in projects],
        is_lead=True,
        status=MemberStatus.ACTIVE,
        role__in=TRIANGLE,
    ).select_related("user")
    held: dict[int, dict[str, User]] = {project.pk: {} for project in projects}
    for row in rows:
        held[row.project_id][row.role] = row.user
    return {pk: Triangle(**roles) for pk, roles in held.items()}


def effective_form(project: Project) -> ConfirmationForm | None:
    """The version in force, if any."""
    return ConfirmationForm.objects.effective().filter(project=project).first()


def open_form(project: Project) -> ConfirmationForm | None:
    """The version on its way, if any."""
    return ConfirmationForm.objects.open().filter(project=project).first()


def form_items(project: Project) -> list[ExpectationItem]:
    """The items that the next form of a project holds: must, negotiable, deferred, by number."""
    rows = ExpectationItem.objects.current().filter(project=project).select_related("owner")
    decided = (ItemStatus.ACCEPTED, ItemStatus.PARTLY_ACCEPTED, ItemStatus.UNMET)
    rows = rows.exclude(status__in=decided)
    return sorted(
        rows, key=lambda item: (CLASS_ORDER.get(item.priority_class, 9), item.number or 0, item.pk)
    )


def lines_of(items: list[ExpectationItem]) -> list[Line]:
    """Items as F1–F4 ask about them."""
    return [
        Line(
            code=item.short_code,
            statement=item.statement,
            priority_class=item.priority_class,
            has_criterion=bool(item.target is not None or item.proof),
            has_due=bool(item.due_on or item.throughout),
            has_owner=item.owner_id is not None,
            verdict=item.verdict,
            verdict_at=item.verdict_at,
            revisit_on=item.revisit_on,
        )
        for item in items
    ]


def content_of(form: ConfirmationForm, *, dated: dt.date) -> dict[str, Any]:
    """What the customer gets to see and to sign: no score, no source, no internal note.

    Built in the language of the form; `dated` is the day on the document.
    """
    with translation.override(form.language):
        return _content(form, dated)


def _content(form: ConfirmationForm, dated: dt.date) -> dict[str, Any]:
    project, customer = form.project, form.customer
    owner = project.expectation_owner
    return {
        "code": form.code,
        "version": form.version_no,
        "dated": dated,
        "language": form.language,
        "customer": {"id": customer.pk, "name": customer.name},
        "project": {"id": project.pk, "code": project.code, "name": project.name},
        "contract": project.contract_ref,
        "customer_signer": _contact(form.contact),
        "our_contact": {"id": owner.pk, "name": owner.full_name, "title": title_in(project, owner)},
        "our_signer": _user(form.signatory, project),
        "findings": [
            {
                "dimension": finding.get("dimension", ""),
                "text": finding.get("text", ""),
                "source": ""
                if finding.get("dimension") == "implicit"
                else finding.get("source", ""),
            }
            for finding in form.findings
        ],
        "options": form.options or {},
        "items": [item_content(item) for item in form_items(project)],
        "terms": list(form.terms),
    }


def item_content(item: ExpectationItem) -> dict[str, Any]:
    """One item as it stands in a form."""
    return {
        "id": item.pk,
        "code": item.short_code,
        "statement": item.statement,
        "criterion": item.criterion if item.target is not None else "",
        "proof": item.proof,
        "due_on": item.due_on,
        "throughout": item.throughout,
        "priority_class": item.priority_class,
        "alternative": item.alternative if item.priority_class == PriorityClass.DEFERRED else "",
        "revisit_on": item.revisit_on if item.priority_class == PriorityClass.DEFERRED else None,
    }


def title_in(project: Project, user: User) -> str:
    """The role of a person in a project, in the active language."""
    row = (
        ProjectMember.objects.filter(project=project, user=user, status=MemberStatus.ACTIVE)
        .order_by("-is_lead", "id")
        .first()
    )
    return str(ProjectRole(row.role).label) if row is not None else ""


def _contact(contact: Contact | None) -> dict[str, Any]:
    if contact is None:
        return {}
    return {"id": contact.pk, "name": contact.name, "title": contact.title}


def _user(user: User | None, project: Project) -> dict[str, Any]:
    if user is None:
        return {}
    return {"id": user.pk, "name": user.full_name, "title": title_in(project, user)}


def has_effective_form(project: Project) -> bool:
    """True when a version is in force."""
    return ConfirmationForm.objects.filter(project=project, status=FormStatus.EFFECTIVE).exists()
