"""`/api/v1/account-healths/`: days of account health, of the confidential class; read only."""

from __future__ import annotations

from typing import Any

from accounts.filters_health import HealthFilter
from accounts.models import AccountHealth
from core.api.resource import ReadResource
from core.api.shapes import Shape


class HealthShape(Shape):
    """One day of one customer: parts from 0 to 100, null without evidence (R-H1)."""

    class Meta:
        model = AccountHealth
        fields = [
            "id", "customer", "as_of", "key_index", "universal", "organisational", "attainment",
            "satisfaction", "sla", "total", "band", "lost", "facts", "is_current", "created_at",
        ]  # fmt: skip


class HealthResource(ReadResource):
    """Account health by customer and day, written by night."""

    scope = "customers"
    confidential = True
    shape = HealthShape
    filterset_class = HealthFilter
    orderings = ("-id", "id", "-as_of", "as_of", "-lost", "lost")

    def rows(self, user: Any) -> Any:
        """Of customers whose confidential class the person reads."""
        return AccountHealth.objects.visible_to(user)
