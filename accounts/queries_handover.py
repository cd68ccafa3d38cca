"""Reads of handovers: what is still open, whom the successor must meet, whose rotation is due."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.choices import ContactStatus, TeamRole
from accounts.models import AccountAssignment, Contact, Handover
from core import duties
from core.msgid import gettext_noop

PEOPLE = gettext_noop("People to introduce")
SEATS = gettext_noop("Other seats of the predecessor, with the sight of personal details")


@dataclass(frozen=True)
class Line:
    """One kind of thing that is still open; `name` is a msgid."""

    key: str
    name: str
    count: int
    url: str


def open_lines(row: Handover) -> list[Line]:
    """What stands between an overlap and its completion: three queries (R-A6)."""
    found = [
        Line(
            held.duty.key,
            held.duty.name,
            held.count,
            held.duty.url.replace("{pk}", str(row.customer_id)),
        )
        for held in duties.held(row.assignment.user, row.customer)
    ]
    people = to_introduce(row).count()
    if people:
        found.append(Line("contacts", PEOPLE, people, f"{row.get_absolute_url()}introduce/"))
    seats = other_seats(row).count()
    if seats:
        found.append(Line("seats", SEATS, seats, f"/customers/{row.customer_id}/team/"))
    return found


def to_introduce(row: Handover) -> QuerySet[Contact]:
    """Who decides, and whom the predecessor looks after, not introduced yet."""
    rows = Contact.objects.filter(customer=row.customer_id, status=ContactStatus.ACTIVE)
    rows = rows.filter(Q(is_decision_layer=True) | Q(relationship_owner=row.assignment.user_id))
    met = Handover.introduced.through.objects.filter(handover=row.pk).values("contact")
    return rows.exclude(pk__in=met).order_by("-is_decision_layer", "level", "id")


def other_seats(row: Handover) -> QuerySet[AccountAssignment]:
    """Seats by which the predecessor would go on seeing the customer."""
    rows = AccountAssignment.objects.active().filter(
        customer=row.customer_id, user=row.assignment.user_id
    )
    return rows.exclude(pk=row.assignment_id)


def rotations(since: dt.datetime) -> QuerySet[AccountAssignment]:
    """Seats of account managers who began before this instant, the longest first."""
    rows = AccountAssignment.objects.active().filter(role=TeamRole.AR, since__lt=since)
    return rows.select_related("customer__owning_unit", "user").order_by("since", "id")


def without_handover(seats: QuerySet[AccountAssignment]) -> QuerySet[AccountAssignment]:
    """Of these seats those for which nobody has planned a handover."""
    return seats.exclude(pk__in=Handover.objects.open().values("assignment"))
