"""`/api/v1/customer-influences/`."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts import rules
from accounts.actions import influences
from accounts.choices import InfluenceKind
from accounts.filters_record import InfluenceFilter
from accounts.models import Customer, CustomerInfluence
from core.api.bulk import Resource
from core.api.fields import ScopedRelatedField
from core.api.shapes import Input, Shape
from core.api.verbs import verb


class InfluenceShape(Shape):
    """One customer has a say in what another one buys."""

    class Meta:
        model = CustomerInfluence
        fields = [
            "id",
            "customer",
            "influenced",
            "kind",
            "note",
            "ended_at",
            "created_at",
            "updated_at",
            "version",
        ]


class InfluenceChange(Input):
    """What an edit may set."""

    note = serializers.CharField(max_length=200, required=False, allow_blank=True)


class InfluenceInput(InfluenceChange):
    """A new influence; the same one twice, or a customer and itself, is refused."""

    customer = ScopedRelatedField(queryset=Customer.objects.visible_to)
    influenced = ScopedRelatedField(queryset=Customer.objects.visible_to)
    kind = serializers.ChoiceField(choices=InfluenceKind.choices)


class InfluenceResource(Resource):
    """Influences between customers, both ends in sight."""

    scope = "customers"
    shape, input, change_input = InfluenceShape, InfluenceInput, InfluenceChange
    filterset_class = InfluenceFilter
    orderings = ("-id", "id", "-updated_at")

    def rows(self, user: Any) -> Any:
        """Between customers within sight."""
        return CustomerInfluence.objects.visible_to(user).select_related(
            "customer__owning_unit", "influenced__owning_unit"
        )

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> CustomerInfluence:
        """Record one."""
        first = [values.pop(name) for name in ("customer", "influenced", "kind")]
        return influences.add(*first, by=by, now=now, **values)

    def change_row(
        self, row: CustomerInfluence, values: dict[str, Any], *, by: Any, now: Any, version: int
    ) -> None:
        """Write its note anew; the rest is ended and recorded anew."""
        for name in ("customer", "influenced", "kind"):
            values.pop(name, None)
        influences.describe(row, values.get("note", row.note), by=by, now=now, version=version)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """Whoever edits one of the two."""
        ends = values["customer"], values["influenced"]
        return any(rules.may_edit_customer(user, end) for end in ends)

    def may_change(self, user: Any, row: CustomerInfluence) -> bool:
        """Whoever edits one of the two."""
        return rules.may_edit_influence(user, row)

    @verb(may=rules.may_edit_influence, rule="C055")
    def end(self, row: CustomerInfluence, values: dict, *, by: Any, now: Any) -> CustomerInfluence:
        """It has no say any more."""
        return influences.end(row, by=by, now=now)
