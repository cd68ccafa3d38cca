"""Who holds which role for a ticket: the names behind a ladder (clocks.md 5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import F, QuerySet

from accounts.choices import OrgLevel, Role
from accounts.models import OrgUnit, UserProfile
from accounts.queries import Team, chains_above, colleagues, head_of, teams_of
from core import notify, policy
from core.kept import NOBODY, KeptQuery
from core.models import User
from service import ladders, policies
from service.models import Ticket

DUTY_POLICIES = {
    ladders.L2_DUTY: policies.L2_DUTY,
    ladders.L3_DUTY: policies.L3_DUTY,
    ladders.RND_DUTY: policies.RND_DUTY,
    ladders.RND_MANAGER: policies.RND_MANAGER,
}
ROLE_OF = {
    Role.SVC: ladders.SERVICE_MANAGER,
    Role.EXE: ladders.EXECUTIVE,
    Role.RND: ladders.RND_DUTY,
}


@dataclass
class Directory:
    """Answers for many tickets; `read` asks for all of them in four queries."""

    at: dt.datetime
    _teams: dict[int, Team] = field(default_factory=dict)
    _units: dict[int, list[OrgUnit]] = field(default_factory=dict)
    _staff: dict[int, list[tuple[str, User]]] = field(default_factory=dict)
    _customers: dict[int, dict[str, list[User]]] = field(default_factory=dict)
    _duty: dict[tuple, dict[str, list[User]]] = field(default_factory=dict)
    _admins: list[User] | None = None
    _read: set[tuple[int, int | None]] = field(default_factory=set)

    def read(self, tickets: Iterable[Ticket]) -> None:
        """Load teams, units and their people for these tickets."""
        rows = list(tickets)
        if new := {row.customer_id for row in rows} - self._teams.keys():
            self._teams |= teams_of(new)
        units = {row.customer.owning_unit_id for row in rows}
        units |= {row.group_id for row in rows if row.group_id}
        if new := units - self._units.keys():
            self._units |= chains_above(new)
        chains = {unit.pk for pk in units for unit in self._units[pk]}
        if new := chains - self._staff.keys():
            self._staff |= _staff_of(new)
        self._read |= {(row.customer_id, row.group_id) for row in rows}

    def holders(self, ticket: Ticket) -> dict[str, list[User]]:
        """Present holders of every role of the ladder; an absent role is missing."""
        if (ticket.customer_id, ticket.group_id) not in self._read:
            self.read([ticket])
        found = dict(self._of_customer(ticket))
        found[ladders.OWNER] = [ticket.owner] if ticket.owner_id else []
        group = self._chain(ticket.group_id or ticket.customer.owning_unit_id)
        found[ladders.L1_LEAD] = _heads(group[:1], self.at)
        for role, people in self._duties(group).items():
            found[role] = people or found.get(role, [])
        found[ladders.ADMIN] = self.admins
        return {role: kept for role, people in found.items() if (kept := _present(people))}

    @property
    def admins(self) -> list[User]:
        """Administrators, who are warned about empty roles."""
        if self._admins is None:
            rows = User.objects.filter(is_active=True, is_portal=False)
            named = rows.filter(role_rows__role=Role.ADM)
            self._admins = list(named) or list(rows.filter(is_superuser=True))
        return self._admins

    def _of_customer(self, ticket: Ticket) -> dict[str, list[User]]:
        if ticket.customer_id not in self._customers:
            self._customers[ticket.customer_id] = self._roles(ticket)
        return self._customers[ticket.customer_id]

    def _roles(self, ticket: Ticket) -> dict[str, list[User]]:
        team = self._teams[ticket.customer_id]
        chain = self._chain(ticket.customer.owning_unit_id)
        upper = [unit for unit in chain if unit.level in (OrgLevel.REGION, OrgLevel.COMPANY)]
        return {
            ladders.AR: [team.ar],
            ladders.SR: [team.sr],
            ladders.FR: [team.fr],
            ladders.EXECUTIVE_SPONSOR: [team.sponsor],
            ladders.UNIT_HEAD: _heads(chain, self.at)[:1],
            ladders.REGIONAL_HEAD: _heads(upper, self.at)[:1],
            **self._by_role(chain),
        }

    def _by_role(self, chain: list[OrgUnit]) -> dict[str, list[User]]:
        """Service managers, executives and R&D of the nearest unit above that has one."""
        found: dict[str, list[User]] = {}
        for unit in chain:
            held: dict[str, list[User]] = {}
            for role, user in self._staff[unit.pk]:
                held.setdefault(role, []).append(user)
            found = {**held, **found}
        return found

    def _chain(self, unit_id: int) -> list[OrgUnit]:
        return self._units[unit_id]

    def _duties(self, chain: list[OrgUnit]) -> dict[str, list[User]]:
        scope = tuple(f"unit:{unit.pk}" for unit in chain)
        if scope not in self._duty:
            names = {
                role: policy.get(one, scope, at=self.at) for role, one in DUTY_POLICIES.items()
            }
            wanted = {name for listed in names.values() for name in listed}
            users = User.objects.filter(username__in=wanted) if wanted else ()
            known = {user.username: user for user in users}
            self._duty[scope] = {
                role: [known[name] for name in listed if name in known]
                for role, listed in names.items()
            }
        return self._duty[scope]


def _heads(units: Iterable[OrgUnit], at: dt.datetime) -> list[User]:
    return [head for unit in units if (head := head_of(unit, at=at)) is not None]


def _present(people: Iterable[User | None]) -> list[User]:
    return [user for user in people if user is not None and user.is_active]


def _staff_of(units: set[int]) -> dict[int, list[tuple[str, User]]]:
    """Who answers in these units, with their role on the ladder: one query."""
    found: dict[int, list[tuple[str, User]]] = {pk: [] for pk in units}
    rows = UserProfile.objects.filter(
        unit__in=units, left_on=None, user__role_rows__role__in=ROLE_OF
    ).annotate(role=F("user__role_rows__role"))
    for row in rows.select_related("user"):
        found[row.unit_id].append((ROLE_OF[row.role], row.user))
    return found


def first_line(ticket: Ticket) -> list[User]:
    """Who is told of a new ticket: its owner, else the engineers of its group: one query."""
    if ticket.owner_id:
        return [ticket.owner]
    if ticket.group_id is None:
        return list(_engineers(None))
    return _ENGINEERS.rows({"group": ticket.group_id})


def _engineers(group: int | None) -> QuerySet:
    """Engineers and service managers who work in a unit."""
    users = User.objects.filter(
        is_active=True,
        profile__unit=group,
        profile__left_on=None,
        role_rows__role__in=(Role.ENG, Role.SVC),
    )
    return notify.with_channels(users.distinct())


_ENGINEERS = KeptQuery(lambda: _engineers(NOBODY), {"group": NOBODY})


def engineers_for(user: User) -> QuerySet:
    """Colleagues who are engineers or service managers, for whoever may choose them."""
    return colleagues(user).filter(role_rows__role__in=(Role.ENG, Role.SVC)).distinct()


def informed_at_acceptance(ticket: Ticket, directory: Directory) -> list[User]:
    """R-T6: account manager, delivery manager and regional head."""
    held = directory.holders(ticket)
    roles = (ladders.AR, ladders.FR, ladders.REGIONAL_HEAD)
    return [user for role in roles for user in held.get(role, [])]
