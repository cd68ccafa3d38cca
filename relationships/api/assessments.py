"""`/api/v1/grid-assessments/`: confidential; people propose and decide, machines only read."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Contact, Customer, Opportunity
from accounts.queries import colleagues
from accounts.sensitive import topics
from core.api.bulk import CreateResource
from core.api.fields import ScopedRelatedField
from core.api.shapes import Input, Shape
from core.api.verbs import verb
from relationships import rules
from relationships.actions import assessments
from relationships.api.noted import NotedReads
from relationships.choices import Confidence
from relationships.filters import GridAssessmentFilter
from relationships.grid import HIGHEST, LOWEST, NO_EVIDENCE, RULES
from relationships.models import GridAssessment, Interaction


def _contacts(user: Any) -> Any:
    rows = Contact.objects.filter(customer__in=Customer.objects.confidential_to(user))
    return rows.select_related("customer__owning_unit", "relationship_owner")


def _may_reject(user: Any, row: GridAssessment) -> bool:
    return row.assessor_id == user.pk or rules.may_confirm(user, row)


class GridAssessmentShape(Shape):
    """Where a contact stands (b.2.2); the cell is one of 18, such as P3N. With an `opportunity` it
    speaks of that deal only. `touches` names private matters that the evidence speaks of (R-P2);
    empty as it should be."""

    touches = serializers.SerializerMethodField()

    class Meta:
        model = GridAssessment
        fields = [
            "id",
            "customer",
            "contact",
            "opportunity",
            "counterpart",
            "intimacy",
            "support",
            "cell",
            "attitude",
            "previous",
            "evidence",
            "touches",
            "interactions",
            "confidence",
            "assessed_on",
            "assessor",
            "reviewer",
            "decided_at",
            "decision_note",
            "valid_until",
            "checked_on",
            "status",
            "updated_at",
            "version",
        ]

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_touches(self, row: GridAssessment) -> list[str]:
        """Names of the topics."""
        return [str(each) for each in topics(row.evidence)]


class GridAssessmentInput(Input):
    """A proposal: two scores, what shows them, and the interactions that do."""

    rule_ids = RULES

    contact = ScopedRelatedField(queryset=_contacts)
    intimacy = serializers.IntegerField(min_value=LOWEST, max_value=HIGHEST)
    support = serializers.IntegerField(min_value=LOWEST, max_value=HIGHEST)
    evidence = serializers.CharField(
        max_length=2000, error_messages={"blank": NO_EVIDENCE, "required": NO_EVIDENCE}
    )
    interactions = serializers.ListField(
        child=ScopedRelatedField(queryset=Interaction.objects.visible_to),
        required=False,
        max_length=20,
    )
    confidence = serializers.ChoiceField(choices=Confidence.choices, required=False)
    assessed_on = serializers.DateField(required=False)
    counterpart = ScopedRelatedField(queryset=colleagues, required=False)
    opportunity = ScopedRelatedField(
        queryset=Opportunity.objects.visible_to,
        required=False,
        allow_null=True,
        help_text="Say where they stand in this deal only.",
    )


class NoteInput(Input):
    """Why it is rejected."""

    note = serializers.CharField(max_length=300)


class ConfirmInput(Input):
    """A remark, if any."""

    note = serializers.CharField(max_length=300, required=False, allow_blank=True)


class GridAssessmentResource(NotedReads, CreateResource):
    """Grid assessments: proposed with evidence (R-R2), confirmed by somebody else."""

    scope = "grid-assessments"
    confidential = create_people_only = True
    shape, input = GridAssessmentShape, GridAssessmentInput
    filterset_class = GridAssessmentFilter
    orderings = ("-id", "id", "-assessed_on", "-updated_at")
    alike = True

    def rows(self, user: Any) -> Any:
        """Of customers whose confidential class the person reads; a list leaves out what was
        judged for single deals unless it asks for one."""
        rows = GridAssessment.of_all_kinds.visible_to(user).prefetch_related("interactions")
        return rows.select_related("customer__owning_unit", "contact", "previous", "opportunity")

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> GridAssessment:
        """A proposal."""
        point = values.pop("intimacy"), values.pop("support")
        return assessments.propose(values.pop("contact"), point, by=by, now=now, **values)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """The account team and the heads above."""
        return rules.may_propose(user, values["contact"].customer)

    @verb(
        input=ConfirmInput,
        may=rules.may_confirm,
        sentence=rules.WHO_CONFIRMS,
        rule="R-R2",
        people_only=True,
        confidential=True,
    )
    def confirm(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Confirm; never by the assessor, ±2 and beyond by a head."""
        return assessments.confirm(row, by=by, now=now, note=values.get("note", ""))

    @verb(input=NoteInput, may=_may_reject, rule="R-R2", people_only=True, confidential=True)
    def reject(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Reject with a reason; the assessor takes the own proposal back."""
        return assessments.reject(row, by=by, now=now, note=values["note"])

    @verb(may=rules.may_revalidate, rule="R-R1", people_only=True, confidential=True)
    def revalidate(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """“No change”: the current score counts as checked today."""
        return assessments.revalidate(row, by=by, now=now)
