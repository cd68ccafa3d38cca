"""Whom a promise concerns: the triangle of the project, heads above it, and whose hours count."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from accounts.choices import Role
from accounts.models import Customer, OrgUnit, UserRole
from accounts.queries import chain_above, regional_head, team_of, unit_head
from core import calendars
from core.models import Calendar, User
from core.worktime import Calendar as WorkCalendar
from expectations.choices import MemberStatus, ProjectRole
from expectations.models import Project


@dataclass(frozen=True)
class Cast:
    """Holders of the roles that notices and reports speak of; a role may have several, or none."""

    holders: dict[str, list[User]] = field(default_factory=dict)

    def of(self, roles: Iterable[str]) -> list[User]:
        """Everyone who holds one of the roles, each once, in order."""
        found: dict[int, User] = {}
        for role in roles:
            for user in self.holders.get(role, []):
                found.setdefault(user.pk, user)
        return list(found.values())

    def first(self, role: str) -> User | None:
        """The first holder of a role."""
        return next(iter(self.holders.get(role, [])), None)


def leads_of(project: Project) -> dict[str, User]:
    """The active leads of a project by role: one query."""
    rows = project.members.filter(status=MemberStatus.ACTIVE, is_lead=True)
    return {row.role: row.user for row in rows.select_related("user")}


def cast_of(project: Project, *, at: dt.datetime, owner: User | None = None) -> Cast:
    """Everybody an alert about a project may reach. The triangle is the project's, else the
    customer's; keys are owner, ar, sr, fr, unit_head, service_manager, regional_head."""
    customer = project.customer
    held: dict[str, list[User | None]] = {
        **triangle_of(project).holders,
        "owner": [owner],
        "unit_head": [unit_head(customer, at=at)],
        "regional_head": [regional_head(customer, at=at)],
        "service_manager": list(service_managers(customer)),
    }
    return Cast({role: [user for user in users if user] for role, users in held.items()})


def triangle_of(project: Project) -> Cast:
    """ar, sr, fr: those who lead in the project, else those of the customer's team."""
    team, leads = team_of(project.customer), leads_of(project)
    held = {
        "ar": leads.get(ProjectRole.AR) or team.ar,
        "sr": leads.get(ProjectRole.SR) or team.sr,
        "fr": leads.get(ProjectRole.FR) or team.fr,
    }
    return Cast({role: [user] for role, user in held.items() if user})


def service_managers(customer: Customer) -> Iterable[User]:
    """Service managers of the owning unit and the units above it."""
    ids = [unit.pk for unit in chain_above(customer.owning_unit_id)]
    return User.objects.filter(
        is_active=True,
        profile__unit__in=ids,
        profile__left_on=None,
        pk__in=UserRole.objects.filter(role=Role.SVC).values("user"),
    )


def unit_calendar(unit_id: int) -> Calendar | None:
    """The calendar of a unit or of the nearest one above it."""
    ids = [unit.calendar_id for unit in chain_above(unit_id) if unit.calendar_id]
    return Calendar.objects.filter(pk=ids[0]).first() if ids else None


def site_calendar(project: Project) -> WorkCalendar:
    """The customer's hours: project, customer, owning unit, else the standard week."""
    row = project.calendar or project.customer.calendar
    row = row or unit_calendar(project.customer.owning_unit_id)
    return calendars.value_of(row) if row else calendars.named(calendars.STANDARD)


def own_calendars(users: Iterable[User]) -> dict[int, WorkCalendar]:
    """The working hours of colleagues, by user id, from the unit each works in."""
    standard = calendars.named(calendars.STANDARD)
    made: dict[int, WorkCalendar] = {}
    by_unit: dict[int, WorkCalendar] = {}
    for user in users:
        unit = OrgUnit.objects.filter(people__user=user, people__left_on=None).first()
        if unit is None:
            continue
        if unit.pk not in by_unit:
            row = unit_calendar(unit.pk)
            by_unit[unit.pk] = calendars.value_of(row) if row else standard
        made[user.pk] = by_unit[unit.pk]
    return made
