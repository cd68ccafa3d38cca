"""Customers and contacts that may be there already: by name, short name, pinyin, domain, phone.

Each answer is one query, for it is asked while somebody types.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from accounts.findable import CONTACT, CUSTOMER
from accounts.models import Contact, Customer
from accounts.names import host_of, likeness
from core import search
from core.models import SearchEntry

MOST = 5
READ = 20
"""Rows that are ranked."""
SPOKEN = 4
"""Letters of pinyin below which half of all names sound alike."""


def candidates(
    user: Any, name: str, short_name: str = "", website: str = "", *, but: int | None = None
) -> list[Customer]:
    """Up to five customers in sight whose name or short name is the same, contains or is
    contained, or sounds the same, or whose people write from this domain. One query."""
    cores = [core for core in map(likeness, (name, short_name)) if len(core) > 1]
    asked = Q()
    for core in dict.fromkeys(cores):
        asked |= _named(core, CUSTOMER, "scope_id")
    domain = search.fold(host_of(website))
    if len(domain) > 3:
        rows = SearchEntry.objects.filter(
            label__in=(CUSTOMER, CONTACT), codes__contains=f" {domain} "
        )
        asked |= Q(pk__in=search.candidates(rows, [domain]).values("scope_id"))
    if not asked:
        return []
    seen = Customer.objects.visible_to(user).current().filter(asked).exclude(pk=but)
    found = list(seen.select_related("owning_unit").order_by("id")[:READ])
    return sorted(found, key=lambda row: (likeness(row.name) not in cores, len(row.name)))[:MOST]


def contact_candidates(
    user: Any, customer: Customer, name: str = "", phone: str = "", email: str = ""
) -> list[Contact]:
    """Up to five people in sight: of this customer by name or by what sounds like it, of any
    customer by phone or e-mail. One query."""
    asked = Q()
    if len(search.fold(name)) > 1:
        asked |= _named(name, CONTACT, "about_id", scope_id=customer.pk)
    for code in (search.fold(phone), search.fold(email)):
        if len(code) > 5:
            rows = SearchEntry.objects.filter(label=CONTACT, codes__contains=f" {code} ")
            asked |= Q(pk__in=search.candidates(rows, [code]).values("about_id"))
    if not asked:
        return []
    seen = Contact.objects.visible_to(user).active().filter(asked)
    found = list(seen.select_related("customer").order_by("id")[:READ])
    return sorted(found, key=lambda row: (row.customer_id != customer.pk, len(row.name)))[:MOST]


def _named(text: str, label: str, column: str, **within: Any) -> Q:
    """Rows whose index knows a name, as written or as spoken."""
    rows: QuerySet[SearchEntry] = SearchEntry.objects.filter(label=label, **within)
    written = search.fold(text)
    asked = Q(pk__in=search.candidates(rows, [written]).values(column))
    spoken = "".join(search.pinyin(text)[0])
    if spoken != written and len(spoken) >= SPOKEN:
        asked |= Q(pk__in=search.candidates(rows, [spoken]).values(column))
    return asked
