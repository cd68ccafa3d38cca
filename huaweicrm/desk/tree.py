"""Sums of the customer tree that need the floors above: open risks and open tickets."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from accounts.queries_tree import Column
from expectations.models import Risk
from service.models import Ticket


def figures(prefix: str, *, user: Any) -> list[Column]:
    """How many open risks and tickets each customer below a path has: two grouped queries.

    Counted over the whole branch; the tree adds up only the customers in sight of the reader.
    """
    return [
        Column(
            "risks",
            _("Open risks"),
            _counted(Risk.objects.open(), prefix),
            "/risks/?customer={pk}",
            "risk",
        ),
        Column(
            "tickets",
            _("Open tickets"),
            _counted(Ticket.objects.open(), prefix),
            "/tickets/?customer={pk}",
            "watch",
        ),
    ]


def _counted(rows: QuerySet, prefix: str) -> dict[int, int]:
    counted = rows.filter(customer__path__startswith=prefix).order_by().values_list("customer_id")
    return dict(counted.annotate(Count("pk")))
