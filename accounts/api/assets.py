"""`/api/v1/assets/`."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts import rules
from accounts.actions import assets
from accounts.choices import AssetStatus, Vendor
from accounts.filters_record import AssetFilter
from accounts.models import Asset, Customer
from core.api.bulk import Resource
from core.api.fields import ScopedRelatedField
from core.api.shapes import Input, Shape
from core.api.verbs import verb


def _edits(user: Any, row: Asset) -> bool:
    return rules.may_edit_customer(user, row.customer)


def _line(length: int) -> serializers.CharField:
    return serializers.CharField(max_length=length, required=False, allow_blank=True)


def _day() -> serializers.DateField:
    return serializers.DateField(required=False, allow_null=True)


class AssetShape(Shape):
    """Equipment at a customer."""

    class Meta:
        model = Asset
        fields = [
            "id",
            "customer",
            *assets.FIELDS,
            "status",
            "last_verified_on",
            "created_at",
            "updated_at",
            "version",
        ]


class AssetChange(Input):
    """What an edit may set; the status has verbs."""

    product = serializers.CharField(max_length=80)
    site = _line(120)
    model = _line(80)
    serial = _line(80)
    vendor = serializers.ChoiceField(choices=Vendor.choices, required=False)
    quantity = serializers.IntegerField(min_value=1, max_value=2_000_000_000, required=False)
    commissioned_on = _day()
    warranty_end = _day()
    contract = _line(60)
    note = _line(200)
    external_ref = _line(120)


class AssetInput(AssetChange):
    """Equipment, or an upsert by external_ref."""

    customer = ScopedRelatedField(queryset=Customer.objects.visible_to)
    status = serializers.ChoiceField(
        choices=[AssetStatus.PLANNED, AssetStatus.IN_SERVICE], required=False
    )


class InServiceInput(Input):
    """Since when, and what covers it."""

    on = serializers.DateField()
    warranty_end = _day()
    contract = _line(60)


class RetireInput(Input):
    """Why."""

    reason = serializers.CharField(max_length=200)


class AssetResource(Resource):
    """The installed base."""

    scope = "customers"
    shape, input, change_input = AssetShape, AssetInput, AssetChange
    filterset_class = AssetFilter
    orderings = ("-id", "id", "-updated_at")

    def rows(self, user: Any) -> Any:
        """At customers within sight."""
        return Asset.objects.visible_to(user).select_related("customer__owning_unit")

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> Asset:
        """Record equipment."""
        return assets.create(values.pop("customer"), values, by=by, now=now)

    def change_row(
        self, row: Asset, values: dict[str, Any], *, by: Any, now: Any, version: int
    ) -> None:
        """Edit; it stays with its customer and in its state."""
        for name in ("customer", "status"):
            values.pop(name, None)
        assets.edit(row, values, by=by, now=now, version=version)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """As the customer."""
        return rules.may_edit_customer(user, values["customer"])

    def may_change(self, user: Any, row: Asset) -> bool:
        """As the customer."""
        return _edits(user, row)

    @verb(input=InServiceInput, may=_edits, rule="C149")
    def put_in_service(self, row: Asset, values: dict, *, by: Any, now: Any) -> Asset:
        """Planned equipment goes into service."""
        return assets.put_in_service(row, values.pop("on"), by=by, now=now, **values)

    @verb(input=RetireInput, may=_edits, rule="C149")
    def retire(self, row: Asset, values: dict, *, by: Any, now: Any) -> Asset:
        """It stands there no more."""
        return assets.retire(row, values["reason"], by=by, now=now)

    @verb(may=_edits, rule="C149")
    def verify(self, row: Asset, values: dict, *, by: Any, now: Any) -> Asset:
        """Somebody looked today."""
        return assets.verify(row, by=by, now=now)
