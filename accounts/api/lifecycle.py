"""`/api/v1/lifecycle-proposals/`."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts import rules
from accounts.actions import lifecycle
from accounts.filters_record import ProposalFilter
from accounts.models import LifecycleProposal
from core.api.resource import ReadResource
from core.api.shapes import Input, Shape
from core.api.verbs import verb


def _decides(user: Any, row: LifecycleProposal) -> bool:
    return rules.may_run_customer(user, row.customer)


class ProposalShape(Shape):
    """A step along the lifecycle that the rule proposes."""

    class Meta:
        model = LifecycleProposal
        fields = [
            "id",
            "customer",
            "from_status",
            "to_status",
            "last_contact_on",
            "status",
            "decided_at",
            "note",
            "created_at",
            "updated_at",
            "version",
        ]


class ProposalReasonInput(Input):
    """Why it is rejected."""

    reason = serializers.CharField(max_length=300)


class ProposalResource(ReadResource):
    """Lifecycle proposals: made by the rule, decided by a person who runs the customer."""

    scope = "customers"
    shape = ProposalShape
    filterset_class = ProposalFilter
    orderings = ("-id", "id", "-updated_at")

    def rows(self, user: Any) -> Any:
        """Of customers within sight."""
        return LifecycleProposal.objects.visible_to(user).select_related("customer__owning_unit")

    @verb(may=_decides, rule="R-A5", people_only=True)
    def confirm(
        self, row: LifecycleProposal, values: dict, *, by: Any, now: Any
    ) -> LifecycleProposal:
        """The customer takes the step."""
        return lifecycle.confirm(row, by=by, now=now)

    @verb(input=ProposalReasonInput, may=_decides, rule="R-A5", people_only=True)
    def reject(
        self, row: LifecycleProposal, values: dict, *, by: Any, now: Any
    ) -> LifecycleProposal:
        """It stays where it is, and why."""
        return lifecycle.reject(row, values["reason"], by=by, now=now)
