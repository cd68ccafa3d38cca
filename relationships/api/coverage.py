"""`/api/v1/coverage-cells/`: the coverage matrix as it was counted last night; read only."""

from __future__ import annotations

from typing import Any

from core.api.resource import ReadResource
from core.api.shapes import Shape
from relationships.filters_rhythm import CoverageFilter
from relationships.models import CoverageCell


class CoverageCellShape(Shape):
    """The active people of one kind of unit and level, how many were met lately (R-R12)."""

    class Meta:
        model = CoverageCell
        fields = [
            "id", "customer", "unit_kind", "level", "active", "contacted", "owner",
            "last_touch_at", "counted_at",
        ]  # fmt: skip


class CoverageCellResource(ReadResource):
    """Cells with somebody in them, of customers in sight."""

    scope = "contacts"
    shape = CoverageCellShape
    filterset_class = CoverageFilter
    orderings = ("-id", "id", "active", "-active")

    def rows(self, user: Any) -> Any:
        """Of visible customers."""
        return CoverageCell.objects.visible_to(user)
