"""Reads over customers, teams and our own organisation."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce

from accounts import policies, tiers
from accounts.choices import AssessmentStatus, OrgLevel, OrgStatus, Role, TeamRole
from accounts.models import (
    AccountAssignment,
    Customer,
    OrgUnit,
    StrategyFitAssessment,
    UserProfile,
    roles_of,
)
from accounts.models.customer import PROBE, PROBES, confided_to, seen_by
from accounts.models.organisation import is_staff_member, seat_of
from core import policy, trail
from core.kept import NOBODY, KeptQuery
from core.models import Attachment, User


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
    return teams_of([customer.pk])[customer.pk]


def teams_of(customers: Iterable[int]) -> dict[int, Team]:
    """The active triangles and sponsors by id of customer: one query however many."""
    held: dict[int, dict[str, User]] = {pk: {} for pk in customers}
    rows = AccountAssignment.objects.on_account_team().filter(customer__in=held)
    for row in rows.select_related("user").order_by("-id"):
        held[row.customer_id][row.role] = row.user
    return {
        pk: Team(
            ar=roles.get(TeamRole.AR),
            sr=roles.get(TeamRole.SR),
            fr=roles.get(TeamRole.FR),
            sponsor=roles.get(TeamRole.EXECUTIVE_SPONSOR),
        )
        for pk, roles in held.items()
    }


def chain_above(unit_id: int) -> list[OrgUnit]:
    """The unit and its ancestors, nearest first: two queries. DoesNotExist for no unit."""
    found = chains_above([unit_id])
    if unit_id not in found:
        raise OrgUnit.DoesNotExist
    return found[unit_id]


def chains_above(unit_ids: Iterable[int]) -> dict[int, list[OrgUnit]]:
    """The units and their ancestors, nearest first, by id: two queries however many."""
    paths = OrgUnit.objects.filter(pk__in=set(unit_ids)).values_list("pk", "path")
    lines = {pk: [int(part) for part in path.split("/") if part] for pk, path in paths}
    wanted = {pk for line in lines.values() for pk in line}
    found = OrgUnit.objects.select_related("head", "acting_head").in_bulk(wanted)
    return {
        pk: [found[each] for each in reversed(line) if each in found] for pk, line in lines.items()
    }


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


def compliance_above(customer: Customer) -> list[User | None]:
    """Compliance officers at or above the owning unit."""
    above = [int(part) for part in customer.owning_unit.path.split("/") if part]
    people = UserProfile.objects.filter(
        unit__in=above, left_on=None, user__role_rows__role=Role.CMP
    )
    return [profile.user for profile in people.select_related("user").distinct()]


def timelines_seen_by(user: User, *, confidential: bool) -> Q:
    """Which trail entries a person reads: open ones of customers in sight, confidential ones of
    customers whose confidential class is theirs and only when `confidential` (domain.md 0.2)."""
    label = Customer._meta.label_lower
    mine = seen_by(user)
    wanted = Q(scope_label=label, scope_id__in=mine, klass="open")
    if confidential:
        inner = confided_to(user)
        wanted |= Q(scope_label=label, scope_id__in=inner, klass="confidential")
    return wanted


def tier_weights(*, at: dt.datetime) -> tuple[tiers.Weights, tiers.Cuts]:
    """Weights and cuts of R-A1 in force at this time."""
    weights = tiers.Weights(
        fit=policy.get(policies.WEIGHT_FIT, at=at),
        current_value=policy.get(policies.WEIGHT_CURRENT_VALUE, at=at),
        potential=policy.get(policies.WEIGHT_POTENTIAL, at=at),
        influence=policy.get(policies.WEIGHT_INFLUENCE, at=at),
    )
    cuts = tiers.Cuts(
        s=policy.get(policies.CUT_S, at=at),
        s_fit=policy.get(policies.CUT_S_FIT, at=at),
        a=policy.get(policies.CUT_A, at=at),
        b=policy.get(policies.CUT_B, at=at),
    )
    return weights, cuts


def scored(parts: Mapping[str, Any], *, at: dt.datetime) -> tiers.Scored:
    """The tier score of these parts with the policies in force (R-A1)."""
    return tiers.score(parts, *tier_weights(at=at))


def current_fit(customer: Customer) -> StrategyFitAssessment | None:
    """The latest approved strategy fit of a customer."""
    rows = StrategyFitAssessment.objects.filter(customer=customer, status=AssessmentStatus.APPROVED)
    return rows.order_by("-decided_at", "-id").first()


def sees_customer(user: User, customer_id: int) -> bool:
    """True when this customer is in sight of the user: for webhooks (VISIBLE of the registry)."""
    return Customer.objects.visible_to(user).filter(pk=customer_id).exists()


def reads_file(user: User, attachment: Attachment) -> bool:
    """True when a file lies in the scope of a customer in sight (FILE_ACCESS of the registry)."""
    return sees_customer(user, attachment.scope_id or attachment.about_id)


def colleagues(user: Any) -> models.QuerySet:
    """Active staff, as a person of the house may choose them; nobody for outsiders."""
    if not is_staff_member(user):
        return User.objects.none()
    return User.objects.filter(is_portal=False, is_active=True, profile__left_on=None).exclude(
        profile=None
    )


def units_open(user: Any) -> models.QuerySet:
    """Units of ours that are not closed."""
    return OrgUnit.objects.visible_to(user).open()


def timeline_of(customer: Customer, *, confidential: bool) -> models.QuerySet:
    """The trail of a customer, with that of every record that was merged into it."""
    if not customer.absorbed:
        return trail.timeline(customer, confidential=confidential)
    label = Customer._meta.label_lower
    ids = list(Customer.objects.filter(merged_into=customer).values_list("pk", flat=True))
    return trail.timeline([customer.pk, *ids], label=label, confidential=confidential)


def with_rank(customers: models.QuerySet) -> models.QuerySet:
    """Adds `tier_rank` (1 = S … 4 = C, 9 = none): tiers ordered without nulls."""
    return customers.annotate(tier_rank=Coalesce("tier", Value(9)))


def unit_ids_of(user: Any) -> list[int]:
    """The unit of a person and those above it, for what is shared with units: one query."""
    path = UserProfile.objects.filter(user=user).values_list("unit__path", flat=True).first()
    return [int(part) for part in (path or "").strip("/").split("/") if part]


def units_to_share(user: Any) -> list[tuple[int, str]]:
    """Units that a head may share with: their own and those below; central roles: all."""
    path = UserProfile.objects.filter(user=user).values_list("unit__path", flat=True).first()
    rows = OrgUnit.objects.filter(status=OrgStatus.ACTIVE)
    if not user.is_superuser and not roles_of(user) & {Role.ADM, Role.QM}:
        rows = rows.filter(path__startswith=path) if path else rows.none()
    return [(row.pk, str(row)) for row in rows.order_by("path")[:200]]


ONE = NOBODY - 1


def customer_seen_by(user: Any, pk: int) -> Customer | None:
    """The customer with this id if it is in sight: `visible_to(user)` for one row."""
    if not user.is_authenticated or not user.is_active or user.is_portal:
        return None
    path = "" if user.is_superuser else seat_of(user)
    kept = _KEPT[bool(user.is_superuser), bool(path)]
    values = {"user": user.pk, "path": path, "customer": pk}
    found = kept.rows({name: values[name] for name in kept.probes})
    return found[0] if found else None


def _in_sight(everything: bool, seated: bool) -> models.QuerySet:
    """What a person of this kind sees; `visible_to` decides, as for every list."""
    probe: Any = copy.copy(PROBE)
    probe.is_superuser = everything
    probe._standing = (frozenset({Role.AR}), PROBES["path"] if seated else "")
    return Customer.objects.visible_to(probe).filter(pk=ONE).order_by()


_KEPT = {
    (True, False): KeptQuery(lambda: _in_sight(True, False), {"customer": ONE}),
    (False, False): KeptQuery(lambda: _in_sight(False, False), {"customer": ONE, "user": NOBODY}),
    (False, True): KeptQuery(lambda: _in_sight(False, True), {"customer": ONE, **PROBES}),
}
