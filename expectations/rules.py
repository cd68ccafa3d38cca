"""Who may do what with projects, expectations and forms (domain.md b.6)."""

from __future__ import annotations

from typing import Any

from accounts.choices import Role, TeamRole
from accounts.models import Customer
from accounts.rules import has_role, leads, may_edit_customer, on_team
from core.once import once
from expectations.choices import MemberStatus, ProjectRole
from expectations.models import ConfirmationForm, ExpectationItem, Project, ProjectMember


def in_project(user: Any, project: Project, *roles: str) -> bool:
    """An active member (with one of the roles, when given) or the expectation owner."""
    if not roles and project.expectation_owner_id == user.pk:
        return True
    return any(
        person == user.pk and (not roles or role in roles) for person, role, _lead in seats(project)
    )


def seats(project: Project) -> list[tuple[int, str, bool]]:
    """Who is in a project now: (user id, role, leads the corner)."""
    rows = ProjectMember.objects.filter(project=project, status=MemberStatus.ACTIVE)
    found = rows.values_list("user_id", "role", "is_lead")
    return once(("seats", project.pk), lambda: list(found))


def may_open_project(user: Any, customer: Customer) -> bool:
    """The account team, heads above it, admins."""
    return may_edit_customer(user, customer)


def may_edit_project(user: Any, project: Project) -> bool:
    """The account team, members of the project, heads."""
    return may_edit_customer(user, project.customer) or in_project(user, project)


def may_start_early(user: Any, project: Project) -> bool:
    """The regional head (or an executive above); never the team itself (R-E2)."""
    return leads(user, project.customer)


def may_edit_item(user: Any, item: ExpectationItem) -> bool:
    """Whoever may edit the project, or the customer where there is none."""
    if item.project is not None:
        return may_edit_project(user, item.project)
    return may_edit_customer(user, item.customer)


def may_classify(user: Any, item: ExpectationItem) -> bool:
    """AR or SR of the customer or of the project; heads (b.6)."""
    team = on_team(user, item.customer, TeamRole.AR, TeamRole.SR)
    if team or leads(user, item.customer):
        return True
    return item.project is not None and in_project(
        user, item.project, ProjectRole.AR, ProjectRole.SR
    )


def may_judge(user: Any, item: ExpectationItem) -> bool:
    """R&D, or the solution expert; not the account or the delivery manager (b.6)."""
    if item.project is not None and in_project(user, item.project, ProjectRole.RND, ProjectRole.SR):
        return True
    return has_role(user, Role.RND) or on_team(user, item.customer, TeamRole.SR)


def may_edit_form(user: Any, form: ConfirmationForm) -> bool:
    """The project's people draft, submit and take back."""
    return may_edit_project(user, form.project)


def may_review_form(user: Any, form: ConfirmationForm) -> bool:
    """Someone of the project or a head; that it is not the submitter is checked by the action."""
    return may_edit_project(user, form.project) or leads(user, form.customer)


def may_send_form(user: Any, form: ConfirmationForm) -> bool:
    """The expectation owner, or a head in their place (b.6)."""
    return form.project.expectation_owner_id == user.pk or leads(user, form.customer)


def may_countersign(user: Any, form: ConfirmationForm) -> bool:
    """Only the person named as our signatory (b.6)."""
    return form.signatory_id == user.pk
