"""Customers that may be the same company: by name without legal form, and by pinyin."""

from __future__ import annotations

from typing import Any

from accounts.findable import CUSTOMER, scopes_of
from accounts.models import Customer
from accounts.names import likeness
from core import search

MOST = 5


def candidates(user: Any, name: str) -> list[Customer]:
    """Up to five customers in sight whose name is the same, contains or is contained, or sounds
    the same (pinyin). Nothing for less than two characters."""
    core = likeness(name)
    if len(core) < 2:
        return []
    seen = Customer.objects.visible_to(user).current()
    scopes = scopes_of(user)
    hits = search.find(core, limit=20, scope_filter=scopes, labels=[CUSTOMER])
    spoken = "".join(part for part in search.pinyin(core)[0])
    if spoken != core and not hits:
        hits = search.find(spoken, limit=20, scope_filter=scopes, labels=[CUSTOMER])
    rows = seen.select_related("owning_unit").in_bulk([hit.id for hit in hits])
    found = [rows[hit.id] for hit in hits if hit.id in rows]
    return sorted(found, key=lambda row: likeness(row.name) != core)[:MOST]
