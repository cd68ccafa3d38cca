"""`/api/v1/cadence-rules/` and `/api/v1/cadence-results/`: read only; a job judges the weeks."""

from __future__ import annotations

from typing import Any

from core.api.permissions import may_see_confidential
from core.api.resource import ReadResource
from core.api.shapes import Shape
from relationships.filters_rhythm import ResultFilter, RuleFilter
from relationships.models import CadenceResult, CadenceRule


class CadenceRuleShape(Shape):
    """Who should meet customers how often; an empty minimum is that of the policy."""

    class Meta:
        model = CadenceRule
        fields = [
            "id", "rule", "subject", "subject_key", "metric", "window", "days", "minimum",
            "target", "mode", "unit", "starts_on", "ends_on", "is_on", "updated_at", "version",
        ]  # fmt: skip


class CadenceRuleResource(ReadResource):
    """Rules of cadence (R-R4, R-R7 to R-R10): administrators edit them."""

    scope = "interactions"
    shape = CadenceRuleShape
    filterset_class = RuleFilter
    orderings = ("id", "-id")

    def rows(self, user: Any) -> Any:
        """Open to all staff."""
        return CadenceRule.objects.visible_to(user)


class CadenceResultShape(Shape):
    """What one window of a person, a customer or a key person came to; never changed."""

    class Meta:
        model = CadenceResult
        fields = [
            "id", "rule", "user", "customer", "contact", "starts_on", "ends_on", "actual",
            "minimum", "target", "status", "mode", "due_at", "judged_at", "late_by_s",
        ]  # fmt: skip


class CadenceResultResource(ReadResource):
    """Judged windows in sight; those of key people only with the confidential scope."""

    scope = "interactions"
    shape = CadenceResultShape
    filterset_class = ResultFilter
    orderings = ("-id", "id", "ends_on", "-ends_on")

    def rows(self, user: Any) -> Any:
        """Own, of one's people, of customers in sight; of key people behind the door."""
        rows = CadenceResult.objects.visible_to(user)
        return rows if may_see_confidential(self.request) else rows.filter(contact=None)
