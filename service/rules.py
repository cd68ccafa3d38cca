"""Who may do what with tickets, contracts and clauses (domain.md b.6)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from accounts.choices import Role, TeamRole
from accounts.models import Customer
from accounts.models.organisation import seat_of
from accounts.rules import has_role, leads, on_team, served_customers
from service.models import Breach, Escalation, IncidentBulletin, ServiceContract, Ticket, VocItem

TEAM = (TeamRole.AR, TeamRole.SR, TeamRole.FR, TeamRole.MEMBER, TeamRole.ENGINEER)


def may_report(user: Any, customer: Customer) -> bool:
    """Everyone on the staff who sees the customer may record what it reported."""
    return not user.is_portal and not has_role(user, Role.TPR)


def may_work(user: Any, ticket: Ticket) -> bool:
    """Engineers, service managers, the owner, the account team and the heads above it."""
    if user.is_superuser or ticket.owner_id == user.pk or has_role(user, Role.ENG, Role.SVC):
        return True
    return on_team(user, ticket.customer, *TEAM) or leads(user, ticket.customer)


def serves_group(person: Any, ticket: Ticket) -> bool:
    """Who works in the group that has a ticket, or above it, or is an engineer of the customer."""
    if ticket.group is None:
        return True
    path = seat_of(person)
    if path and ticket.group.path.startswith(path):
        return True
    return on_team(person, ticket.customer, TeamRole.ENGINEER)


def workable(user: Any, tickets: Iterable[Ticket]) -> frozenset[int]:
    """The ids of those tickets of which `may_work` says yes: at most two queries for all."""
    shown = list(tickets)
    if user.is_superuser or has_role(user, Role.ENG, Role.SVC):
        return frozenset(ticket.pk for ticket in shown)
    served = served_customers(user, *TEAM).filter(pk__in={one.customer_id for one in shown})
    near = set(served.values_list("pk", flat=True))
    return frozenset(one.pk for one in shown if one.owner_id == user.pk or one.customer_id in near)


def may_lower(user: Any, ticket: Ticket) -> bool:
    """Lowering the severity is the service manager's, with the customer's consent (b.6)."""
    return user.is_superuser or has_role(user, Role.SVC) or leads(user, ticket.customer)


def may_acknowledge(user: Any, row: Escalation) -> bool:
    """Whoever was told."""
    return user.is_superuser or row.told.filter(pk=user.pk).exists()


def may_close_call(user: Any, row: Escalation) -> bool:
    """Whoever was told, or works on the ticket."""
    return may_acknowledge(user, row) or may_work(user, row.ticket)


def may_bulletin(user: Any, row: IncidentBulletin) -> bool:
    """Whoever works on the ticket."""
    return may_work(user, row.ticket)


def may_reason(user: Any, row: Breach) -> bool:
    """Whoever works on the ticket."""
    return may_work(user, row.clock.ticket)


def may_waive(user: Any, row: Breach) -> bool:
    """The service manager or a head above; never who asked (the action holds that)."""
    return may_lower(user, row.clock.ticket)


def may_reapply(user: Any, ticket: Ticket) -> bool:
    """Administrators apply today's clauses to open tickets (clocks.md 1)."""
    return user.is_superuser or has_role(user, Role.ADM)


def may_edit_contracts(user: Any, customer: Customer) -> bool:
    """Service managers, the account manager, heads above, administrators."""
    if user.is_superuser or has_role(user, Role.ADM, Role.SVC):
        return True
    return on_team(user, customer, TeamRole.AR) or leads(user, customer)


def may_change_contract(user: Any, row: ServiceContract) -> bool:
    """As for its customer."""
    return may_edit_contracts(user, row.customer)


def may_edit_clauses(user: Any) -> bool:
    """Levels and clauses are the administrator's (b.6)."""
    return user.is_superuser or has_role(user, Role.ADM)


def may_tighten(user: Any, customer: Customer) -> bool:
    """The service manager or a head above."""
    return user.is_superuser or has_role(user, Role.SVC) or leads(user, customer)


def may_import(user: Any) -> bool:
    """Service managers and administrators."""
    return user.is_superuser or has_role(user, Role.ADM, Role.SVC)


def may_sort_voice(user: Any, voice: VocItem) -> bool:
    """Quality and service managers, the account team and the heads above it."""
    if user.is_superuser or has_role(user, Role.QM, Role.SVC):
        return True
    return on_team(user, voice.customer, *TEAM) or leads(user, voice.customer)
