"""Writes of power maps: draw one, put it in force, seats, who moves whom (R-R3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.actions.guards import in_ids, invalid, only, persons_only
from accounts.choices import ContactStatus
from accounts.models import Contact, Customer, Opportunity
from core import trail
from core.actors import Actor
from core.errors import Refused
from core.writes import as_read, insert, move
from core.writes import edit as edit_row
from relationships import grid, power
from relationships.actions.assessments import check_deal
from relationships.choices import CURRENT, Chain, MapStatus
from relationships.models import GridAssessment, InfluenceEdge, PowerMap, PowerSeat
from relationships.models.power import STRENGTHS

RULE = "R-R3"
_record = trail.recorder("power_map", scope="customer", confidential=True)
_wrong = partial(invalid, rule=RULE)
MAP_FIELDS = ("name", "chain", "opportunity")
SEAT_FIELDS = ("title", "contact", "role", "reports_to", "is_hidden")
EDGE_FIELDS = ("kind", "strength")
MOST = 120
"""So many people are put on a new map at once."""


@transaction.atomic
def create(
    customer: Customer,
    name: str,
    *,
    by: Actor,
    now: dt.datetime,
    chain: str = Chain.OVERALL,
    opportunity: Opportunity | None = None,
    from_people: bool = False,
) -> PowerMap:
    """A draft, of the customer as a whole or of one open opportunity of theirs (E-13).

    `from_people`: with a seat for everybody who decides or stands on the nine-grid, below whom they
    report to; the roles are a first guess.
    """
    persons_only(by, rule=RULE)
    check_deal(customer, opportunity)
    row = PowerMap(customer=customer, name=name.strip(), chain=chain, opportunity=opportunity)
    insert(row, by=by, now=now)
    seats = _seat_people(row, by, now) if from_people else 0
    deal = {"opportunity": opportunity.pk} if opportunity is not None else {}
    _record(row, "drawn", by, now, {"chain": chain, "seats": seats, **deal})
    return row


@transaction.atomic
def edit(
    row: PowerMap, changes: Mapping[str, Any], *, by: Actor, now: dt.datetime, version: int | None
) -> PowerMap:
    """Change MAP_FIELDS; the chain and the opportunity only of a draft."""
    persons_only(by, rule=RULE)
    _changeable(row)
    changed = only(dict(changes), MAP_FIELDS)
    if changed.get("opportunity", row.opportunity) != row.opportunity:
        check_deal(row.customer, changed["opportunity"])
        if row.status == MapStatus.ACTIVE:
            raise _wrong("opportunity", _("The map is in force; draw another one for it."))
    if row.status == MapStatus.ACTIVE and changed.get("chain", row.chain) != row.chain:
        raise _wrong("chain", _("The map is in force; draw another one for that chain."))
    differs = edit_row(row, changed, by=by, now=now, version=version)
    if differs:
        _record(row, "edited", by, now, {"changed": in_ids(differs)})
    return row


@transaction.atomic
def activate(row: PowerMap, *, by: Actor, now: dt.datetime) -> PowerMap:
    """Draft → in force. Refused without a seat, or while another overall map is in force."""
    persons_only(by, rule=RULE)
    if not row.seats.filter(removed_at=None).exists():
        raise Refused(_("Add the seats first: an empty map says nothing."), rule=RULE)
    others = PowerMap.objects.filter(
        customer=row.customer, opportunity=row.opportunity_id, status=MapStatus.ACTIVE,
        chain=Chain.OVERALL,
    )  # fmt: skip
    if row.chain == Chain.OVERALL and others.exclude(pk=row.pk).exists():
        raise Refused(
            _("Another overall map of this opportunity is in force; archive it first.")
            if row.opportunity_id
            else _("Another overall map of this customer is in force; archive it first."),
            rule=RULE,
        )
    move(
        row, MapStatus.ACTIVE, frm=MapStatus.DRAFT, by=by, now=now, rule=RULE, activated_at=now
    )  # fmt: skip
    _record(row, "activated", by, now, {"chain": row.chain})
    return row


@transaction.atomic
def archive(row: PowerMap, *, by: Actor, now: dt.datetime, version: int | None = None) -> PowerMap:
    """Draft or in force → archived: it stays to be read. Stale when it was edited since."""
    persons_only(by, rule=RULE)
    as_read(row, version)
    open_ones = (MapStatus.DRAFT, MapStatus.ACTIVE)
    move(row, MapStatus.ARCHIVED, frm=open_ones, by=by, now=now, rule=RULE, archived_at=now)
    _record(row, "archived", by, now, {})
    return row


@transaction.atomic
def add_seat(row: PowerMap, values: Mapping[str, Any], *, by: Actor, now: dt.datetime) -> PowerSeat:
    """A seat of SEAT_FIELDS; without a title that of its holder."""
    persons_only(by, rule=RULE)
    _changeable(row)
    seat = PowerSeat(map=row, **_titled(only(dict(values), SEAT_FIELDS)))
    _check(seat)
    insert(seat, by=by, now=now)
    _record_seat(seat, "added", by, now, {"contact": seat.contact_id, "role": seat.role})
    return seat


@transaction.atomic
def edit_seat(
    seat: PowerSeat, changes: Mapping[str, Any], *, by: Actor, now: dt.datetime, version: int | None
) -> PowerSeat:
    """Change SEAT_FIELDS: who holds it, its role, to whom it reports."""
    persons_only(by, rule=RULE)
    _standing(seat)
    changed = only(dict(changes), SEAT_FIELDS)
    if "title" in changed:
        contact = changed.get("contact", seat.contact)
        changed["title"] = _titled({"title": changed["title"], "contact": contact})["title"]
    kept = {name: changed.get(name, getattr(seat, name)) for name in SEAT_FIELDS}
    _check(PowerSeat(pk=seat.pk, map=seat.map, **kept))
    differs = edit_row(seat, changed, by=by, now=now, version=version)
    if differs:
        _record_seat(seat, "edited", by, now, {"changed": in_ids(differs)})
    return seat


@transaction.atomic
def remove_seat(
    seat: PowerSeat, *, by: Actor, now: dt.datetime, version: int | None = None
) -> PowerSeat:
    """Take a seat off: whoever stood below stands below whom it reported to; its ties go. Stale
    when it was edited since, for example given to somebody else."""
    persons_only(by, rule=RULE)
    as_read(seat, version)
    _standing(seat)
    for below in PowerSeat.objects.standing().filter(reports_to=seat):
        edit_row(below, {"reports_to": seat.reports_to}, by=by, now=now)
    ties = InfluenceEdge.objects.standing().filter(Q(from_seat=seat) | Q(to_seat=seat))
    for edge in ties:
        edit_row(edge, {"removed_at": now}, by=by, now=now)
    edit_row(seat, {"removed_at": now}, by=by, now=now)
    _record_seat(seat, "removed", by, now, {})
    return seat


@transaction.atomic
def connect(
    source: PowerSeat,
    target: PowerSeat,
    kind: str,
    *,
    by: Actor,
    now: dt.datetime,
    strength: int = 2,
) -> InfluenceEdge:
    """One seat moves, opposes or carries another one of the same map."""
    persons_only(by, rule=RULE)
    for seat in (source, target):
        _standing(seat)
    if source.map_id != target.map_id:
        raise _wrong("to_seat", _("Choose a seat of the same map."))
    if source.pk == target.pk:
        raise _wrong("to_seat", _("Choose two different seats."))
    _strong(strength)
    _once(source, target, kind)
    edge = InfluenceEdge(from_seat=source, to_seat=target, kind=kind, strength=strength)
    insert(edge, by=by, now=now)
    _record_seat(source, "connected", by, now, {"to": target.pk, "kind": kind})
    return edge


@transaction.atomic
def edit_edge(
    edge: InfluenceEdge, changes: Mapping[str, Any], *, by: Actor, now: dt.datetime,
    version: int | None,
) -> InfluenceEdge:  # fmt: skip
    """Change EDGE_FIELDS."""
    persons_only(by, rule=RULE)
    _tied(edge)
    changed = only(dict(changes), EDGE_FIELDS)
    _strong(changed.get("strength", edge.strength))
    if changed.get("kind", edge.kind) != edge.kind:
        _once(edge.from_seat, edge.to_seat, changed["kind"])
    differs = edit_row(edge, changed, by=by, now=now, version=version)
    if differs:
        _record_seat(edge.from_seat, "connected", by, now, {"to": edge.to_seat_id, **differs})
    return edge


@transaction.atomic
def disconnect(
    edge: InfluenceEdge, *, by: Actor, now: dt.datetime, version: int | None = None
) -> InfluenceEdge:
    """Take a tie off. Stale when it was edited since."""
    persons_only(by, rule=RULE)
    as_read(edge, version)
    _tied(edge)
    edit_row(edge, {"removed_at": now}, by=by, now=now)
    _record_seat(edge.from_seat, "disconnected", by, now, {"to": edge.to_seat_id})
    return edge


def _once(source: PowerSeat, target: PowerSeat, kind: str) -> None:
    """A conflict has no direction: the same one the other way round is the same one."""
    back = InfluenceEdge.objects.standing().filter(from_seat=target, to_seat=source, kind=kind)
    if kind == "conflicts" and back.exists():
        raise Refused(_("These two are connected in this way already."), rule=RULE)


def _seat_people(row: PowerMap, by: Actor, now: dt.datetime) -> int:
    """A seat for everybody who decides or is placed, from the top of the chart."""
    placed = GridAssessment.objects.filter(customer=row.customer, status__in=CURRENT)
    people = Contact.objects.filter(customer=row.customer).active()
    people = people.filter(Q(is_decision_layer=True) | Q(pk__in=placed.values("contact")))
    people = list(people.order_by("-is_decision_layer", "id")[:MOST])
    seats = {}
    for person in people:
        role = grid.seat_of(is_decision_layer=person.is_decision_layer, level=person.level)
        seat = PowerSeat(map=row, contact=person, role=role, title=person.title or person.name)
        seats[person.pk] = insert(seat, by=by, now=now)
    above = {person.pk: person.reports_to_id for person in people}
    for person in people:
        chief = person.reports_to_id
        if chief in seats and not power.is_below(above, person.pk, chief):
            edit_row(seats[person.pk], {"reports_to": seats[chief]}, by=by, now=now)
    return len(seats)


def _titled(values: dict[str, Any]) -> dict[str, Any]:
    """Without a title, that of whoever holds the seat."""
    holder, title = values.get("contact"), (values.get("title") or "").strip()
    if not title and holder is not None:
        title = holder.title or holder.name
    if not title:
        raise _wrong("title", _("Name the seat, or choose who holds it."))
    return {**values, "title": title}


def _check(seat: PowerSeat) -> None:
    row = seat.map
    if seat.contact is not None and seat.contact.customer_id != row.customer_id:
        raise _wrong("contact", _("This person works for another customer."))
    if seat.contact is not None and seat.contact.status != ContactStatus.ACTIVE:
        raise _wrong(
            "contact", _("%(contact)s works there no more.") % {"contact": seat.contact}
        )  # fmt: skip
    if seat.reports_to is None:
        return
    if seat.reports_to.map_id != row.pk or seat.reports_to.removed_at is not None:
        raise _wrong("reports_to", _("Choose a seat of the same map."))
    seats = PowerSeat.objects.standing().filter(map=row)
    parents = dict(seats.values_list("pk", "reports_to_id"))
    if seat.pk is not None and power.is_below(parents, seat.pk, seat.reports_to_id):
        raise _wrong("reports_to", _("That seat reports to this one; choose one above or beside."))


def _strong(strength: int) -> None:
    if not STRENGTHS[0] <= strength <= STRENGTHS[1]:
        raise _wrong("strength", _("The strength lies between 1 and 3."))


def _changeable(row: PowerMap) -> None:
    """The map is locked: two who turn its tree do so one after the other, and make no ring."""
    if not PowerMap.objects.select_for_update().get(pk=row.pk).is_open:
        raise Refused(_("This map is archived; draw another one."), rule=RULE)


def _standing(seat: PowerSeat) -> None:
    _changeable(seat.map)
    if not PowerSeat.objects.standing().filter(pk=seat.pk).exists():
        raise Refused(_("This seat was taken off the map. Reload the page."), rule=RULE)


def _tied(edge: InfluenceEdge) -> None:
    _changeable(edge.from_seat.map)
    if edge.removed_at is not None:
        raise Refused(_("This tie was taken off the map. Reload the page."), rule=RULE)


def _record_seat(
    seat: PowerSeat, verb: str, by: Actor, now: dt.datetime, facts: Mapping[str, Any]
) -> None:
    _record(seat.map, f"seat_{verb}", by, now, {"seat": seat.pk, **facts})
