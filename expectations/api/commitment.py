"""`/api/v1/commitments/` and `/api/v1/milestones/`."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.choices import Function
from accounts.models import Customer
from accounts.queries import colleagues
from core.api.bulk import Resource
from core.api.fields import ScopedRelatedField
from core.api.shapes import Input, Shape
from core.api.verbs import verb
from expectations import rules_delivery as rules
from expectations.actions import commitment as actions
from expectations.actions import milestone as milestones
from expectations.choices import CommitmentTo
from expectations.filters_delivery import CommitmentFilter, MilestoneFilter
from expectations.models import Commitment, ExpectationItem, Milestone, Project


class CommitmentShape(Shape):
    """One dated promise; overdue is open and past `due_at`."""

    class Meta:
        model = Commitment
        fields = [
            "id",
            "code",
            "customer",
            "project",
            "text",
            "promised_to",
            "made_by",
            "owner",
            "department",
            "due_at",
            "capacity_confirmed_by",
            "capacity_confirmed_at",
            "milestone",
            "item",
            "replaced_by",
            "explanation",
            "settled_at",
            "status",
            "about_label",
            "about_id",
            "external_source",
            "external_ref",
            "updated_at",
            "version",
        ]


class CommitmentChange(Input):
    """What an edit may set; the date moves by move-due."""

    text = serializers.CharField(max_length=300)
    owner = ScopedRelatedField(queryset=colleagues)
    department = serializers.ChoiceField(
        choices=Function.choices, required=False, allow_blank=True, default=""
    )
    milestone = ScopedRelatedField(
        queryset=Milestone.objects.visible_to, required=False, allow_null=True
    )
    item = ScopedRelatedField(
        queryset=ExpectationItem.objects.visible_to, required=False, allow_null=True
    )


class CommitmentInput(CommitmentChange):
    """A new promise."""

    customer = ScopedRelatedField(queryset=Customer.objects.visible_to)
    project = ScopedRelatedField(
        queryset=Project.objects.visible_to, required=False, allow_null=True
    )
    promised_to = serializers.ChoiceField(
        choices=CommitmentTo.choices, required=False, default=CommitmentTo.CUSTOMER
    )
    due_at = serializers.DateTimeField()
    external_ref = serializers.CharField(max_length=120, required=False, allow_blank=True)


class ReasonInput(Input):
    """Why."""

    reason = serializers.CharField(max_length=1000)


class ExplanationInput(Input):
    """Why it was late or missed."""

    explanation = serializers.CharField(max_length=1000)


class MoveDueInput(ReasonInput):
    """Another date."""

    due_at = serializers.DateTimeField()
    approver = ScopedRelatedField(queryset=colleagues, required=False, allow_null=True)


class ReplaceInput(ReasonInput):
    """The promise that takes its place."""

    text = serializers.CharField(max_length=300)
    due_at = serializers.DateTimeField()


class CommitmentResource(Resource):
    """Promises with a date."""

    scope = "commitments"
    shape, input, filterset_class = CommitmentShape, CommitmentInput, CommitmentFilter
    change_input = CommitmentChange
    orderings = ("due_at", "-due_at", "-id", "-updated_at")

    def rows(self, user: Any) -> Any:
        """Promises to visible customers."""
        return Commitment.objects.visible_to(user).select_related("customer", "project")

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """Whoever works for the customer."""
        return rules.may_promise(user, values["customer"], values.get("project"))

    def may_change(self, user: Any, row: Commitment) -> bool:
        """Owner, promiser, triangle."""
        return rules.may_edit_commitment(user, row)

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> Commitment:
        """Promise."""
        return actions.promise(**values, by=by, now=now)

    def change_row(self, row: Any, values: dict[str, Any], *, by: Any, now: Any, version: int):
        """Edit."""
        actions.edit_commitment(row, values, by=by, now=now, version=version)

    @verb(may=rules.may_confirm_capacity, rule="b.3.2", people_only=True)
    def confirm_capacity(self, row: Commitment, values: dict, *, by: Any, now: Any) -> None:
        """FR: we can keep it."""
        actions.confirm_capacity(row, by=by, now=now)

    @verb(may=rules.may_settle_commitment, rule="b.3.2")
    def meet(self, row: Commitment, values: dict, *, by: Any, now: Any) -> None:
        """The promise is kept."""
        actions.meet(row, by=by, now=now)

    @verb(input=ExplanationInput, may=rules.may_settle_commitment, rule="b.3.2")
    def miss(self, row: Commitment, values: dict, *, by: Any, now: Any) -> None:
        """Not kept, and why."""
        actions.miss(row, by=by, now=now, **values)

    @verb(input=ExplanationInput, may=rules.may_edit_commitment, rule="b.3.4 W2")
    def explain(self, row: Commitment, values: dict, *, by: Any, now: Any) -> None:
        """Why it is late."""
        actions.explain(row, values["explanation"], by=by, now=now)

    @verb(input=MoveDueInput, may=rules.may_edit_commitment, rule="R-E7")
    def move_due(self, row: Commitment, values: dict, *, by: Any, now: Any) -> None:
        """The date moves; risks that threaten it move with it."""
        actions.move_due(row, by=by, now=now, **values)

    @verb(input=ReasonInput, may=rules.may_withdraw_commitment, rule="b.3.2", people_only=True)
    def withdraw(self, row: Commitment, values: dict, *, by: Any, now: Any) -> None:
        """Taken back, after a sent notice."""
        actions.withdraw(row, by=by, now=now, **values)

    @verb(input=ReplaceInput, may=rules.may_withdraw_commitment, rule="b.3.2", people_only=True)
    def replace(self, row: Commitment, values: dict, *, by: Any, now: Any) -> Commitment:
        """A new promise in its place; answers with the new one."""
        return actions.replace(row, by=by, now=now, **values)


class MilestoneShape(Shape):
    """A dated step of a project."""

    class Meta:
        model = Milestone
        fields = [
            "id",
            "project",
            "name",
            "weight",
            "baseline_on",
            "forecast_on",
            "actual_on",
            "customer_visible",
            "status",
            "external_source",
            "external_ref",
            "updated_at",
            "version",
        ]


class MilestoneChange(Input):
    """What an edit may set; the baseline only before a form is effective."""

    name = serializers.CharField(max_length=120)
    baseline_on = serializers.DateField()
    weight = serializers.IntegerField(min_value=1, max_value=100, required=False, default=1)
    customer_visible = serializers.BooleanField(required=False, default=True)


class MilestoneInput(MilestoneChange):
    """A new step."""

    project = ScopedRelatedField(queryset=Project.objects.visible_to)
    external_ref = serializers.CharField(max_length=120, required=False, allow_blank=True)


class ForecastInput(ReasonInput):
    """Another date is expected."""

    forecast_on = serializers.DateField()


class DoneInput(Input):
    """The day it was done."""

    actual_on = serializers.DateField()


class MilestoneResource(Resource):
    """Steps of projects."""

    scope = "milestones"
    shape, input, filterset_class = MilestoneShape, MilestoneInput, MilestoneFilter
    change_input = MilestoneChange
    orderings = ("baseline_on", "-id", "-updated_at")

    def rows(self, user: Any) -> Any:
        """Milestones of visible customers' projects."""
        return Milestone.objects.visible_to(user).select_related("project__customer")

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """The triangle."""
        return rules.may_plan(user, values["project"])

    def may_change(self, user: Any, row: Milestone) -> bool:
        """The triangle."""
        return rules.may_edit_milestone(user, row)

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> Milestone:
        """Plan."""
        return milestones.plan_milestone(values.pop("project"), **values, by=by, now=now)

    def change_row(self, row: Any, values: dict[str, Any], *, by: Any, now: Any, version: int):
        """Edit."""
        milestones.edit_milestone(row, values, by=by, now=now, version=version)

    @verb(input=ForecastInput, may=rules.may_edit_milestone, rule="b.3.2")
    def forecast(self, row: Milestone, values: dict, *, by: Any, now: Any) -> None:
        """Another date is expected."""
        milestones.forecast(row, by=by, now=now, **values)

    @verb(input=DoneInput, may=rules.may_edit_milestone, rule="b.3.2")
    def finish(self, row: Milestone, values: dict, *, by: Any, now: Any) -> None:
        """The step is done."""
        milestones.finish(row, values["actual_on"], by=by, now=now)

    @verb(input=ReasonInput, may=rules.may_edit_milestone, rule="b.3.2")
    def miss(self, row: Milestone, values: dict, *, by: Any, now: Any) -> None:
        """The step was not reached."""
        milestones.miss(row, by=by, now=now, **values)
