"""`/api/v1/competitor-positions/` and `/api/v1/product-penetration/`."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts import rules
from accounts.actions import penetration, positions
from accounts.choices_market import Penetration
from accounts.filters_market import PenetrationFilter, PositionFilter
from accounts.models import CompetitorPosition, Customer, CustomerUnit, ProductPenetration
from core.api.bulk import CreateResource, Resource
from core.api.fields import ScopedRelatedField
from core.api.shapes import Input, Shape
from core.api.verbs import verb


def _text(length: int) -> serializers.CharField:
    return serializers.CharField(max_length=length, required=False, allow_blank=True)


def _edits(user: Any, row: Any) -> bool:
    return rules.may_edit_customer(user, row.customer)


class PositionShape(Shape):
    """What a competitor holds at a customer; `superseded_at` is empty for the latest."""

    class Meta:
        model = CompetitorPosition
        fields = [
            "id", "customer", "competitor", "product", "share", "strengths", "weaknesses",
            "open_issues", "swap_plan", "as_of", "source", "superseded_at", "created_at",
            "updated_at", "version",
        ]  # fmt: skip


class PositionInput(Input):
    """What is known as of a day; it takes the place of what was known before."""

    customer = ScopedRelatedField(queryset=Customer.objects.visible_to)
    competitor = serializers.CharField(max_length=80)
    product = serializers.CharField(max_length=80)
    share = serializers.IntegerField(min_value=0, max_value=100, required=False, allow_null=True)
    strengths, weaknesses = _text(300), _text(300)
    open_issues, swap_plan = _text(300), _text(300)
    as_of = serializers.DateField()
    source = serializers.CharField(max_length=200)


class PositionResource(CreateResource):
    """Positions of competitors: noted anew, never edited."""

    scope = "customers"
    shape, input = PositionShape, PositionInput
    filterset_class = PositionFilter
    orderings = ("-id", "id", "-updated_at")

    def rows(self, user: Any) -> Any:
        """At customers within sight."""
        rows = CompetitorPosition.objects.visible_to(user)
        return rows.select_related("customer__owning_unit")

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> CompetitorPosition:
        """Note one."""
        return positions.note(values.pop("customer"), values, by=by, now=now)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """As the customer."""
        return rules.may_edit_customer(user, values["customer"])

    @verb(may=_edits, rule="C122")
    def end(self, row: CompetitorPosition, values: dict, *, by: Any, now: Any) -> Any:
        """It holds nothing there any more."""
        return positions.end(row, by=by, now=now)


class PenetrationShape(Shape):
    """How far a product of ours is in use; without a unit at the whole customer."""

    class Meta:
        model = ProductPenetration
        fields = [
            "id", "customer", "unit", "product", "status", "note", "created_at", "updated_at",
            "version",
        ]  # fmt: skip


class PenetrationChange(Input):
    """What an edit may set."""

    status = serializers.ChoiceField(choices=Penetration.choices)
    note = _text(200)


class PenetrationInput(PenetrationChange):
    """A product at a customer or in a department; each pair once."""

    customer = ScopedRelatedField(queryset=Customer.objects.visible_to)
    unit = ScopedRelatedField(
        queryset=CustomerUnit.objects.visible_to, required=False, allow_null=True
    )
    product = serializers.CharField(max_length=80)


class PenetrationResource(Resource):
    """Products in use."""

    scope = "customers"
    shape, input, change_input = PenetrationShape, PenetrationInput, PenetrationChange
    filterset_class = PenetrationFilter
    orderings = ("-id", "id", "-updated_at")

    def rows(self, user: Any) -> Any:
        """At customers within sight."""
        rows = ProductPenetration.objects.visible_to(user)
        return rows.select_related("customer__owning_unit")

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> ProductPenetration:
        """Note one."""
        named = values.pop("customer"), values.pop("product")
        return penetration.create(*named, values, unit=values.pop("unit", None), by=by, now=now)

    def change_row(
        self, row: ProductPenetration, values: dict[str, Any], *, by: Any, now: Any, version: int
    ) -> None:
        """How far it is in use now; the pair stays."""
        for name in ("customer", "unit", "product"):
            values.pop(name, None)
        penetration.edit(row, values, by=by, now=now, version=version)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """As the customer."""
        return rules.may_edit_customer(user, values["customer"])

    def may_change(self, user: Any, row: ProductPenetration) -> bool:
        """As the customer."""
        return _edits(user, row)
