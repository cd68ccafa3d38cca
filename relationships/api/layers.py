"""`/api/v1/layer-snapshots/`: the layers of relations by month, confidential; read only."""

from __future__ import annotations

from typing import Any

from core.api.resource import ReadResource
from core.api.shapes import Shape
from relationships.filters_layers import LayerFilter
from relationships.models import LayerSnapshot


class LayerSnapshotShape(Shape):
    """One month of one customer; null or empty where there was no evidence (R-R3, R-R11, R-R12)."""

    class Meta:
        model = LayerSnapshot
        fields = [
            "id", "customer", "month", "as_of", "key_index", "key_coverage", "universal_grade",
            "organisational_grade", "inputs", "created_at",
        ]  # fmt: skip


class LayerSnapshotResource(ReadResource):
    """The three layers of each customer, written once a month."""

    scope = "grid-assessments"
    confidential = True
    shape = LayerSnapshotShape
    filterset_class = LayerFilter
    orderings = ("-id", "id", "-month", "month")

    def rows(self, user: Any) -> Any:
        """Of customers whose confidential class the person reads."""
        return LayerSnapshot.objects.visible_to(user)
