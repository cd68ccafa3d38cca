"""What search knows of customers and contacts: entries that actions write with the row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models

from accounts.models import Contact, Customer, OrgUnit
from accounts.models.customer import assigned_to, units_seen_by
from accounts.models.organisation import seat_of
from accounts.names import host_of
from core import search
from core.models import SearchEntry

CUSTOMER = Customer._meta.label_lower
CONTACT = Contact._meta.label_lower
FEW = 500
"""Customers whose ids are handed to the search one by one."""


def index_customers(customers: Iterable[Customer]) -> None:
    """Make customers findable by name, short name, pinyin, initials, code and reference."""
    search.index_many([_customer(row) for row in customers])


def index_contacts(contacts: Iterable[Contact]) -> None:
    """Make contacts findable by name, pinyin, title, phone, e-mail and WeChat."""
    search.index_many([_contact(row) for row in contacts])


def forget_customers(*ids: int) -> None:
    """Take customers out of the search: archived or merged away."""
    search.unindex(CUSTOMER, *ids)


def forget_contacts(*ids: int) -> None:
    """Take contacts out of the search: moved, left or erased."""
    search.unindex(CONTACT, *ids)


def find(user: Any, query: str, limit: int) -> list[search.Hit]:
    """Search source of this floor: customers and contacts that the person sees."""
    return search.find(query, limit, scopes_of(user), labels=(CUSTOMER, CONTACT))


def scopes_of(user: Any) -> models.QuerySet | list[int] | None:
    """The customers that a person sees, as `search.find` asks for them cheapest: None for all of
    them, ids when they are few, a queryset to ask row by row when they are many."""
    seen = Customer.objects.visible_to(user)
    if not user.is_authenticated or not user.is_active or user.is_portal:
        return []
    if user.is_superuser or _sits_on_top(user):
        return None
    # one index each: together they would be looked for in every customer
    owned = Customer.objects.filter(owning_unit__in=units_seen_by(user)).values("pk")
    both = owned.order_by().union(assigned_to(user).order_by())
    ids = [row["pk"] for row in both[: FEW + 1]]
    return ids if len(ids) <= FEW else seen.values("pk")


def _sits_on_top(user: Any) -> bool:
    """The seat of a person is above every unit of ours."""
    path = seat_of(user)
    return bool(path) and not OrgUnit.objects.exclude(path__startswith=path).exists()


def _customer(row: Customer) -> SearchEntry:
    return search.entry_for(
        CUSTOMER,
        row.pk,
        scope_id=row.pk,
        title=row.name,
        subtitle=" · ".join(part for part in (row.industry, row.region) if part),
        url=row.get_absolute_url(),
        texts=[row.short_name],
        codes=[row.code, row.external_ref, host_of(row.website)],
    )


def _contact(row: Contact) -> SearchEntry:
    return search.entry_for(
        CONTACT,
        row.pk,
        scope_id=row.customer_id,
        title=row.name,
        subtitle=" · ".join(part for part in (row.customer.display_name, row.title) if part),
        url=row.get_absolute_url(),
        codes=[row.phone, row.email, row.wechat],
    )


def contacts_named(query: str) -> models.QuerySet:
    """Ids of contacts found by what was typed; nothing when nothing usable was typed."""
    return _found(query, CONTACT).values("about_id")


def customers_named(query: str) -> models.QuerySet:
    """Ids of customers found by their own names and codes, or by those of their people."""
    return _found(query, CUSTOMER, CONTACT).values("scope_id")


def _found(query: str, *labels: str) -> models.QuerySet:
    terms = [term for word in query[:200].split()[:8] if (term := search.fold(word))]
    rows = SearchEntry.objects.filter(label__in=labels)
    return search.candidates(rows, terms) if terms else rows.none()
