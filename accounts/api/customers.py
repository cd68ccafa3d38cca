"""`/api/v1/customers/` and `/api/v1/customer-units/`."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts import rules
from accounts.actions import customer_units, customers, merging
from accounts.actions.assessments import local_today
from accounts.api.merging import MergeInput, MergeShape
from accounts.choices import (
    CustomerKind,
    CustomerLevel,
    CustomerStatus,
    Role,
    Stance,
    Tier,
    UnitKind,
)
from accounts.filters import CustomerFilter, CustomerUnitFilter
from accounts.models import Customer, CustomerMerge, CustomerUnit
from accounts.queries import colleagues, timeline_of, units_open, with_rank
from accounts.queries_gaps import kept_of
from core import clock
from core.api.bulk import Resource
from core.api.fields import KeyField, ScopedRelatedField
from core.api.permissions import may_see_confidential
from core.api.routes import TrailEntryShape
from core.api.shapes import Input, Shape
from core.api.verbs import reading, verb
from core.custom.api import CustomInput, CustomShape
from core.models import Calendar
from core.web import ask


def calendars(user: Any) -> Any:
    """Working calendars are open to all staff."""
    return Calendar.objects.all()


class CustomerShape(CustomShape):
    """A customer; the confidential class is elsewhere."""

    tier = KeyField(Tier)

    class Meta:
        model = Customer
        fields = [
            "id",
            "code",
            "name",
            "short_name",
            "kind",
            "level",
            "status",
            "tier",
            "tier_valid_until",
            "parent",
            "owning_unit",
            "industry",
            "country",
            "region",
            "website",
            "notes",
            "calendar",
            "is_demanding",
            "first_order_date",
            "data_owner",
            "last_verified_on",
            "is_archived",
            "merged_into",
            "external_source",
            "external_ref",
            "created_at",
            "updated_at",
            "version",
            "custom",
            "tags",
        ]


class CustomerChange(CustomInput):
    """What an edit may set; tree, unit and status have verbs of their own."""

    name = serializers.CharField(max_length=120)
    short_name = serializers.CharField(max_length=60, required=False, allow_blank=True)
    kind = serializers.ChoiceField(choices=CustomerKind.choices, required=False)
    level = serializers.ChoiceField(choices=CustomerLevel.choices, required=False)
    industry = serializers.CharField(max_length=60, required=False, allow_blank=True)
    country = serializers.CharField(max_length=80, required=False, allow_blank=True)
    region = serializers.CharField(max_length=80, required=False, allow_blank=True)
    website = serializers.CharField(max_length=120, required=False, allow_blank=True)
    notes = serializers.CharField(max_length=20_000, required=False, allow_blank=True)
    calendar = ScopedRelatedField(queryset=calendars, required=False, allow_null=True)
    investment_stance = serializers.ChoiceField(choices=Stance.choices, required=False)
    is_demanding = serializers.BooleanField(required=False)
    first_order_date = serializers.DateField(required=False, allow_null=True)
    data_owner = ScopedRelatedField(queryset=colleagues, required=False, allow_null=True)
    last_verified_on = serializers.DateField(required=False, allow_null=True)
    external_ref = serializers.CharField(max_length=120, required=False, allow_blank=True)


class CustomerInput(CustomerChange):
    """A new customer, or an upsert by external_ref."""

    owning_unit = ScopedRelatedField(queryset=units_open)
    parent = ScopedRelatedField(
        queryset=Customer.objects.visible_to, required=False, allow_null=True
    )
    account_manager = ScopedRelatedField(queryset=colleagues, required=False, allow_null=True)


class MoveInput(Input):
    """The new parent; null: on top."""

    parent = ScopedRelatedField(queryset=Customer.objects.visible_to, allow_null=True)


class UnitInput(Input):
    """The unit of ours that owns the customer from now on."""

    owning_unit = ScopedRelatedField(queryset=units_open)


class StatusInput(Input):
    """The state to go to; lost needs a reason."""

    status = serializers.ChoiceField(choices=CustomerStatus.choices)
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class ReasonInput(Input):
    """Why."""

    reason = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class GapShape(serializers.Serializer):
    """One thing that lacks."""

    label = serializers.CharField()
    url = serializers.CharField()


class KeptShape(serializers.Serializer):
    """How the record of a customer is kept (R-A8)."""

    percent = serializers.IntegerField()
    target = serializers.IntegerField()
    reached = serializers.BooleanField()
    gaps = GapShape(many=True)
    verified = serializers.BooleanField()
    verified_on = serializers.DateField(allow_null=True)


class StanceShape(serializers.Serializer):
    """What we put into a customer (R-A4): of the confidential class."""

    investment_stance = serializers.ChoiceField(choices=Stance.choices)
    cash_flow = serializers.BooleanField()


class CustomerResource(Resource):
    """Customers."""

    scope = "customers"
    shape, input, change_input = CustomerShape, CustomerInput, CustomerChange
    filterset_class = CustomerFilter
    orderings = ("-id", "id", "name", "-name", "tier_rank", "-tier_rank", "-updated_at", "code")
    alike = True

    def rows(self, user: Any) -> Any:
        """Customers within sight, archived ones too when asked for one by id."""
        return with_rank(Customer.objects.visible_to(user))

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> Customer:
        """A new customer."""
        return customers.create(values, by=by, now=now)

    def change_row(
        self, row: Customer, values: dict[str, Any], *, by: Any, now: Any, version: int
    ) -> None:
        """Edit; an upsert may also move the customer in the tree and to another unit."""
        values.pop("account_manager", None)
        if "investment_stance" in values:  # to write it would tell what it was
            ask(self._inside(row), rule="0.2")
        unit, moves = values.pop("owning_unit", row.owning_unit), "parent" in values
        parent = values.pop("parent", row.parent)
        customers.edit(row, values, by=by, now=now, version=version)
        if unit == row.owning_unit and not (moves and parent != row.parent):
            return
        runs = rules.may_run_customer(by.user, row) or rules.has_role(by.user, Role.INT)
        ask(runs, rule="0.2")
        if unit != row.owning_unit:
            customers.assign_unit(row, unit, by=by, now=now)
        if moves and parent != row.parent:
            customers.move_in_tree(row, parent, by=by, now=now)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """Whoever faces customers."""
        return rules.may_create_customer(user)

    def may_change(self, user: Any, row: Customer) -> bool:
        """Account team, heads above, admins, integrations."""
        return rules.may_edit_customer(user, row)

    @verb(input=MoveInput, may=rules.may_run_customer, rule="0.2")
    def move(self, row: Customer, values: dict, *, by: Any, now: Any) -> Customer:
        """Put it elsewhere in the customer tree; a circle is 409."""
        return customers.move_in_tree(row, values["parent"], by=by, now=now)

    @verb(input=UnitInput, may=rules.may_run_customer, rule="0.2")
    def assign_unit(self, row: Customer, values: dict, *, by: Any, now: Any) -> Customer:
        """Let another unit of ours own it."""
        return customers.assign_unit(row, values["owning_unit"], by=by, now=now)

    @verb(input=StatusInput, may=rules.may_run_customer, rule="R-A5", people_only=True)
    def change_status(self, row: Customer, values: dict, *, by: Any, now: Any) -> Customer:
        """Move along the lifecycle."""
        return customers.change_status(
            row, values["status"], reason=values["reason"], by=by, now=now
        )

    @verb(input=ReasonInput, may=rules.may_run_customer, rule="0.2")
    def archive(self, row: Customer, values: dict, *, by: Any, now: Any) -> Customer:
        """Take it out of the lists."""
        return customers.archive(row, reason=values["reason"], by=by, now=now)

    @verb(input=MergeInput, output=MergeShape, may=rules.may_run_customer, rule="b.1")
    def merge(self, row: Customer, values: dict, *, by: Any, now: Any) -> CustomerMerge:
        """Make the other record a part of this one; itself is 409. Answers with the merge."""
        other = values["other"]
        ask(rules.may_run_customer(by.user, other), rule="b.1")
        return merging.merge(row, other, take=values["take"], by=by, now=now)

    @verb(may=rules.may_run_customer, rule="0.2")
    def restore(self, row: Customer, values: dict, *, by: Any, now: Any) -> Customer:
        """Bring it back into the lists."""
        return customers.restore(row, by=by, now=now)

    @verb(may=rules.may_edit_customer, rule="R-A8", people_only=True)
    def verify(self, row: Customer, values: dict, *, by: Any, now: Any) -> Customer:
        """A person looked at the record today."""
        return customers.verify(row, by=by, now=now, on=local_today(row, now))

    @reading(output=KeptShape, rule="R-A8")
    def completeness(self, row: Customer) -> Any:
        """Filled of required by tier, and what lacks with the page where it is filled."""
        now = clock.now()
        return kept_of(row, today=local_today(row, now), now=now)

    @reading(output=StanceShape, rule="R-A4", confidential=True)
    def stance(self, row: Customer) -> Customer:
        """Invest, maintain or harvest, and whether a cash-flow designation stands."""
        ask(self._inside(row), rule="0.2")
        return row

    @reading(output=TrailEntryShape, many=True, orderings=("-id",))
    def timeline(self, row: Customer) -> Any:
        """What happened; the confidential part only with scope and right."""
        return timeline_of(row, confidential=self._inside(row))

    def _inside(self, row: Customer) -> bool:
        """Whether who asks reads the confidential class of a customer."""
        user = self.request.user
        return may_see_confidential(self.request) and rules.sees_confidential(user, row)


class CustomerUnitShape(Shape):
    """A department of a customer."""

    class Meta:
        model = CustomerUnit
        fields = [
            "id",
            "customer",
            "name",
            "kind",
            "parent",
            "external_source",
            "external_ref",
            "updated_at",
            "version",
        ]


class CustomerUnitChange(Input):
    """What an edit may set."""

    name = serializers.CharField(max_length=80)
    kind = serializers.ChoiceField(choices=UnitKind.choices, required=False)
    parent = ScopedRelatedField(
        queryset=CustomerUnit.objects.visible_to, required=False, allow_null=True
    )
    external_ref = serializers.CharField(max_length=120, required=False, allow_blank=True)


class CustomerUnitInput(CustomerUnitChange):
    """A new department."""

    customer = ScopedRelatedField(queryset=Customer.objects.visible_to)


class CustomerUnitResource(Resource):
    """Departments of customers."""

    scope = "customer-units"
    shape, input, change_input = CustomerUnitShape, CustomerUnitInput, CustomerUnitChange
    filterset_class = CustomerUnitFilter
    orderings = ("-id", "id", "name", "-updated_at")
    search_fields = ("name",)

    def rows(self, user: Any) -> Any:
        """Departments of customers within sight."""
        return CustomerUnit.objects.visible_to(user)

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> CustomerUnit:
        """A new department."""
        return customer_units.create(values.pop("customer"), values, by=by, now=now)

    def change_row(
        self, row: CustomerUnit, values: dict[str, Any], *, by: Any, now: Any, version: int
    ) -> None:
        """Edit; it stays with its customer."""
        values.pop("customer", None)
        customer_units.edit(row, values, by=by, now=now, version=version)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """As the customer."""
        return rules.may_edit_customer(user, values["customer"])

    def may_change(self, user: Any, row: CustomerUnit) -> bool:
        """As the customer."""
        return rules.may_edit_customer(user, row.customer)
