"""`/api/v1/revenue-records/` and `/api/v1/cash-flow-designations/`: of the confidential class."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts import rules
from accounts.actions import cash_flow, revenue
from accounts.choices import DesignationSeat
from accounts.filters_value import DesignationFilter, RevenueFilter
from accounts.models import CashFlowDesignation, Customer, RevenueRecord
from accounts.queries import units_open
from core.api.bulk import CreateResource
from core.api.fields import ScopedRelatedField
from core.api.shapes import Input, Shape
from core.api.verbs import verb
from core.web import ask


class RevenueShape(Shape):
    """What was ordered, earned and collected in a month."""

    class Meta:
        model = RevenueRecord
        fields = [
            "id", "customer", "unit", "month", "product_line", "order_amount", "revenue",
            "gross_profit", "cash_collected", "currency", "headcount_of_unit", "reverses", "note",
            "external_source", "external_ref", "created_at", "version",
        ]  # fmt: skip


def _amount() -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=18, decimal_places=2, required=False)


class RevenueInput(Input):
    """A month; the day of the month is not kept."""

    customer = ScopedRelatedField(queryset=Customer.objects.visible_to)
    unit = ScopedRelatedField(queryset=units_open, required=False)
    month = serializers.DateField()
    product_line = serializers.CharField(max_length=60, required=False, allow_blank=True)
    order_amount = _amount()
    revenue = _amount()
    gross_profit = _amount()
    cash_collected = _amount()
    currency = serializers.RegexField(r"\A[A-Z]{3}\Z", required=False)
    headcount_of_unit = serializers.IntegerField(
        min_value=0, max_value=1_000_000, required=False, allow_null=True
    )
    note = serializers.CharField(max_length=300, required=False, allow_blank=True)
    external_ref = serializers.CharField(max_length=120, required=False, allow_blank=True)


class WhyInput(Input):
    """Why."""

    note = serializers.CharField(max_length=300)


def _books(user: Any, row: RevenueRecord) -> bool:
    return rules.may_book_revenue(user, row.customer)


class RevenueResource(CreateResource):
    """Revenue by month: booked and reversed, never changed; a known external_ref is 409."""

    scope = "revenue-records"
    confidential = True
    shape, input = RevenueShape, RevenueInput
    filterset_class = RevenueFilter
    orderings = ("-id", "id", "month", "-month")

    def rows(self, user: Any) -> Any:
        """Of customers whose confidential class one reads."""
        rows = RevenueRecord.objects.visible_to(user)
        return rows.select_related("customer__owning_unit", "unit")

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> RevenueRecord:
        """Book it."""
        return revenue.book(values.pop("customer"), values, by=by, now=now)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """Integrations, administrators, the heads above."""
        return rules.may_book_revenue(user, values["customer"])

    @verb(input=WhyInput, output=RevenueShape, may=_books, rule="b.1", confidential=True)
    def reverse(self, row: RevenueRecord, values: dict, *, by: Any, now: Any) -> RevenueRecord:
        """Book the opposite; answers with the new row."""
        return revenue.reverse(row, by=by, now=now, **values)


class DesignationShape(Shape):
    """A cash-flow designation with what it rests on and who agreed."""

    class Meta:
        model = CashFlowDesignation
        fields = [
            "id", "customer", "status", "by_rule", "grounds", "evidence", "fit", "revenue",
            "median", "currency", "budget", "rh_by", "rh_at", "exe_by", "exe_at", "starts_on",
            "review_on", "closed_by", "closed_at", "note", "updated_at", "version",
        ]  # fmt: skip


class DesignationInput(Input):
    """A proposal."""

    customer = ScopedRelatedField(queryset=Customer.objects.confidential_to)
    evidence = serializers.CharField(max_length=20_000)
    budget = serializers.DecimalField(
        max_digits=18, decimal_places=2, min_value=0, required=False, allow_null=True
    )


class ConsentInput(Input):
    """In which seat one agrees."""

    seat = serializers.ChoiceField(choices=DesignationSeat.choices)


class DesignationResource(CreateResource):
    """Cash-flow designations: proposed by the team, agreed to by RH and EXE (b.6)."""

    scope = "cash-flow-designations"
    confidential = create_people_only = True
    shape, input = DesignationShape, DesignationInput
    filterset_class = DesignationFilter
    orderings = ("-id", "id", "-updated_at")

    def rows(self, user: Any) -> Any:
        """Of customers whose confidential class one reads."""
        rows = CashFlowDesignation.objects.visible_to(user)
        return rows.select_related("customer__owning_unit", "rh_by", "exe_by")

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> CashFlowDesignation:
        """A proposal."""
        return cash_flow.propose(values.pop("customer"), by=by, now=now, **values)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """The account team and the heads above it."""
        return rules.may_assess(user, values["customer"])

    @verb(
        input=ConsentInput, may=rules.may_decide_designation, rule="b.6", people_only=True,
        confidential=True,
    )  # fmt: skip
    def confirm(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """One of the two consents."""
        ask(values["seat"] in rules.designation_seats(by.user, row), rule="b.6")
        return cash_flow.confirm(row, values["seat"], by=by, now=now)

    @verb(
        input=WhyInput, may=rules.may_decide_designation, rule="b.6", people_only=True,
        confidential=True,
    )  # fmt: skip
    def reject(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Not a cash-flow customer, and why."""
        return cash_flow.reject(row, values["note"], by=by, now=now)

    @verb(
        input=WhyInput, may=rules.may_decide_designation, rule="b.6", people_only=True,
        confidential=True,
    )  # fmt: skip
    def lift(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """It is over, and why."""
        return cash_flow.lift(row, values["note"], by=by, now=now)

    @verb(
        input=WhyInput, may=rules.may_decide_designation, rule="b.6", people_only=True,
        confidential=True,
    )  # fmt: skip
    def renew(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Looked at again and kept, and why."""
        return cash_flow.renew(row, values["note"], by=by, now=now)
