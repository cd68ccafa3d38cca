"""Customers, people and units made to measure, beside the demo data: cloned rows, no story."""

from __future__ import annotations

import itertools
import time
from typing import Any

from django.db import connection, models

from accounts.models import AccountAssignment, Contact, Customer, OrgUnit, UserProfile, UserRole
from core.models import User
from relationships.models import GridAssessment
from service.models import SlaClock, Ticket

_NUMBERS = itertools.count(int(time.time()) % 10_000_000 * 1000)
DEEP, MEMBERS = 12, 250
BELOW = "量测分支"


def clone(row: models.Model, **changes: Any) -> Any:
    """An unsaved copy of a row without its id."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    values.pop(row._meta.pk.attname)
    return type(row)(**{**values, **changes})


def customer(*, contacts: int = 0, tickets: int = 0, placed: int = 0, reader: User) -> Customer:
    """A customer of the reader's unit with so many people, open tickets and people on the grid."""
    source = Customer.objects.exclude(contacts=None).exclude(tickets=None).latest("pk")
    unit = reader.profile.unit_id
    made = clone(
        source, code=f"B{next(_NUMBERS)}", external_ref="", parent_id=None, owning_unit_id=unit
    )
    made.save(force_insert=True)
    Customer.objects.filter(pk=made.pk).update(path=f"/{made.pk}/")
    seat = AccountAssignment.objects.filter(role="ar").latest("pk")
    clone(seat, customer_id=made.pk, user_id=reader.pk, status="active").save(force_insert=True)
    people = _contacts(made, max(contacts, placed))
    _grid(made, people[:placed])
    _tickets(made, tickets, people)
    return made


def clear(customers: list[Customer]) -> None:
    """Take people and tickets of such customers away again: a thousand new rows of one customer
    are what other rows of the bench would have to read past."""
    SlaClock.objects.filter(ticket__customer__in=customers).delete()
    Ticket.objects.filter(customer__in=customers).delete()
    GridAssessment.objects.filter(customer__in=customers).delete()
    Contact.objects.filter(customer__in=customers).delete()


def _contacts(of: Customer, number: int) -> list[Contact]:
    source = Contact.objects.filter(status="active").latest("pk")
    rows = [
        clone(
            source,
            customer_id=of.pk,
            unit_id=None,
            reports_to_id=None,
            external_ref="",
            name=f"{source.name}{place}",
        )
        for place in range(number)
    ]
    return Contact.objects.bulk_create(rows)


def _grid(of: Customer, people: list[Contact]) -> None:
    sources = list(GridAssessment.objects.filter(status="confirmed").order_by("-pk")[:40])
    rows = [
        clone(
            sources[place % len(sources)],
            customer_id=of.pk,
            contact_id=contact.pk,
            previous_id=None,
        )
        for place, contact in enumerate(people)
    ]
    GridAssessment.objects.bulk_create(rows)


def _tickets(of: Customer, number: int, people: list[Contact]) -> None:
    open_ = Ticket.objects.open().exclude(owner=None).exclude(clocks=None).order_by("-pk")
    source = open_.first()
    clocks = list(SlaClock.objects.filter(ticket=source))
    rows = [
        clone(
            source,
            code=f"B{next(_NUMBERS)}",
            customer_id=of.pk,
            contact_id=people[0].pk if people else None,
            contract_id=None,
            external_ref="",
            parent_id=None,
            follows_id=None,
        )
        for _each in range(number)
    ]
    made = Ticket.objects.bulk_create(rows, batch_size=500)
    copies = [clone(each, ticket_id=ticket.pk) for ticket in made for each in clocks]
    SlaClock.objects.bulk_create(copies, batch_size=1000)


def member(role: str, unit: OrgUnit | int, name: str = "") -> User:
    """One more person with a role in a unit of ours."""
    return members([role], [unit], name)[0]


def members(roles: list[str], units: list[Any], name: str = "") -> list[User]:
    """People, each with a role in a unit."""
    people = [
        User(username=f"{name or 'bench'}{next(_NUMBERS)}", full_name=f"测{place}", password="!")
        for place, _role in enumerate(roles)
    ]
    people = User.objects.bulk_create(people)
    seats = zip(people, roles, units, strict=True)
    profiles, held = [], []
    for user, role, unit in seats:
        pk = unit if isinstance(unit, int) else unit.pk
        profiles.append(UserProfile(user=user, unit_id=pk, function="sales"))
        held.append(UserRole(user=user, role=role))
    UserProfile.objects.bulk_create(_stamped(profiles))
    UserRole.objects.bulk_create(held)
    return people


def _stamped(rows: list[Any]) -> list[Any]:
    """Rows with the times that a bulk insert must bring itself."""
    source = UserProfile.objects.latest("pk")
    for row in rows:
        row.created_at, row.updated_at = source.created_at, source.updated_at
    return rows


def deep_organisation() -> tuple[User, User]:
    """A dozen levels of units below an office and 250 more people spread over them; somebody who
    sits at the top of that branch and somebody at its foot. The office's customers move down."""
    offices = OrgUnit.objects.filter(level="rep_office").exclude(name__startswith=BELOW)
    office = offices.latest("pk")
    units, parent = [], office
    for _level in range(DEEP):
        unit = clone(office, parent_id=parent.pk, external_ref="", name=f"{BELOW}{next(_NUMBERS)}")
        unit.save(force_insert=True)
        unit.path = f"{parent.path}{unit.pk}/"
        OrgUnit.objects.filter(pk=unit.pk).update(path=unit.path)
        units.append(unit)
        parent = unit
    places = [units[place % DEEP] for place in range(MEMBERS)]
    members(["eng"] * MEMBERS, places)
    below = Customer.objects.filter(owning_unit__path__startswith=office.path)
    ids = list(below.order_by("pk").values_list("pk", flat=True))
    for place, unit in enumerate(units):
        Customer.objects.filter(pk__in=ids[place::DEEP]).update(owning_unit=unit)
    return member("rh", office), member("ar", units[-1])


def analyse() -> None:
    """Let PostgreSQL know what was added, as autovacuum would by the next minute."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("ANALYZE")
