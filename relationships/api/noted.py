"""Reading what is confidential through the API leaves a line in the log of readings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from accounts.models import Customer
from core import clock
from core.web import actor_of
from relationships.actions.readings import log_reads


class NotedReads:
    """For resources whose rows have a `customer`: stands before the resource.

    `of_customer`: the path to it where it is no column of the row.
    """

    of_customer = ""

    def paginate_queryset(self, queryset: Any) -> Any:
        """A page; reading it is noted."""
        page = super().paginate_queryset(queryset)  # type: ignore[misc]
        user = self.request.user  # type: ignore[attr-defined]
        ids = self._customers(page or [])
        self._note(Customer.objects.confidential_to(user).filter(pk__in=ids) if ids else [])
        return page

    def retrieve(self, request: Any, pk: str) -> Any:
        """One row with its ETag; reading it is noted."""
        self._note([self.row_of(request).customer])  # type: ignore[attr-defined]
        return super().retrieve(request, pk)  # type: ignore[misc]

    def _customers(self, rows: Any) -> set[int]:
        if not self.of_customer:
            return {row.customer_id for row in rows}
        seen = self.rows(self.request.user)  # type: ignore[attr-defined]
        found = seen.filter(pk__in=[row.pk for row in rows])
        return set(found.values_list(self.of_customer, flat=True))

    def _note(self, customers: Iterable[Customer]) -> None:
        by = actor_of(self.request, "api")  # type: ignore[attr-defined]
        log_reads(customers, by=by, now=clock.now())
