"""`/api/v1/scorecard-templates/` and `/api/v1/scorecards/`: people write them, machines read."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts import rules
from accounts.actions import scorecards
from accounts.choices import ScorecardScope
from accounts.filters_value import ScorecardFilter, TemplateFilter
from accounts.models import MetricValue, Scorecard, ScorecardTemplate
from accounts.queries import colleagues, units_open
from core.api.bulk import CreateResource, Resource
from core.api.fields import ScopedRelatedField
from core.api.shapes import Input, Shape
from core.api.verbs import verb


class TemplateShape(Shape):
    """Which figures count how much."""

    weights = serializers.DictField(child=serializers.IntegerField(), read_only=True)
    targets = serializers.DictField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = ScorecardTemplate
        fields = [
            "id", "name", "scope", "is_business", "weights", "targets", "status", "updated_at",
            "version",
        ]  # fmt: skip


class TemplateInput(Input):
    """A draft: weights in percent and targets by key of the figure."""

    name = serializers.CharField(max_length=80)
    scope = serializers.ChoiceField(choices=ScorecardScope.choices, required=False)
    is_business = serializers.BooleanField(required=False)
    weights = serializers.DictField(child=serializers.IntegerField(min_value=0, max_value=100))
    targets = serializers.DictField(
        child=serializers.DecimalField(max_digits=16, decimal_places=2, min_value=0)
    )


def _shapes(user: Any, row: ScorecardTemplate) -> bool:
    return rules.may_shape_scorecards(user)


class TemplateResource(Resource):
    """Scorecard templates (R-K3)."""

    scope = "scorecards"
    create_people_only = change_people_only = True
    shape, input = TemplateShape, TemplateInput
    filterset_class = TemplateFilter
    orderings = ("-id", "id", "name")

    def rows(self, user: Any) -> Any:
        """Open to all of us."""
        return ScorecardTemplate.objects.visible_to(user)

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> ScorecardTemplate:
        """A draft."""
        return scorecards.make_template(values, by=by, now=now)

    def change_row(
        self, row: ScorecardTemplate, values: dict[str, Any], *, by: Any, now: Any, version: int
    ) -> None:
        """Change a draft."""
        scorecards.edit_template(row, values, by=by, now=now, version=version)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """Executives, quality, administrators."""
        return rules.may_shape_scorecards(user)

    def may_change(self, user: Any, row: ScorecardTemplate) -> bool:
        """Executives, quality, administrators."""
        return rules.may_shape_scorecards(user)

    @verb(may=_shapes, rule="R-K3", people_only=True)
    def activate(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Put into use."""
        return scorecards.activate(row, by=by, now=now)

    @verb(may=_shapes, rule="R-K3", people_only=True)
    def retire(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """No new cards."""
        return scorecards.retire(row, by=by, now=now)


class ValueShape(Shape):
    """One figure of a card; actual and score are null without evidence."""

    class Meta:
        model = MetricValue
        fields = ["metric", "weight", "target", "actual", "score"]


class ScorecardShape(Shape):
    """What a unit or a person reached in a period."""

    values = ValueShape(many=True, read_only=True)

    class Meta:
        model = Scorecard
        fields = [
            "id", "template", "unit", "person", "first_day", "last_day", "status", "score",
            "values", "calculated_at", "confirmed_by", "confirmed_at", "updated_at", "version",
        ]  # fmt: skip


class ScorecardInput(Input):
    """A card for a period."""

    template = ScopedRelatedField(queryset=ScorecardTemplate.objects.visible_to)
    unit = ScopedRelatedField(queryset=units_open)
    person = ScopedRelatedField(queryset=colleagues, required=False, allow_null=True)
    first_day = serializers.DateField()
    last_day = serializers.DateField()


class ScorecardResource(CreateResource):
    """Scorecards: opened and filled from evidence, confirmed by a head above."""

    scope = "scorecards"
    create_people_only = True
    shape, input = ScorecardShape, ScorecardInput
    filterset_class = ScorecardFilter
    orderings = ("-id", "id", "-updated_at")

    def rows(self, user: Any) -> Any:
        """One's own, and those of the units that one heads."""
        rows = Scorecard.objects.visible_to(user).select_related("unit", "person", "template")
        return rows.prefetch_related("values")

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> Scorecard:
        """Open and calculate it."""
        return scorecards.open_card(values.pop("template"), by=by, now=now, **values)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """Heads, of their unit and below."""
        return rules.may_open_scorecard(user, values["unit"])

    @verb(may=rules.may_fill_scorecard, rule="R-K4", people_only=True)
    def calculate(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Fill every figure anew."""
        return scorecards.calculate(row, by=by, now=now)

    @verb(may=rules.may_confirm_scorecard, rule="R-K3", people_only=True)
    def confirm(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """It holds."""
        return scorecards.confirm(row, by=by, now=now)
