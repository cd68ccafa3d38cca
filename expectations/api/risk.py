"""`/api/v1/risks/`. Contingency and notes are inside only: taken, never shown (domain.md 0.2.2)."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.queries import colleagues
from core.api.bulk import Resource
from core.api.fields import ScopedRelatedField
from core.api.shapes import Input, Shape
from core.api.verbs import verb
from expectations import rules_delivery as rules
from expectations.actions import impact
from expectations.actions import risk as actions
from expectations.api.commitment import ReasonInput
from expectations.choices import RiskCategory
from expectations.filters_delivery import RiskFilter
from expectations.models import Commitment, Project, Risk


class RiskShape(Shape):
    """What threatens which promises, and when it would hit."""

    exposure = serializers.IntegerField(help_text="1-25")

    class Meta:
        model = Risk
        fields = [
            "id",
            "code",
            "project",
            "customer",
            "title",
            "category",
            "probability",
            "impact",
            "exposure",
            "commitments",
            "customer_impact",
            "impact_at",
            "actual_impact_at",
            "known_at",
            "owner",
            "status",
            "closed_at",
            "external_source",
            "external_ref",
            "updated_at",
            "version",
        ]


class RiskChange(Input):
    """What an edit may set; dates move by move-impact."""

    title = serializers.CharField(max_length=160)
    category = serializers.ChoiceField(choices=RiskCategory.choices)
    probability = serializers.IntegerField(min_value=1, max_value=5)
    impact = serializers.IntegerField(min_value=1, max_value=5)
    contingency = serializers.CharField(max_length=5000)
    trigger = serializers.CharField(max_length=200, required=False, allow_blank=True)
    detail = serializers.CharField(max_length=5000, required=False, allow_blank=True)
    owner = ScopedRelatedField(queryset=colleagues)


class RiskInput(RiskChange):
    """A new risk."""

    project = ScopedRelatedField(queryset=Project.objects.visible_to)
    commitments = serializers.ListField(
        child=ScopedRelatedField(queryset=Commitment.objects.visible_to),
        required=False,
        max_length=50,
    )
    impact_at = serializers.DateTimeField(required=False, allow_null=True)
    external_ref = serializers.CharField(max_length=120, required=False, allow_blank=True)


class MoveImpactInput(ReasonInput):
    """Another date of impact."""

    impact_at = serializers.DateTimeField()
    approver = ScopedRelatedField(queryset=colleagues, required=False, allow_null=True)


class OccurInput(Input):
    """When it struck."""

    at = serializers.DateTimeField()


class NoteInput(Input):
    """One sentence."""

    note = serializers.CharField(max_length=300)


class ThreatenInput(Input):
    """Further promises."""

    commitments = serializers.ListField(
        child=ScopedRelatedField(queryset=Commitment.objects.visible_to),
        min_length=1,
        max_length=50,
    )


class RiskResource(Resource):
    """Risks of projects."""

    scope = "risks"
    shape, input, filterset_class = RiskShape, RiskInput, RiskFilter
    change_input = RiskChange
    orderings = ("-id", "id", "-updated_at")

    def rows(self, user: Any) -> Any:
        """Risks of visible customers' projects."""
        rows = Risk.objects.visible_to(user).select_related("project__customer", "customer")
        return rows.prefetch_related("commitments")

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """The triangle and the members of the project."""
        return rules.may_open_risk(user, values["project"])

    def may_change(self, user: Any, row: Risk) -> bool:
        """Its owner and whoever may open one."""
        return rules.may_edit_risk(user, row)

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> Risk:
        """Open."""
        return actions.open_risk(values.pop("project"), **values, by=by, now=now)

    def change_row(self, row: Any, values: dict[str, Any], *, by: Any, now: Any, version: int):
        """Edit."""
        actions.edit_risk(row, values, by=by, now=now, version=version)

    @verb(may=rules.may_edit_risk, rule="b.3.2")
    def mitigate(self, row: Risk, values: dict, *, by: Any, now: Any) -> None:
        """We act against it."""
        actions.mitigate(row, by=by, now=now)

    @verb(input=ThreatenInput, may=rules.may_edit_risk, rule="b.3.2")
    def threaten(self, row: Risk, values: dict, *, by: Any, now: Any) -> None:
        """It threatens further promises."""
        impact.threaten(row, values["commitments"], by=by, now=now)

    @verb(input=MoveImpactInput, may=rules.may_edit_risk, rule="R-E7")
    def move_impact(self, row: Risk, values: dict, *, by: Any, now: Any) -> None:
        """The date of impact moves."""
        actions.move_impact(row, by=by, now=now, **values)

    @verb(input=OccurInput, may=rules.may_edit_risk, rule="b.3.2")
    def occur(self, row: Risk, values: dict, *, by: Any, now: Any) -> None:
        """It has struck."""
        actions.record_impact(row, values["at"], by=by, now=now)

    @verb(input=NoteInput, may=rules.may_edit_risk, rule="b.3.2")
    def close(self, row: Risk, values: dict, *, by: Any, now: Any) -> None:
        """It is over, and how it ended."""
        actions.close_risk(row, by=by, now=now, **values)

    @verb(input=NoteInput, may=rules.may_accept_risk, rule="b.6", people_only=True)
    def accept(self, row: Risk, values: dict, *, by: Any, now: Any) -> None:
        """A regional head takes it as it is."""
        actions.accept_risk(row, by=by, now=now, **values)
