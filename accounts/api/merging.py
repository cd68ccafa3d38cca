"""`/api/v1/customer-merges/`: two records that became one, and the way back."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts import rules
from accounts.actions import merging
from accounts.filters import MergeFilter
from accounts.models import Customer, CustomerMerge
from core.api.fields import ScopedRelatedField
from core.api.resource import ReadResource
from core.api.shapes import Input, Shape
from core.api.verbs import verb


class MergeShape(Shape):
    """Two records that became one; the journal stays inside."""

    class Meta:
        model = CustomerMerge
        fields = [
            "id", "customer", "merged", "taken", "rows", "undone_at", "created_at", "updated_at",
            "version",
        ]  # fmt: skip


class MergeInput(Input):
    """The record that becomes a part of this one, and which of its values are kept."""

    other = ScopedRelatedField(queryset=Customer.objects.visible_to)
    take = serializers.ListField(
        child=serializers.ChoiceField(choices=merging.TAKEABLE), required=False, default=list
    )


class MergeResource(ReadResource):
    """Merges of customers; undone exactly while nothing that was moved has changed."""

    scope = "customers"
    shape = MergeShape
    filterset_class = MergeFilter
    orderings = ("-id", "id", "-updated_at")

    def rows(self, user: Any) -> Any:
        """Of customers within sight."""
        return CustomerMerge.objects.visible_to(user).select_related("customer__owning_unit")

    @verb(may=rules.may_undo_merge, rule="b.1")
    def undo(self, row: CustomerMerge, values: dict, *, by: Any, now: Any) -> CustomerMerge:
        """Put everything back where it was."""
        return merging.undo(row, by=by, now=now)
