"""Who makes one person of two records (b.1)."""

from __future__ import annotations

from typing import Any

from accounts.models import Contact, ContactMerge
from accounts.rules import may_run_customer


def may_merge_contact(user: Any, contact: Contact) -> bool:
    """Whoever runs the customer, as for two records of a customer."""
    return may_run_customer(user, contact.customer)


def may_undo_contact_merge(user: Any, row: ContactMerge) -> bool:
    """As merging."""
    return may_run_customer(user, row.customer)
