"""Reads of power maps: one map with who holds its seats and where they stand, its figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.choices import ContactStatus
from accounts.models import Contact, Customer
from core import policy
from relationships import grid, policies, power
from relationships.choices import CURRENT, Chain, GridStatus, MapStatus, SeatRole, SeatState
from relationships.models import (
    CompetitorStance,
    GridAssessment,
    InfluenceEdge,
    PowerMap,
    PowerSeat,
)


@dataclass(frozen=True)
class Held:
    """A seat, who holds it, and where the nine-grid says that he stands: on a map of an opportunity
    where he was judged for it, `general` is then where he stands otherwise."""

    seat: PowerSeat
    weight: int
    contact: Contact | None = None
    position: GridAssessment | None = None
    stances: Sequence[CompetitorStance] = ()
    general: GridAssessment | None = None

    @property
    def is_own(self) -> bool:
        """Judged for the opportunity of this map."""
        return self.position is not None and self.position.opportunity_id is not None

    @property
    def is_apart(self) -> bool:
        """On a map of an opportunity, and standing there as in general."""
        known = self.position is not None and not self.is_own
        return known and self.seat.map.opportunity_id is not None

    @property
    def state(self) -> SeatState:
        """Vacant, identified or covered; a position to be re-checked does not cover (R-R1)."""
        if self.contact is None:
            return SeatState.VACANT
        return SeatState.COVERED if self.support is not None else SeatState.IDENTIFIED

    @property
    def is_stale(self) -> bool:
        """Assessed, and to be re-checked."""
        return self.position is not None and self.position.status == GridStatus.STALE

    @property
    def support(self) -> int | None:
        """What counts for the key index; None where the seat is not covered."""
        if self.position is None or self.is_stale:
            return None
        return self.position.support

    @property
    def rival(self) -> CompetitorStance | None:
        """The competitor who is closer to the holder than we are, if one is."""
        ours = self.position.support if self.position is not None else 0
        return next((row for row in self.stances if row.stance > max(0, ours)), None)

    @property
    def post(self) -> power.Post:
        """The seat as the figures count it."""
        return power.Post(self.seat.role, self.support)


@dataclass(frozen=True)
class MapView:
    """One map: seats from the heaviest, the ties between them, its figures."""

    map: PowerMap
    held: Sequence[Held] = ()
    edges: Sequence[InfluenceEdge] = ()
    figures: power.Figures = field(default_factory=lambda: power.Figures(None))

    def seat(self, pk: int) -> Held | None:
        """One of the seats."""
        return next((each for each in self.held if each.seat.pk == pk), None)


def weights_at(now: dt.datetime) -> dict[str, int]:
    """Weight by role (R-R3)."""
    return {role: policy.get(policies.SEAT_WEIGHT[role], at=now) for role in SeatRole.values}


def rounded(index: float | None) -> str:
    """A key index as people read it: no decimals, a real minus."""
    return "–" if index is None else f"{index:.0f}".replace("-0", "0").replace("-", "−")


def maps_of(customer: Customer) -> list[PowerMap]:
    """Maps of a customer: in force first, then drafts, then archived ones, of each those of the
    whole customer before those of one opportunity; one query."""
    order = {"active": 0, "draft": 1, "archived": 2}
    rows = PowerMap.objects.filter(customer=customer).select_related("opportunity")
    rows = rows.order_by("chain", "-id")
    return sorted(
        rows,
        key=lambda row: (
            order[row.status],
            row.opportunity_id is not None,
            row.chain != "overall",
        ),
    )


def view_of(row: PowerMap, *, now: dt.datetime) -> MapView:
    """A map with its seats, positions and ties: four queries, whatever their number."""
    weights = weights_at(now)
    seats = PowerSeat.objects.standing().filter(map=row).select_related("contact__unit")
    seats = sorted(seats, key=lambda seat: (-weights[seat.role], seat.pk))
    by_pk = {seat.pk: seat for seat in seats}
    for seat in seats:
        seat.map = row
        if seat.reports_to_id in by_pk:
            seat.reports_to = by_pk[seat.reports_to_id]
    contacts = [seat.contact_id for seat in seats if seat.contact_id]
    placed, stances = positions_of(contacts), stances_of(contacts)
    own = own_positions(row, contacts)
    held = [_held(seat, weights, placed, stances, own) for seat in seats]
    edges = InfluenceEdge.objects.standing().filter(from_seat__map=row).order_by("id")
    ties = [edge for edge in edges if edge.from_seat_id in by_pk and edge.to_seat_id in by_pk]
    for edge in ties:
        edge.from_seat, edge.to_seat = by_pk[edge.from_seat_id], by_pk[edge.to_seat_id]
    said = power.figures((each.post for each in held), weights)
    return MapView(row, held, ties, said)


def positions_of(contacts: Sequence[int]) -> dict[int, GridAssessment]:
    """{contact id: where they stand today}: one query."""
    rows = GridAssessment.objects.filter(contact__in=contacts, status__in=CURRENT)
    return {row.contact_id: row for row in rows.defer("evidence")}


def own_positions(row: PowerMap, contacts: Sequence[int]) -> dict[int, GridAssessment]:
    """{contact id: where they stand in the opportunity of a map}: one query, none without one."""
    if row.opportunity_id is None:
        return {}
    rows = GridAssessment.of_all_kinds.current().filter(
        contact__in=contacts, opportunity=row.opportunity_id
    )
    return {one.contact_id: one for one in rows}


def rivals_at(customer: Customer) -> list[str]:
    """Competitors that are named at a customer: one query."""
    rows = CompetitorStance.objects.current().filter(customer=customer)
    return sorted(set(rows.values_list("competitor", flat=True)))


def stances_of(contacts: Sequence[int]) -> dict[int, list[CompetitorStance]]:
    """{contact id: where they stand towards competitors, the strongest first}: one query."""
    rows = CompetitorStance.objects.current().filter(contact__in=contacts)
    found: dict[int, list[CompetitorStance]] = {}
    for row in rows.order_by("-stance", "competitor"):
        found.setdefault(row.contact_id, []).append(row)
    return found


def with_seats(contacts: QuerySet[Contact]) -> QuerySet[Contact]:
    """Contacts with `seat_role`, on the overall map in force or else on another one in force, and
    `is_drawn`: whether their customer has a map in force. No further query."""
    maps = PowerMap.objects.general().filter(status=MapStatus.ACTIVE)
    seats = PowerSeat.objects.standing().filter(contact=OuterRef("pk"))
    overall = seats.filter(map__in=maps.filter(chain=Chain.OVERALL)).values("role")
    other = seats.filter(map__in=maps).order_by("id").values("role")
    return contacts.annotate(
        seat_role=Coalesce(Subquery(overall[:1]), Subquery(other[:1])),
        is_drawn=Exists(maps.filter(customer=OuterRef("customer"))),
    )


def role_of(contact: Contact) -> SeatRole:
    """Of a contact `with_seats`: the role on a map in force, else the one most likely held."""
    said = contact.seat_role  # type: ignore[attr-defined]
    if said:
        return SeatRole(said)
    return grid.seat_of(is_decision_layer=contact.is_decision_layer, level=contact.level)


def wants_plan(contact: Contact) -> bool:
    """Of a contact `with_seats`: R-R5 speaks of whoever sits on a map in force; where none is
    kept, of everybody."""
    return bool(contact.seat_role) or not contact.is_drawn  # type: ignore[attr-defined]


def _held(
    seat: PowerSeat,
    weights: Mapping[str, int],
    placed: Mapping[int, GridAssessment],
    stances: Mapping[int, Sequence[CompetitorStance]],
    own: Mapping[int, GridAssessment],
) -> Held:
    """Whoever left does not hold a seat any more."""
    contact, weight = seat.contact, weights[seat.role]
    if contact is None or contact.status != ContactStatus.ACTIVE:
        return Held(seat, weight)
    general, said = placed.get(contact.pk), stances.get(contact.pk, ())
    if contact.pk in own:
        return Held(seat, weight, contact, own[contact.pk], said, general)
    return Held(seat, weight, contact, general, said)
