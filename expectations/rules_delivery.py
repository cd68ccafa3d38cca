"""Who may do what about commitments, milestones, risks, notices and weekly reports (b.6)."""

from __future__ import annotations

from typing import Any

from accounts.choices import AssignmentStatus, Role, TeamRole
from accounts.models import AccountAssignment, Customer
from accounts.rules import leads, team_roles
from expectations.choices import CommitmentStatus, ProjectRole
from expectations.models import (
    Commitment,
    CustomerNotice,
    Milestone,
    Project,
    Risk,
    WeeklyReport,
)
from expectations.rules import seats

CORNERS = {"ar": ProjectRole.AR, "sr": ProjectRole.SR, "fr": ProjectRole.FR}
WORKING = {TeamRole.AR, TeamRole.SR, TeamRole.FR, TeamRole.MEMBER}


def roles_in(user: Any, customer: Customer, project: Project | None = None) -> frozenset[str]:
    """What a person is for a customer and, where given, in a project: ar, sr, fr, member, …

    Where the project has a lead or a deputy in a corner, that corner is the project's, not the
    customer's team's.
    """
    held = set(team_roles(user, customer))
    if project is None:
        return frozenset(held)
    members = seats(project)
    for corner in CORNERS.values():
        if any(role == corner and lead for _pk, role, lead in members):
            held.discard(corner.value)
    held |= {role for pk, role, _lead in members if pk == user.pk}
    return frozenset(held)


def _works_on(user: Any, customer: Customer, project: Project | None = None) -> bool:
    held = roles_in(user, customer, project)
    on_project = project is not None and _is_member(user, project)
    return bool(held & WORKING) or on_project


def _is_member(user: Any, project: Project) -> bool:
    return any(person == user.pk for person, _role, _lead in seats(project))


def _corner(user: Any, row: Any, *corners: str) -> bool:
    return bool(roles_in(user, row.customer, row.project) & set(corners))


# -- commitments ------------------------------------------------------------------------------


def may_promise(user: Any, customer: Customer, project: Project | None = None) -> bool:
    """Whoever works for the customer, or on the project that it is promised in."""
    return _works_on(user, customer, project)


def may_edit_commitment(user: Any, row: Commitment) -> bool:
    """Its owner, who promised it, and the triangle."""
    return user.pk in (row.owner_id, row.made_by_id) or _corner(user, row, "ar", "sr", "fr")


def may_confirm_capacity(user: Any, row: Commitment) -> bool:
    """The delivery manager (b.3.2); where nobody is one, a regional head above."""
    if _corner(user, row, "fr"):
        return True
    return leads(user, row.customer, Role.RH) and not _has_delivery(row.customer, row.project)


def _has_delivery(customer: Customer, project: Project | None) -> bool:
    """Somebody is the delivery manager of the project or of the customer."""
    if project is not None and any(role == ProjectRole.FR for _pk, role, _lead in seats(project)):
        return True
    return AccountAssignment.objects.filter(
        customer=customer, role=TeamRole.FR, status=AssignmentStatus.ACTIVE
    ).exists()


def may_settle_commitment(user: Any, row: Commitment) -> bool:
    """Its owner, the account and the delivery manager."""
    return user.pk == row.owner_id or _corner(user, row, "ar", "fr")


def may_withdraw_commitment(user: Any, row: Commitment) -> bool:
    """The account manager, or a head above; the delivery manager while it is only proposed."""
    corners = ("ar", "fr") if row.status == CommitmentStatus.PROPOSED else ("ar",)
    return _corner(user, row, *corners) or leads(user, row.customer)


# -- milestones and risks ---------------------------------------------------------------------


def may_plan(user: Any, project: Project) -> bool:
    """The triangle of the project."""
    return bool(roles_in(user, project.customer, project) & {"ar", "sr", "fr"})


def may_edit_milestone(user: Any, row: Milestone) -> bool:
    """The triangle of the project."""
    return may_plan(user, row.project)


def may_open_risk(user: Any, project: Project) -> bool:
    """The triangle and the members of the project (d.2)."""
    return _works_on(user, project.customer, project)


def may_edit_risk(user: Any, risk: Risk) -> bool:
    """Its owner and whoever may open one."""
    return user.pk == risk.owner_id or may_open_risk(user, risk.project)


def may_accept_risk(user: Any, risk: Risk) -> bool:
    """A regional head; never the delivery manager alone (b.6)."""
    return leads(user, risk.customer, Role.RH)


# -- notices ----------------------------------------------------------------------------------


def may_draft_notice(user: Any, notice: CustomerNotice) -> bool:
    """Whoever may edit the risk."""
    return may_edit_risk(user, notice.risk)


def may_approve_notice(user: Any, notice: CustomerNotice) -> bool:
    """The account manager; deputy: a regional head above (b.6)."""
    project = notice.risk.project
    held = roles_in(user, notice.customer, project)
    return "ar" in held or leads(user, notice.customer, Role.RH)


def may_send_notice(user: Any, notice: CustomerNotice) -> bool:
    """The account and the delivery manager, and the deputy."""
    held = roles_in(user, notice.customer, notice.risk.project)
    return bool(held & {"ar", "fr"}) or leads(user, notice.customer, Role.RH)


def may_settle_notice(user: Any, notice: CustomerNotice) -> bool:
    """Whoever may send it."""
    return may_send_notice(user, notice)


# -- weekly reports ---------------------------------------------------------------------------

SECTIONS = {
    "ar": ("ar_section", "customer_feedback", "relationship"),
    "sr": ("sr_section",),
    "fr": (
        "overall",
        "schedule",
        "scope",
        "cost",
        "quality",
        "done",
        "next",
        "issues",
        "portal_summary",
    ),
}


def report_fields(user: Any, report: WeeklyReport) -> frozenset[str]:
    """Which fields of a report are this person's: AR and SR own their sections (W3)."""
    held = roles_in(user, report.customer, report.project)
    own = {name for corner in SECTIONS if corner in held for name in SECTIONS[corner]}
    if "fr" in held:
        own |= {"customer_feedback", "relationship"}
    if "ar" in held:
        own.add("portal_summary")
    return frozenset(own)


def may_write_report(user: Any, report: WeeklyReport) -> bool:
    """Whoever owns a section of it."""
    return bool(report_fields(user, report))


def may_submit_report(user: Any, report: WeeklyReport) -> bool:
    """The delivery manager of the project, or a deputy: a member with that role (W3)."""
    return _corner(user, report, "fr")


def may_return_report(user: Any, report: WeeklyReport) -> bool:
    """The account manager, or a head above; the author does not answer himself."""
    if user.pk == report.submitted_by_id:
        return False
    return _corner(user, report, "ar") or leads(user, report.customer)


def may_publish_report(user: Any, report: WeeklyReport) -> bool:
    """The account and the delivery manager."""
    return _corner(user, report, "ar", "fr")
