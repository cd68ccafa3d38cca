"""Who reports to whom at a customer, and who of ours knows whom of theirs."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Max

from accounts.models import Contact, Customer
from core import policy
from core.models import User
from relationships import policies
from relationships.models import Interaction
from relationships.power import Node, lay_out

MOST_OF_OURS, MOST_OF_THEIRS, MOST_IN_CHART = 10, 60, 200


@dataclass(frozen=True)
class ChartLine:
    """A person of theirs, how deep below the top, and how many report to them."""

    contact: Contact
    depth: int
    reports: int


def chart_of(customer: Customer) -> tuple[list[ChartLine], int]:
    """Who reports to whom, each before those below, and how many people are left out: one query."""
    rows = Contact.objects.filter(customer=customer).active().select_related("unit")
    people = sorted(rows, key=lambda each: (not each.is_decision_layer, each.name, each.pk))
    by_pk = {person.pk: person for person in people}
    nodes = [Node(person.pk, person.reports_to_id, 1) for person in people]
    places = lay_out(nodes, {1: 1.0}).places
    below = Counter(person.reports_to_id for person in people)
    lines = [ChartLine(by_pk[pk], place.depth, below[pk]) for pk, place in places.items()]
    return lines[:MOST_IN_CHART], len(people) - len(lines[:MOST_IN_CHART])


@dataclass(frozen=True)
class Tie:
    """How often two people met of late, and when last."""

    met: int
    last: dt.datetime | None
    owns: bool = False
    """Owns the relationship."""


@dataclass(frozen=True)
class Known:
    """Our people across, theirs down."""

    ours: Sequence[User]
    lines: Sequence[tuple[Contact, list[Tie | None]]]
    nobody: Sequence[Contact]
    """Whom nobody of ours met."""
    days: int


def known_at(customer: Customer, *, now: dt.datetime) -> Known:
    """Who met whom: three queries, whatever the number of people."""
    people = Contact.objects.filter(customer=customer).active().select_related("relationship_owner")
    people = list(people.order_by("-is_decision_layer", "name", "id"))
    met = _met(customer, now)
    owners = {each.pk: each.relationship_owner_id for each in people if each.relationship_owner_id}
    often = Counter(user for _contact, user in met) + Counter(owners.values())
    first = [pk for pk, _often in often.most_common(MOST_OF_OURS)]
    users = User.objects.filter(pk__in=first, is_active=True).in_bulk()
    ours = [users[pk] for pk in first if pk in users]
    lines = [
        (person, [_tie(person, user, met, owners) for user in ours])
        for person in people
        if any((person.pk, user.pk) in met or owners.get(person.pk) == user.pk for user in ours)
    ]
    touched = {contact for contact, _user in met}
    nobody = [person for person in people if person.pk not in touched]
    days = policy.get(policies.KNOWN_DAYS, at=now)
    return Known(ours, lines[:MOST_OF_THEIRS], nobody[:MOST_OF_THEIRS], days)


def _met(customer: Customer, now: dt.datetime) -> dict[tuple[int, int], Tie]:
    since = now - dt.timedelta(days=policy.get(policies.KNOWN_DAYS, at=now))
    rows = Interaction.objects.held().filter(customer=customer, starts_at__gt=since)
    rows = rows.filter(contacts__isnull=False, participants__isnull=False).order_by()
    pairs = rows.values_list("contacts", "participants")
    said = pairs.annotate(n=Count("id"), last=Max("starts_at"))
    return {(contact, user): Tie(n, last) for contact, user, n, last in said}


def _tie(
    person: Contact,
    user: User,
    met: dict[tuple[int, int], Tie],
    owners: dict[int, int],
) -> Tie | None:
    found, owns = met.get((person.pk, user.pk)), owners.get(person.pk) == user.pk
    if found is None:
        return Tie(0, None, owns) if owns else None
    return Tie(found.met, found.last, owns)
