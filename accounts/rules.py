"""Who may do what on the customer floor; the role questions that every floor above asks."""

from __future__ import annotations

from typing import Any

from accounts.choices import AssignmentStatus, Role, TeamRole
from accounts.models import AccountAssignment, Customer, OrgUnit, UserProfile, UserRole


def roles_of(user: Any) -> frozenset[str]:
    """The roles of a person, read once per user object."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    known = user.__dict__.get("_roles")
    if known is None:
        rows = UserRole.objects.filter(user=user).values_list("role", flat=True)
        known = user.__dict__["_roles"] = frozenset(rows)
    return known


def has_role(user: Any, *roles: str) -> bool:
    """True when the person holds one of the roles."""
    return bool(roles_of(user) & set(roles))


def team_roles(user: Any, customer: Customer) -> frozenset[str]:
    """What a person actively is for a customer (ar, sr, fr, …)."""
    rows = AccountAssignment.objects.filter(
        user=user, customer=customer, status=AssignmentStatus.ACTIVE
    )
    return frozenset(rows.values_list("role", flat=True))


def on_team(user: Any, customer: Customer, *roles: str) -> bool:
    """True when the person has one of these team roles; any team role when none is named."""
    held = team_roles(user, customer)
    return bool(held & set(roles)) if roles else bool(held)


def leads(user: Any, customer: Customer, *roles: str) -> bool:
    """Holds one of the roles (default RH, EXE) in a unit at or above the owning unit."""
    if not has_role(user, *(roles or (Role.RH, Role.EXE))):
        return False
    unit = OrgUnit.objects.filter(people__user=user, people__left_on=None).first()
    owner_path = OrgUnit.objects.filter(pk=customer.owning_unit_id).values_list("path", flat=True)
    return unit is not None and owner_path.get().startswith(unit.path)


def may_edit_customer(user: Any, customer: Customer) -> bool:
    """The account team, regional heads and executives above, and admins."""
    if user.is_superuser or has_role(user, Role.ADM):
        return True
    team = (TeamRole.AR, TeamRole.SR, TeamRole.FR, TeamRole.MEMBER)
    return on_team(user, customer, *team) or leads(user, customer)


def works_here(user: Any) -> bool:
    """A member of staff who has not left."""
    return UserProfile.objects.filter(user=user, left_on=None).exists()


def needs_two_step(user: Any) -> bool:
    """Administrators and compliance officers sign in with two steps (trust: login)."""
    return user.is_superuser or has_role(user, Role.ADM, Role.CMP)
