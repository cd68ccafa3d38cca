"""Reading what is confidential through the API leaves a line in the log of readings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core import clock
from core.web import actor_of
from relationships.actions.readings import log_reads


class NotedReads:
    """For resources whose rows have a `customer`: stands before the resource."""

    def paginate_queryset(self, queryset: Any) -> Any:
        """A page; reading it is noted."""
        page = super().paginate_queryset(queryset)  # type: ignore[misc]
        self._note(page or [])
        return page

    def retrieve(self, request: Any, pk: str) -> Any:
        """One row with its ETag; reading it is noted."""
        self._note([self.row_of(request)])  # type: ignore[attr-defined]
        return super().retrieve(request, pk)  # type: ignore[misc]

    def _note(self, rows: Iterable[Any]) -> None:
        by = actor_of(self.request, "api")  # type: ignore[attr-defined]
        log_reads([row.customer for row in rows], by=by, now=clock.now())
