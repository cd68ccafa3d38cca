"""`/api/v1/account-plans/` and `/api/v1/plan-objectives/`: machines note figures, people decide."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts import rules_plan as rules
from accounts.actions import objectives, plans
from accounts.choices_plan import ObjectiveType, PlanKind, Section
from accounts.filters_plan import AccountPlanFilter, ObjectiveFilter
from accounts.models import AccountPlan, Customer, Objective
from accounts.queries import colleagues
from core.api.bulk import Resource
from core.api.fields import ScopedRelatedField
from core.api.shapes import Input, Shape
from core.api.verbs import verb
from core.days import FIRST_YEAR, LAST_YEAR


class AccountPlanShape(Shape):
    """What we mean to reach at a customer, in a year or in three to five."""

    class Meta:
        model = AccountPlan
        fields = [
            "id", "customer", "kind", "year", "years", *Section.values, "budget", "owner", "status",
            "submitted_by", "submitted_at", "approver", "approved_at", "decision_note", "closed_at",
            "updated_at", "version",
        ]  # fmt: skip


def _part() -> serializers.CharField:
    return serializers.CharField(max_length=4000, required=False, allow_blank=True)


class AccountPlanChange(Input):
    """What an edit may set while it is written."""

    performance_gap = _part()
    opportunity_gap = _part()
    market_insight = _part()
    strategic_intent = _part()
    innovation_focus = _part()
    business_design = _part()
    critical_tasks = _part()
    organisation = _part()
    talent = _part()
    culture = _part()
    budget = serializers.DecimalField(
        max_digits=18, decimal_places=2, min_value=0, required=False, allow_null=True
    )
    owner = ScopedRelatedField(queryset=colleagues, required=False)


class AccountPlanInput(AccountPlanChange):
    """A draft."""

    customer = ScopedRelatedField(
        queryset=lambda user: Customer.objects.visible_to(user).select_related("owning_unit")
    )
    kind = serializers.ChoiceField(choices=PlanKind.choices)
    year = serializers.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR)
    years = serializers.IntegerField(
        min_value=1, max_value=5, required=False, default=1, help_text="ABP 1, ASP 3 to 5."
    )


class PlanReturnInput(Input):
    """Why."""

    note = serializers.CharField(max_length=300)


class AccountPlanResource(Resource):
    """Account plans of customers in sight."""

    scope = "account-plans"
    shape, input, change_input = AccountPlanShape, AccountPlanInput, AccountPlanChange
    filterset_class = AccountPlanFilter
    orderings = ("-id", "id", "year", "-year", "-updated_at")

    def rows(self, user: Any) -> Any:
        """Of customers within sight."""
        rows = AccountPlan.objects.visible_to(user)
        return rows.select_related("customer__owning_unit", "owner")

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> AccountPlan:
        """A draft."""
        customer, kind = values.pop("customer"), values.pop("kind")
        period = values.pop("year"), values.pop("years", 1)
        return plans.draft(customer, kind, period, values, by=by, now=now)

    def change_row(
        self, row: AccountPlan, values: dict[str, Any], *, by: Any, now: Any, version: int
    ) -> None:
        """Edit; customer, kind and period stay."""
        plans.edit(row, values, by=by, now=now, version=version)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """The account team and the heads above."""
        return rules.may_write_plan(user, values["customer"])

    def may_change(self, user: Any, row: AccountPlan) -> bool:
        """The same, and its owner."""
        return rules.may_work_plan(user, row)

    @verb(may=rules.may_work_plan, rule="C099", people_only=True)
    def submit(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Ask the head for approval."""
        return plans.submit(row, by=by, now=now)

    @verb(may=rules.may_decide_plan, rule="b.6", people_only=True)
    def approve(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """A head approves it; never its author or owner."""
        return plans.approve(row, by=by, now=now)

    @verb(input=PlanReturnInput, may=rules.may_decide_plan, rule="b.6", people_only=True)
    def give_back(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """A head returns it, and why."""
        return plans.give_back(row, by=by, now=now, note=values["note"])

    @verb(may=rules.may_work_plan, rule="C099", people_only=True)
    def start(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """It is worked on."""
        return plans.start(row, by=by, now=now)

    @verb(may=rules.may_work_plan, rule="C099", people_only=True)
    def close(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Its time is over, each objective decided."""
        return plans.close(row, by=by, now=now)


class ObjectiveShape(Shape):
    """One measurable thing to reach."""

    class Meta:
        model = Objective
        fields = [
            "id", "plan", "type", "metric", "unit", "baseline", "target", "actual", "due_on",
            "status", "settled_at", "note", "updated_at", "version",
        ]  # fmt: skip


class ObjectiveChange(Input):
    """What an edit may set while the plan is written."""

    type = serializers.ChoiceField(choices=ObjectiveType.choices)
    metric = serializers.CharField(max_length=120)
    unit = serializers.CharField(max_length=20, required=False, allow_blank=True)
    baseline = serializers.DecimalField(
        max_digits=18, decimal_places=2, required=False, allow_null=True
    )
    target = serializers.DecimalField(max_digits=18, decimal_places=2)
    due_on = serializers.DateField()


class ObjectiveInput(ObjectiveChange):
    """An objective of a plan."""

    plan = ScopedRelatedField(
        queryset=lambda user: AccountPlan.objects.visible_to(user).select_related(
            "customer__owning_unit"
        )
    )


class MeasureInput(Input):
    """Where it stands."""

    actual = serializers.DecimalField(max_digits=18, decimal_places=2)


class ObjectiveResource(Resource):
    """Objectives of account plans in sight."""

    scope = "account-plans"
    shape, input, change_input = ObjectiveShape, ObjectiveInput, ObjectiveChange
    filterset_class = ObjectiveFilter
    orderings = ("-id", "id", "due_on", "-updated_at")

    def rows(self, user: Any) -> Any:
        """Of plans within sight."""
        rows = Objective.objects.visible_to(user)
        return rows.select_related("plan__customer__owning_unit")

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> Objective:
        """Add one."""
        return objectives.add(values.pop("plan"), values, by=by, now=now)

    def change_row(
        self, row: Objective, values: dict[str, Any], *, by: Any, now: Any, version: int
    ) -> None:
        """Edit; the plan stays."""
        objectives.edit(row, values, by=by, now=now, version=version)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """Whoever works on the plan."""
        return rules.may_work_plan(user, values["plan"])

    def may_change(self, user: Any, row: Objective) -> bool:
        """The same."""
        return rules.may_work_objective(user, row)

    @verb(input=MeasureInput, may=rules.may_work_objective, rule="C096")
    def measure(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Note where it stands; at the target it is met."""
        return objectives.measure(row, values["actual"], by=by, now=now)

    @verb(input=PlanReturnInput, may=rules.may_work_objective, rule="C096", people_only=True)
    def drop(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """It is not pursued any more, and why."""
        return objectives.drop(row, by=by, now=now, note=values["note"])
