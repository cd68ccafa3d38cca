"""`/api/v1/customer-insights/` and `/api/v1/buying-profiles/`."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts import rules
from accounts.actions import buying_profiles, insights
from accounts.buying import DAYS, NAME, STEPS, WHO, Step
from accounts.choices import MainBusiness, ProcurementMode
from accounts.filters_record import BuyingProfileFilter, InsightFilter
from accounts.models import BuyingProfile, BuyingStep, Customer, CustomerInsight
from core.api.bulk import CreateResource, Resource
from core.api.fields import ScopedRelatedField
from core.api.shapes import Input, Shape
from core.api.verbs import verb


def _edits(user: Any, row: CustomerInsight) -> bool:
    return rules.may_edit_customer(user, row.customer)


class InsightShape(Shape):
    """What we understand of a customer."""

    class Meta:
        model = CustomerInsight
        fields = [
            "id",
            "customer",
            *insights.FIELDS,
            "status",
            "published_at",
            "valid_until",
            "created_at",
            "updated_at",
            "version",
        ]


def _text() -> serializers.CharField:
    return serializers.CharField(max_length=4000, required=False, allow_blank=True)


class InsightChange(Input):
    """What an edit of a draft may set."""

    industry_analysis = _text()
    customer_plan = _text()
    direction = _text()
    pains = _text()
    competitor_view = _text()
    main_business_position = serializers.ChoiceField(
        choices=MainBusiness.choices, required=False, allow_blank=True
    )


class InsightInput(InsightChange):
    """A draft."""

    customer = ScopedRelatedField(queryset=Customer.objects.visible_to)


class InsightResource(Resource):
    """Customer insights: drafted, published by a person, expired after their time."""

    scope = "customers"
    shape, input, change_input = InsightShape, InsightInput, InsightChange
    filterset_class = InsightFilter
    orderings = ("-id", "id", "valid_until", "-updated_at")

    def rows(self, user: Any) -> Any:
        """Of customers within sight."""
        rows = CustomerInsight.objects.visible_to(user)
        return rows.select_related("customer__owning_unit")

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> CustomerInsight:
        """A draft."""
        return insights.draft(values.pop("customer"), values, by=by, now=now)

    def change_row(
        self, row: CustomerInsight, values: dict[str, Any], *, by: Any, now: Any, version: int
    ) -> None:
        """Edit a draft; it stays with its customer."""
        values.pop("customer", None)
        insights.edit(row, values, by=by, now=now, version=version)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """As the customer."""
        return rules.may_edit_customer(user, values["customer"])

    def may_change(self, user: Any, row: CustomerInsight) -> bool:
        """As the customer."""
        return _edits(user, row)

    @verb(may=_edits, rule="C126", people_only=True)
    def publish(self, row: CustomerInsight, values: dict, *, by: Any, now: Any) -> CustomerInsight:
        """Publish a draft that is whole; the one before expires."""
        return insights.publish(row, by=by, now=now)


class BuyingStepShape(Shape):
    """One step of a decision."""

    class Meta:
        model = BuyingStep
        fields = ["position", "name", "roles", "usual_days"]


class BuyingProfileShape(Shape):
    """How a customer buys, with the steps in their order."""

    steps = BuyingStepShape(many=True)

    class Meta:
        model = BuyingProfile
        fields = [
            "id",
            "customer",
            *buying_profiles.FIELDS,
            "steps",
            "updated_on",
            "status",
            "superseded_at",
            "created_at",
            "updated_at",
            "version",
        ]


class StepInput(Input):
    """One step; its place in the list is its order."""

    name = serializers.CharField(max_length=NAME)
    roles = serializers.CharField(max_length=WHO, required=False, allow_blank=True)
    usual_days = serializers.IntegerField(
        min_value=0, max_value=DAYS, required=False, allow_null=True
    )


class BuyingProfileInput(Input):
    """The profile from now on; the current one is superseded."""

    customer = ScopedRelatedField(queryset=Customer.objects.visible_to)
    procurement_mode = serializers.ChoiceField(choices=ProcurementMode.choices)
    budget_cycle = serializers.CharField(max_length=120, required=False, allow_blank=True)
    budget_amount = serializers.DecimalField(
        max_digits=18, decimal_places=2, min_value=0, required=False, allow_null=True
    )
    currency = serializers.RegexField(r"^[A-Z]{3}\Z", required=False)
    payment_habit = serializers.CharField(max_length=200, required=False, allow_blank=True)
    steps = serializers.ListField(child=StepInput(), max_length=STEPS, required=False)
    replaces = serializers.IntegerField(
        min_value=0, max_value=2**63 - 1, required=False, allow_null=True
    )


class BuyingProfileResource(CreateResource):
    """Buying profiles: one current per customer, the superseded ones kept."""

    scope = "customers"
    shape, input = BuyingProfileShape, BuyingProfileInput
    filterset_class = BuyingProfileFilter
    orderings = ("-id", "id", "-updated_at")

    def rows(self, user: Any) -> Any:
        """Of customers within sight, with their steps."""
        return BuyingProfile.objects.visible_to(user).prefetch_related("steps")

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> BuyingProfile:
        """Write the profile anew; `replaces` (an id, 0 for none) guards against a race."""
        steps = [
            Step(one["name"], one.get("roles", ""), one.get("usual_days"))
            for one in values.pop("steps", [])
        ]
        customer, replaces = values.pop("customer"), values.pop("replaces", None)
        return buying_profiles.write(customer, values, steps, by=by, now=now, replaces=replaces)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """As the customer."""
        return rules.may_edit_customer(user, values["customer"])
