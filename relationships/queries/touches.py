"""Reads of touch intervals (R-R4): who of the key people is due, and why in words.

What stands here speaks of positions on the grid: the caller asked for the confidential door.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.choices import TIER_KEYS, CustomerStatus, TeamRole, Tier
from accounts.models import AccountAssignment, Contact, confided_to
from core import policy
from relationships import grid, policies, policies_cadence
from relationships.cadence import Touch, due_at, stake
from relationships.choices import CURRENT, HAPPENED, KEY_SEATS, SeatRole
from relationships.models import GridAssessment, Interaction
from relationships.queries.power import role_of, with_seats

WINDOW = 2000
"""So many key people of one person are looked at."""


@dataclass(frozen=True)
class Due:
    """One key person: how often they are met, when they are due, what is at stake."""

    contact: Contact
    touch: Touch
    interval: int
    due_at: dt.datetime
    stake: int

    @property
    def order(self) -> tuple[int, dt.datetime, int]:
        """Most at stake first, then who has waited longest."""
        return (-self.stake, self.due_at, self.contact.pk)

    def words(self, now: dt.datetime) -> str:
        """Why this person: seat, attitude, tier, and how long ago."""
        parts = []
        if self.touch.is_seated:
            parts.append(str(SeatRole(self.touch.seat).label))
        if self.touch.support is None:
            parts.append(_("not placed yet"))
        else:
            parts.append(str(grid.attitude_of(self.touch.support).label))
        if self.touch.tier:
            parts.append(_("tier %(tier)s") % {"tier": Tier(self.touch.tier).label})
        parts.append(_since(self.touch.met_at, now))
        every = ngettext("every %(n)d day", "every %(n)d days", self.interval)
        parts.append(every % {"n": self.interval})
        return " · ".join(parts)


def _since(met_at: dt.datetime | None, now: dt.datetime) -> str:
    if met_at is None:
        return _("never met")
    days = max(0, (now - met_at).days)
    said = ngettext("not met for %(n)d day", "not met for %(n)d days", days)
    return said % {"n": days}


def key_people() -> QuerySet[Contact]:
    """Active people of whom R-R4 speaks, with what says when they are due: no query yet."""
    place = GridAssessment.objects.filter(contact=OuterRef("pk"), status__in=CURRENT)
    met = Interaction.contacts.through.objects.filter(
        contact=OuterRef("pk"), interaction__status__in=HAPPENED
    ).order_by("-interaction__starts_at")
    rows = with_seats(Contact.objects.active()).filter(customer__is_archived=False)
    rows = rows.exclude(customer__status=CustomerStatus.LOST).annotate(
        support=Subquery(place.values("support")[:1]),
        cell=Subquery(place.values("cell")[:1]),
        known_at=Coalesce(Subquery(place.values("decided_at")[:1]), F("created_at")),
        met_at=Subquery(met.values("interaction__starts_at")[:1]),
    )
    return rows.filter(Q(support__lt=0) | Q(seat_role__in=KEY_SEATS))


def of_person(rows: QuerySet[Contact], user: Any) -> QuerySet[Contact]:
    """Those whom a person owns, and whom nobody owns where the person manages the account."""
    seats = AccountAssignment.objects.active().filter(user=user, role=TeamRole.AR)
    mine = Q(relationship_owner=user.pk)
    mine |= Q(relationship_owner=None, customer__in=seats.values("customer"))
    return rows.filter(mine, customer__in=confided_to(user))


def dues_of(rows: Iterable[Any], *, now: dt.datetime) -> list[Due]:
    """When these people of `key_people` are due, most at stake first: no query."""
    return sorted((_due(row, now) for row in rows), key=lambda each: each.order)


def _due(row: Any, now: dt.datetime) -> Due:
    role = role_of(row)
    touch = Touch(
        cell=row.cell or "",
        support=row.support,
        seat=row.seat_role or role.value,
        is_seated=bool(row.seat_role),
        tier=row.customer.tier,
        met_at=row.met_at,
        since=row.known_at,
    )
    asked = policies.TOUCH_DAYS.get(touch.cell, policies_cadence.UNPLACED_DAYS)
    days = policy.get(asked, at=now)
    factor = policy.get(policies_cadence.TIER_FACTOR[TIER_KEYS.get(touch.tier, "c")], at=now)
    weight = policy.get(policies.SEAT_WEIGHT[role], at=now)
    due = due_at(touch, days=days, factor=factor)
    return Due(row, touch, days * factor, due, stake(touch, weight=weight))


def week_list(user: Any, *, now: dt.datetime, until: dt.datetime) -> tuple[list[Due], int]:
    """The people to see this week, at most as many as the policy says, and how many are due in
    all: one query."""
    rows = of_person(key_people(), user).select_related("customer")
    dues = [one for one in dues_of(rows[:WINDOW], now=now) if one.due_at < until]
    return dues[: policy.get(policies_cadence.WEEK_CAP, at=now)], len(dues)


def dues_between(user: Any, start: dt.datetime, end: dt.datetime, *, now: dt.datetime) -> list[Due]:
    """Key people of a person who fall due between two moments: one query."""
    rows = of_person(key_people(), user).select_related("customer")
    return [one for one in dues_of(rows[:WINDOW], now=now) if start <= one.due_at < end]
