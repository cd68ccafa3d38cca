"""What search knows of customers and contacts: entries that actions write with the row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models

from accounts.models import Contact, Customer
from core import search
from core.models import SearchEntry

CUSTOMER = Customer._meta.label_lower
CONTACT = Contact._meta.label_lower


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
    seen = Customer.objects.visible_to(user).values("pk")
    return search.find(query, limit, scope_filter=seen, labels=(CUSTOMER, CONTACT))


def _customer(row: Customer) -> SearchEntry:
    return search.entry_for(
        CUSTOMER,
        row.pk,
        scope_id=row.pk,
        title=row.name,
        subtitle=" · ".join(part for part in (row.industry, row.region) if part),
        url=row.get_absolute_url(),
        texts=[row.short_name],
        codes=[row.code, row.external_ref],
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
