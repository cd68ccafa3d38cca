"""Reads over customers, teams and our own organisation."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q

from accounts.choices import OrgLevel, TeamRole
from accounts.models import AccountAssignment, Customer, OrgUnit
from core.models import User


@dataclass(frozen=True)
class Team:
    """The people in charge of one customer; None is a vacancy."""

    ar: User | None
    sr: User | None
    fr: User | None
    sponsor: User | None

    @property
    def triangle(self) -> tuple[User | None, User | None, User | None]:
        """AR, SR, FR in this order."""
        return (self.ar, self.sr, self.fr)

    @property
    def is_complete(self) -> bool:
        """All three corners are held."""
        return None not in self.triangle


def team_of(customer: Customer) -> Team:
    """The active triangle and sponsor of a customer: one query."""
    rows = AccountAssignment.objects.on_account_team().filter(customer=customer)
    held = {row.role: row.user for row in rows.select_related("user").order_by("-id")}
    return Team(
        ar=held.get(TeamRole.AR),
        sr=held.get(TeamRole.SR),
        fr=held.get(TeamRole.FR),
        sponsor=held.get(TeamRole.EXECUTIVE_SPONSOR),
    )


def chain_above(unit_id: int) -> list[OrgUnit]:
    """The unit and its ancestors, nearest first: two queries."""
    path = OrgUnit.objects.values_list("path", flat=True).get(pk=unit_id)
    ids = [int(part) for part in path.strip("/").split("/") if part]
    found = OrgUnit.objects.select_related("head", "acting_head").in_bulk(ids)
    return [found[pk] for pk in reversed(ids) if pk in found]


def head_of(unit: OrgUnit, *, at: dt.datetime) -> User | None:
    """The acting head while acting, else the head."""
    if unit.acting_head_id and unit.acting_until and unit.acting_until > at:
        return unit.acting_head
    return unit.head


def unit_head(customer: Customer, *, at: dt.datetime) -> User | None:
    """Head of the owning unit, or of the nearest unit above that has one."""
    heads = (head_of(unit, at=at) for unit in chain_above(customer.owning_unit_id))
    return next((head for head in heads if head is not None), None)


def regional_head(customer: Customer, *, at: dt.datetime) -> User | None:
    """Head of the region that the customer belongs to; above it when the region has none."""
    chain = chain_above(customer.owning_unit_id)
    upper = [unit for unit in chain if unit.level in (OrgLevel.REGION, OrgLevel.COMPANY)]
    heads = (head_of(unit, at=at) for unit in upper)
    return next((head for head in heads if head is not None), None)


def timelines_seen_by(user: User, *, confidential: bool) -> Q:
    """Which trail entries a person reads: open ones of customers in sight, confidential ones of
    customers whose confidential class is theirs and only when `confidential` (domain.md 0.2)."""
    label = Customer._meta.label_lower
    mine = Customer.objects.visible_to(user).values("pk")
    wanted = Q(scope_label=label, scope_id__in=mine, klass="open")
    if confidential:
        inner = Customer.objects.confidential_to(user).values("pk")
        wanted |= Q(scope_label=label, scope_id__in=inner, klass="confidential")
    return wanted
