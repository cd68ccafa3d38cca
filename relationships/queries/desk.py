"""Reads for lists and the desk: counts of many customers, moves in words, last touches, weeks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import CharField, Count, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce

from accounts.choices import ContactStatus
from accounts.models import Contact, Customer
from accounts.queries_alike import read_alike
from core.kept import NEVER
from relationships import grid
from relationships.choices import CURRENT, HAPPENED, GridStatus
from relationships.models import GridAssessment, Interaction, PowerMap, PowerSeat
from relationships.power import Post
from relationships.queries.board import Counts, nobody


@dataclass
class GridSummary:
    """One customer's grid in numbers: counts by attitude and cell, stale, not assessed, waiting."""

    counts: Counts = field(default_factory=nobody)
    cells: dict[str, int] = field(default_factory=lambda: dict.fromkeys(grid.CELLS, 0))
    stale: int = 0
    unassessed: int = 0
    waiting: int = 0
    posts: list[Post] = field(default_factory=list)
    """Seats of the overall power map in force."""

    @property
    def assessed(self) -> int:
        """People with a position."""
        return sum(self.counts.values())


EVERYBODY, SEAT = "everybody", "seat"
"""Stand for a status in the row that counts all active contacts of a customer, and in those that
count its seats."""


def grid_summary(customers: Iterable[Customer | int]) -> dict[int, GridSummary]:
    """{customer id: summary} of active contacts: one query for any number of customers.

    The caller passes customers whose confidential class the reader may see (`confidential_to`).
    """
    ids = [getattr(each, "pk", each) for each in customers]
    found = {pk: GridSummary() for pk in ids}
    rows = GridAssessment.of_all_kinds.filter(
        Q(status__in=CURRENT, opportunity=None) | Q(status=GridStatus.PROPOSED),
        customer__in=ids,
        contact__status=ContactStatus.ACTIVE,
    )
    rows = rows.order_by().values_list("customer_id", "cell", "attitude", "status")
    people = Contact.objects.filter(customer__in=ids).active().order_by()
    people = people.values_list("customer_id", Value(""), Value(""), Value(EVERYBODY))
    everybody = dict.fromkeys(ids, 0)
    parts = [each.annotate(n=Count("id")) for each in (people, _seats(ids))]
    for customer, cell, attitude, status, number in rows.annotate(n=Count("id")).union(
        *parts, all=True
    ):
        summary = found[customer]
        if status == EVERYBODY:
            everybody[customer] = number
        elif status == SEAT:
            summary.posts += [Post(cell, int(attitude) if attitude else None)] * number
        elif status == GridStatus.PROPOSED:
            summary.waiting += number
        else:
            summary.counts[attitude] += number
            summary.cells[cell] += number
            summary.stale += number if status == GridStatus.STALE else 0
    for pk, number in everybody.items():
        found[pk].unassessed = max(0, number - found[pk].assessed)
    return found


def _seats(ids: Sequence[int]) -> QuerySet:
    """Seats of the overall map in force by role and support, which is "" where uncovered."""
    stands = GridAssessment.objects.filter(
        contact=OuterRef("contact"), contact__status=ContactStatus.ACTIVE,
        status=GridStatus.CONFIRMED,
    )  # fmt: skip
    seats = PowerSeat.objects.standing().filter(
        map__customer__in=ids, map__in=PowerMap.objects.overall()
    )
    support = Coalesce(Cast(Subquery(stands.values("support")), CharField()), Value(""))
    return seats.order_by().values_list("map__customer_id", "role", support, Value(SEAT))


@dataclass
class Turns:
    """How many people of a customer turned within a period: never a sum of supports."""

    converted: int = 0
    neutralised: int = 0
    lost: int = 0

    @property
    def any(self) -> bool:
        """Somebody turned."""
        return bool(self.converted or self.neutralised or self.lost)


def turns_of(customers: Iterable[int], *, since: dt.date, until: dt.date) -> dict[int, Turns]:
    """{customer id: Turns} between two days, of active contacts: one query.

    Each person counts once, from where he stood at the beginning (or was first placed) to where
    he stands at the end.
    """
    found = {pk: Turns() for pk in customers}
    rows = GridAssessment.objects.counted().filter(
        customer__in=found, contact__status=ContactStatus.ACTIVE, assessed_on__lte=until
    )
    start: dict[int, grid.Point] = {}
    end: dict[int, tuple[int, grid.Point]] = {}
    names = ("customer_id", "contact_id", "assessed_on", "intimacy", "support")
    for customer, contact, day, x, y in rows.values_list(*names):
        if day <= since or contact not in start:
            start[contact] = (x, y)
        end[contact] = (customer, (x, y))
    for contact, (customer, point) in end.items():
        before, turns = start[contact], found[customer]
        turns.converted += grid.is_converted(before, point)
        turns.neutralised += grid.is_neutralised(before, point)
        turns.lost += grid.is_lost(before, point)
    return found


@dataclass(frozen=True)
class RecentMove:
    """A confirmed change, told in words (反对 → 支持); never coordinates."""

    assessment: GridAssessment
    words: str
    better: bool


def recent_moves(user: Any, since: dt.datetime, *, limit: int = 20) -> list[RecentMove]:
    """Changes confirmed since a moment at customers whose confidential class this person reads."""

    def changes(person: Any, begin: dt.datetime) -> QuerySet[GridAssessment]:
        return (
            GridAssessment.objects.visible_to(person)
            .filter(status__in=CURRENT, decided_at__gte=begin, previous__isnull=False)
            .select_related("contact", "customer", "previous")
            .order_by("-decided_at", "-id")[:limit]
        )

    rows = read_alike(
        ("moves", limit), user, lambda probe: changes(probe, NEVER), {"at": since}, {"at": NEVER}
    )
    rows = list(changes(user, since)) if rows is None else rows
    moves = ((row, grid.movement(row.previous.point, row.point)) for row in rows)
    return [RecentMove(row, move.words, move.better) for row, move in moves if move is not None]


def last_touch(customer_ids: Iterable[int]) -> dict[int, dt.datetime]:
    """{customer id: beginning of the last interaction held}: one query."""
    rows = Interaction.objects.filter(customer__in=list(customer_ids), status__in=HAPPENED)
    pairs = rows.order_by().values_list("customer_id").annotate(last=Max("starts_at"))
    return dict(pairs)


def interactions_this_week(user: Any, now: dt.datetime) -> QuerySet[Interaction]:
    """Held interactions in which this person took part in the ISO week of `now` (its zone)."""
    start = week_start(now)
    rows = Interaction.objects.held().between(start, start + dt.timedelta(days=7))
    return rows.filter(participants=user).order_by("-starts_at", "-id")


def week_start(now: dt.datetime) -> dt.datetime:
    """Monday 00:00 of the ISO week, in the zone that `now` carries."""
    monday = now - dt.timedelta(days=now.weekday())
    return monday.replace(hour=0, minute=0, second=0, microsecond=0)
