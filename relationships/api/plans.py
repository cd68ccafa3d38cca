"""`/api/v1/relationship-plans/`: confidential; people write them, machines only read."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.actions.guards import invalid
from accounts.models import Contact, Customer
from accounts.queries import colleagues
from core.api.bulk import Resource
from core.api.fields import ScopedRelatedField
from core.api.shapes import Input, Shape
from core.api.verbs import verb
from relationships import rules
from relationships.actions import layer_plans, plans
from relationships.api.noted import NotedReads
from relationships.choices import Grade, Layer
from relationships.filters import PlanFilter
from relationships.grid import HIGHEST, LOWEST
from relationships.models import GridAssessment, RelationshipPlan

PERSON = {"contact", "target_intimacy", "target_support"}
LAYER = {"customer", "from_grade", "target_grade"}
"""Fields of one kind of plan only."""


class RelationshipPlanShape(Shape):
    """From where somebody stood to where they should stand (R-R5)."""

    class Meta:
        model = RelationshipPlan
        fields = [
            "id", "customer", "layer", "contact", "from_grade", "target_grade",
            "from_intimacy", "from_support", "target_intimacy", "target_support",
            "strategy", "due_on", "owner", "sponsor", "status", "approved_by", "approved_at",
            "reviewed_at", "claimed_by", "result", "proof", "closed_at", "note",
            "updated_at", "version",
        ]  # fmt: skip


class PlanChange(Input):
    """What an edit of a draft may set."""

    rule_ids: ClassVar[dict[str, str]] = {"": "R-R5"}

    target_intimacy = serializers.IntegerField(
        min_value=LOWEST, max_value=HIGHEST, required=False, help_text="Of a plan for a person."
    )
    target_support = serializers.IntegerField(
        min_value=LOWEST, max_value=HIGHEST, required=False, help_text="Of a plan for a person."
    )
    from_grade = serializers.ChoiceField(
        choices=Grade.choices, required=False, help_text="Of a plan for a layer."
    )
    target_grade = serializers.ChoiceField(
        choices=Grade.choices, required=False, help_text="Of a plan for a layer."
    )
    strategy = serializers.CharField(max_length=2000)
    due_on = serializers.DateField()
    owner = ScopedRelatedField(queryset=colleagues)
    sponsor = ScopedRelatedField(queryset=colleagues, required=False, allow_null=True)


class PlanInput(PlanChange):
    """A draft: for a contact, or for a layer of a customer."""

    layer = serializers.ChoiceField(choices=Layer.choices, required=False)
    customer = ScopedRelatedField(
        queryset=lambda user: Customer.objects.confidential_to(user).select_related("owning_unit"),
        required=False,
        help_text="Of a plan for a layer.",
    )
    contact = ScopedRelatedField(
        queryset=lambda user: Contact.objects.filter(
            customer__in=Customer.objects.confidential_to(user)
        ).select_related("customer__owning_unit"),
        required=False,
        help_text="Of a plan for a person.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """What a plan of this kind needs is there, and nothing else."""
        layer = attrs.get("layer", Layer.KEY)
        needed, foreign = (PERSON, LAYER) if layer == Layer.KEY else (LAYER, PERSON)
        wrong = {name: [_("This field is required.")] for name in needed if name not in attrs}
        wrong |= {name: [_("Not for this layer.")] for name in foreign if name in attrs}
        if wrong:
            raise serializers.ValidationError(wrong)
        return attrs


class PlanClaimInput(Input):
    """What shows the target: an assessment of the person, or words about a layer."""

    assessment = ScopedRelatedField(queryset=GridAssessment.objects.visible_to, required=False)
    proof = serializers.CharField(max_length=300, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of both."""
        if len(attrs) != 1:
            raise serializers.ValidationError(
                {"assessment": [_("Name the assessment, or what shows the grade of a layer.")]}
            )
        return attrs


class PlanNoteInput(Input):
    """Why, or what was decided."""

    note = serializers.CharField(max_length=300)


class RelationshipPlanResource(NotedReads, Resource):
    """Relationship plans: drafted by the team, approved and confirmed by a head (b.6)."""

    scope = "grid-assessments"
    confidential = create_people_only = change_people_only = True
    shape, input, change_input = RelationshipPlanShape, PlanInput, PlanChange
    filterset_class = PlanFilter
    orderings = ("-id", "id", "due_on", "-due_on", "-updated_at")

    def rows(self, user: Any) -> Any:
        """Of customers whose confidential class the person reads."""
        rows = RelationshipPlan.objects.visible_to(user)
        return rows.select_related(
            "customer__owning_unit", "contact__customer__owning_unit", "owner", "result"
        )

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> RelationshipPlan:
        """A draft."""
        layer = values.pop("layer", Layer.KEY)
        if layer != Layer.KEY:
            grades = values.pop("from_grade"), values.pop("target_grade")
            return layer_plans.draft(
                values.pop("customer"), layer, grades, by=by, now=now, **values
            )
        target = values.pop("target_intimacy"), values.pop("target_support")
        return plans.draft(values.pop("contact"), target, by=by, now=now, **values)

    def change_row(
        self, row: RelationshipPlan, values: dict[str, Any], *, by: Any, now: Any, version: int
    ) -> None:
        """Edit a draft."""
        for name in (LAYER if row.is_key else PERSON) & set(values):
            raise invalid(name, _("Not for this layer."))
        plans.edit(row, values, by=by, now=now, version=version)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """The account team and the heads above."""
        contact = values.get("contact")
        return rules.may_propose(user, contact.customer if contact else values["customer"])

    def may_change(self, user: Any, row: RelationshipPlan) -> bool:
        """The account team and the heads above."""
        return rules.may_work_plan(user, row)

    @verb(may=rules.may_approve_plan, rule="b.6", people_only=True, confidential=True)
    def approve(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Approve a draft; never by its author or owner."""
        return plans.approve(row, by=by, now=now)

    @verb(may=rules.may_work_plan, rule="R-R5", people_only=True, confidential=True)
    def start(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Begin."""
        return plans.start(row, by=by, now=now)

    @verb(
        input=PlanClaimInput, may=rules.may_work_plan, rule="R-R5", people_only=True,
        confidential=True,
    )  # fmt: skip
    def claim(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Report as reached."""
        if "proof" in values:
            return layer_plans.claim(row, values["proof"], by=by, now=now)
        return plans.claim(row, values["assessment"], by=by, now=now)

    @verb(may=rules.may_confirm_plan, rule="b.6", people_only=True, confidential=True)
    def confirm(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Reached; an assessment that waits is confirmed with it."""
        return plans.confirm(row, by=by, now=now)

    @verb(
        input=PlanNoteInput, may=rules.may_confirm_plan, rule="b.6", people_only=True,
        confidential=True,
    )  # fmt: skip
    def give_back(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Not reached yet, and why."""
        return plans.give_back(row, by=by, now=now, note=values["note"])

    @verb(
        input=PlanNoteInput, may=rules.may_review_plan, rule="R-R5", people_only=True,
        confidential=True,
    )  # fmt: skip
    def review(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """The head's monthly look."""
        return plans.review(row, by=by, now=now, note=values["note"])

    @verb(
        input=PlanNoteInput, may=rules.may_work_plan, rule="R-R5", people_only=True,
        confidential=True,
    )  # fmt: skip
    def cancel(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """End it without a result."""
        return plans.cancel(row, by=by, now=now, note=values["note"])
