"""The navigation of the staff pages: only what exists, with the counts of today."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.choices import Role
from accounts.rules import may_see_portfolio, roles_of, sees_erasures
from core.context import NavItem

GRID = r"/customers/\d+/grid/|/contacts/\d+/(grid|assess)/|/grid-assessments/"
CUSTOMERS = (
    r"/(assets|lifecycle-proposals|interactions|minutes|calendar|customer-units|customer-(influences|insights)"
    r"|account-assignments|action-items"
    r"|reference-sites|competitor-positions|product-penetration)/"
)
WORTH = r"/(cash-flow-designations|scorecards|scorecard-templates|key-action-reviews)/"
AGREED = r"/(innovation-centres|innovation-topics|locked-projects)/"
WAYS = "/organisational-ways/"
PROJECTS = r"/(commitments|milestones)/"


def items(request: HttpRequest) -> list[NavItem]:
    """The lines of the side bar, in the order of a working day."""
    lines = [
        NavItem("today", _("Today"), "/", "today", go="t", mobile=True),
        NavItem(
            "customers",
            _("Customers"),
            "/customers/",
            "account",
            go="a",
            mobile=True,
            also=CUSTOMERS,
        ),
        NavItem("people", _("Contacts"), "/contacts/", "people"),
        NavItem("grid", _("Nine-grid"), "/grid/", "grid", go="n", mobile=True, also=GRID),
        NavItem("cadence", _("Cadence"), "/cadence/", "swap", also=r"/(coverage|leaves)/"),
        NavItem("opportunities", _("Opportunities"), "/opportunities/", "star"),
        *_for_years(),
        NavItem("forms", _("Confirmation forms"), "/confirmation-forms/", "confirm"),
        NavItem("expectations", _("Expectations"), "/expectation-items/", "matrix"),
        NavItem("projects", _("Projects"), "/projects/", "chart", also=PROJECTS),
        NavItem("notices", _("Risks and notices"), "/customer-notices/", "s-risk", also="/risks/"),
        NavItem("reports", _("Weekly reports"), "/weekly-reports/", "report", go="r"),
        NavItem("tickets", _("ITR tickets"), "/tickets/", "ticket", go="i", mobile=True),
        NavItem("voices", _("Customer voices"), "/voc-items/", "chat"),
    ]
    return _by_role(request, lines)


def _by_role(request: HttpRequest, lines: list[NavItem]) -> list[NavItem]:
    """With what only some roles work with."""
    if request.user.is_superuser or roles_of(request.user) & {Role.CMP, Role.RH, Role.EXE}:
        if sees_erasures(request.user):
            lines.append(NavItem("erasures", _("Erasure requests"), "/erasure-requests/", "lock"))
        lines.append(NavItem("gifts", _("Gift register"), "/gifts/", "book"))
        lines.append(NavItem("access", _("Who read what"), "/access-log/", "eye"))
    if roles_of(request.user) & {Role.RH, Role.EXE}:
        health = NavItem("health", _("Account health"), "/account-health/", "dn", also=WAYS)
        lines.insert(2, health)
        lines.append(NavItem("handovers", _("Handovers"), "/handovers/", "swap", also="/exposure/"))
    if may_see_portfolio(request.user):
        lines.insert(2, NavItem("portfolio", _("Portfolio"), "/portfolio/", "chart", also=WORTH))
    if request.user.is_superuser or Role.ADM in roles_of(request.user):
        lines += [
            NavItem("fields", _("Own fields"), "/settings/fields/", "gear"),
            NavItem("outbox", _("Outgoing mail"), "/outbox/", "mail"),
            NavItem("admin", _("Administration"), "/admin/", "more"),
        ]
    return lines


def _for_years() -> list[NavItem]:
    """What is planned and agreed on for years."""
    return [
        NavItem("plans", _("Account plans"), "/account-plans/", "flag", also="/plan-objectives/"),
        NavItem("agreements", _("Strategic agreements"), "/agreements/", "star", also=AGREED),
    ]


def role_label(request: HttpRequest) -> str:
    """The first role of the signed-in person, in words."""
    held = roles_of(request.user)
    return next((str(label) for key, label in Role.choices if key in held), "")
