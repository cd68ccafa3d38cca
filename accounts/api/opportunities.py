"""`/api/v1/opportunities/`: deals; facts that an integration may bring too."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts import rules
from accounts.actions import opportunities
from accounts.choices import OPEN_STAGES, OpportunitySource, Stage
from accounts.filters_sales import OpportunityFilter
from accounts.models import Customer, Opportunity
from accounts.queries import colleagues
from core.api.bulk import Resource
from core.api.fields import ScopedRelatedField
from core.api.shapes import Input, Shape
from core.api.verbs import verb


class OpportunityShape(Shape):
    """What a customer may buy, until when it is decided, and how it ended."""

    class Meta:
        model = Opportunity
        fields = [
            "id", "code", "customer", "name", "source", "owner", "amount", "currency",
            "expected_close", "tender_decision_date", "note", "stage", "closed_at", "close_reason",
            "lost_to", "external_source", "external_ref", "updated_at", "version",
        ]  # fmt: skip


class OpportunityChange(Input):
    """What an edit may set while it is open."""

    name = serializers.CharField(max_length=120)
    source = serializers.ChoiceField(choices=OpportunitySource.choices, required=False)
    owner = ScopedRelatedField(queryset=colleagues, required=False)
    amount = serializers.DecimalField(
        max_digits=18, decimal_places=2, min_value=0, required=False, allow_null=True
    )
    currency = serializers.RegexField(r"\A[A-Z]{3}\Z", required=False)
    expected_close = serializers.DateField()
    tender_decision_date = serializers.DateField(required=False, allow_null=True)
    note = serializers.CharField(max_length=20_000, required=False, allow_blank=True)
    external_ref = serializers.CharField(max_length=120, required=False, allow_blank=True)


class OpportunityInput(OpportunityChange):
    """A lead; `external_ref` makes it an upsert."""

    customer = ScopedRelatedField(queryset=Customer.objects.visible_to)


class StageInput(Input):
    """Another open stage."""

    stage = serializers.ChoiceField(choices=[(stage.value, stage.label) for stage in OPEN_STAGES])


class WonInput(Input):
    """What decided it."""

    reason = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class ShelveInput(Input):
    """Why it rests."""

    reason = serializers.CharField(max_length=300)


class LostInput(ShelveInput):
    """Why, and who got it."""

    lost_to = serializers.CharField(max_length=80)


class OpportunityResource(Resource):
    """Opportunities of customers within sight."""

    scope = "opportunities"
    shape, input, change_input = OpportunityShape, OpportunityInput, OpportunityChange
    filterset_class = OpportunityFilter
    orderings = ("-id", "id", "expected_close", "-expected_close", "-updated_at")
    search_fields = ("name", "code")

    def rows(self, user: Any) -> Any:
        """Of customers within sight."""
        rows = Opportunity.objects.visible_to(user)
        return rows.select_related("customer__owning_unit", "owner")

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> Opportunity:
        """A lead."""
        return opportunities.create(values.pop("customer"), values, by=by, now=now)

    def change_row(
        self, row: Opportunity, values: dict[str, Any], *, by: Any, now: Any, version: int
    ) -> None:
        """Edit while open; the customer stays."""
        values.pop("customer", None)
        opportunities.edit(row, values, by=by, now=now, version=version)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """Whoever edits the customer, and its service sales."""
        return rules.may_sell(user, values["customer"])

    def may_change(self, user: Any, row: Opportunity) -> bool:
        """Its owner, and whoever may note one."""
        return rules.may_work_opportunity(user, row)

    @verb(input=StageInput, may=rules.may_work_opportunity, rule="b.1")
    def go_on(self, row: Opportunity, values: dict, *, by: Any, now: Any) -> Opportunity:
        """Another open stage."""
        return opportunities.go_on(row, values["stage"], by=by, now=now)

    @verb(input=WonInput, may=rules.may_work_opportunity, rule="b.1")
    def win(self, row: Opportunity, values: dict, *, by: Any, now: Any) -> Opportunity:
        """Won; it was offered before."""
        return opportunities.close(row, Stage.WON, by=by, now=now, **values)

    @verb(input=LostInput, may=rules.may_work_opportunity, rule="b.1")
    def lose(self, row: Opportunity, values: dict, *, by: Any, now: Any) -> Opportunity:
        """Lost, why and to whom."""
        return opportunities.close(row, Stage.LOST, by=by, now=now, **values)

    @verb(input=ShelveInput, may=rules.may_work_opportunity, rule="b.1")
    def shelve(self, row: Opportunity, values: dict, *, by: Any, now: Any) -> Opportunity:
        """Not now."""
        return opportunities.close(row, Stage.SHELVED, by=by, now=now, **values)

    @verb(input=ShelveInput, may=rules.may_work_opportunity, rule="b.1")
    def reopen(self, row: Opportunity, values: dict, *, by: Any, now: Any) -> Opportunity:
        """Open again, in the stage before."""
        return opportunities.reopen(row, reason=values["reason"], by=by, now=now)
