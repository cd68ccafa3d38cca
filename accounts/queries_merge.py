"""What a merge of two contacts would move, counted in one query."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Subquery
from django.db.models.functions import Coalesce
from django.utils.text import capfirst

from accounts.models import Contact
from core import merging, registry


def what_moves(contact: Contact, *, inside: bool) -> list[tuple[str, int]]:
    """(name of a kind of rows, how many) that point to a contact; those of the confidential class
    only for whoever is inside. The most come first."""
    hidden = () if inside else registry.entry("MERGE_LOCKED", ())
    columns = [one for one in merging.columns(Contact) if one.label not in hidden]
    asked = {
        f"n{place}": Coalesce(
            Subquery(
                column.rows(contact.pk)
                .order_by()
                .values(column.attname)
                .annotate(n=Count("pk"))
                .values("n")
            ),
            0,
        )
        for place, column in enumerate(columns)
    }
    rows: Any = Contact.objects.filter(pk=contact.pk).annotate(**asked)
    counted: dict[str, int] = {}
    for column, count in zip(columns, rows.values_list(*asked).get(), strict=True):
        counted[column.words] = counted.get(column.words, 0) + count
    known = [(capfirst(name), count) for name, count in counted.items() if count]
    return sorted(known, key=lambda pair: (-pair[1], pair[0]))
