"""`/api/v1/expectation-items/` and `/api/v1/parse-expectations/`."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.response import Response

from accounts.models import Customer
from accounts.queries import colleagues
from accounts.rules import may_edit_customer
from core import clock
from core.api.bulk import Resource
from core.api.fields import ScopedRelatedField
from core.api.resource import Endpoint
from core.api.shapes import Input, Shape
from core.api.verbs import verb
from expectations import oneline, rules
from expectations.actions import item as actions
from expectations.choices import (
    Dimension,
    Feasibility,
    ItemStatus,
    Mandatory,
    Operator,
    PriorityClass,
)
from expectations.filters import ItemFilter
from expectations.models import ExpectationItem, Project


class ItemShape(Shape):
    """An expectation with its criterion; `criterion` reads in one line."""

    criterion = serializers.CharField()

    class Meta:
        model = ExpectationItem
        fields = [
            "id", "code", "customer", "project", "number", "dimension", "raw_words", "statement",
            "metric", "operator", "target", "unit", "criterion", "proof", "due_on", "throughout",
            "importance", "impact", "urgency", "feasibility", "mandatory", "suggested_class",
            "priority_class", "override_reason", "verdict", "verdict_by", "verdict_at",
            "verdict_conditions", "alternative", "revisit_on", "owner", "outcome_on",
            "outcome_note", "status", "external_source", "external_ref", "created_at",
            "updated_at", "version",
        ]  # fmt: skip


def _score() -> serializers.IntegerField:
    return serializers.IntegerField(min_value=1, max_value=5, required=False, allow_null=True)


def _line(length: int) -> serializers.CharField:
    return serializers.CharField(max_length=length, required=False, allow_blank=True)


class ItemInput(Input):
    """An expectation; scores and class are a person's business (domain.md 0.2.4)."""

    customer = ScopedRelatedField(queryset=Customer.objects.visible_to)
    project = ScopedRelatedField(
        queryset=Project.objects.visible_to, required=False, allow_null=True
    )
    statement = serializers.CharField(max_length=200)
    dimension = serializers.ChoiceField(choices=Dimension.choices, required=False)
    raw_words = _line(4000)
    metric = _line(120)
    operator = serializers.ChoiceField(choices=Operator.choices, required=False)
    target = serializers.DecimalField(18, 4, required=False, allow_null=True)
    unit = _line(20)
    proof = _line(200)
    due_on = serializers.DateField(required=False, allow_null=True)
    throughout = serializers.BooleanField(required=False)
    importance = _score()
    impact = _score()
    urgency = _score()
    feasibility = _score()
    mandatory = serializers.ChoiceField(choices=Mandatory.choices, required=False, allow_blank=True)
    priority_class = serializers.ChoiceField(
        choices=PriorityClass.choices, required=False, allow_blank=True
    )
    override_reason = _line(300)
    alternative = _line(4000)
    revisit_on = serializers.DateField(required=False, allow_null=True)
    owner = ScopedRelatedField(queryset=colleagues, required=False, allow_null=True)
    external_ref = _line(120)

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        """The project belongs to the customer."""
        project, customer = values.get("project"), values.get("customer")
        if project is not None and customer is not None and project.customer_id != customer.pk:
            raise serializers.ValidationError({"project": ["Not found."]})
        return values


class ClassInput(Input):
    """The class and, against the suggestion, why."""

    priority_class = serializers.ChoiceField(choices=PriorityClass.choices)
    override_reason = _line(300)


class VerdictInput(Input):
    """Can it be done?"""

    verdict = serializers.ChoiceField(choices=Feasibility.choices)
    conditions = _line(300)


class DropInput(Input):
    """Why."""

    reason = serializers.CharField(max_length=300)


class DecideInput(Input):
    """How it ended."""

    outcome = serializers.ChoiceField(
        choices=[ItemStatus.ACCEPTED, ItemStatus.PARTLY_ACCEPTED, ItemStatus.UNMET]
    )
    on = serializers.DateField()
    confirmed_by = _line(150)
    note = _line(150)


class ItemResource(Resource):
    """Expectations within sight."""

    scope = "expectation-items"
    shape, input, filterset_class = ItemShape, ItemInput, ItemFilter
    orderings = ("-id", "id", "statement", "-updated_at")
    alike = True

    def rows(self, user: Any) -> Any:
        """Items of visible customers."""
        rows = ExpectationItem.objects.visible_to(user)
        return rows.select_related("customer", "project__expectation_owner", "owner", "verdict_by")

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """Whoever may edit the project, or the customer."""
        if values.get("project") is not None:
            return rules.may_edit_project(user, values["project"])
        return may_edit_customer(user, values["customer"])

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> ExpectationItem:
        """Add it; the class is suggested when the scores are there."""
        return actions.add_item(values.pop("customer"), by=by, now=now, **values)

    def may_change(self, user: Any, row: ExpectationItem) -> bool:
        """Whoever may edit the project, or the customer."""
        return rules.may_edit_item(user, row)

    def change_row(
        self, row: ExpectationItem, values: dict[str, Any], *, by: Any, now: Any, version: int
    ) -> None:
        """Correct it; customer and project stay."""
        for name in ("customer", "project"):
            values.pop(name, None)
        actions.edit_item(row, values, by=by, now=now, version=version)

    @verb(input=ClassInput, may=rules.may_classify, rule="R-E1", people_only=True)
    def classify(self, row: ExpectationItem, values: dict, *, by: Any, now: Any) -> Any:
        """Set the class."""
        return actions.classify(row, values.pop("priority_class"), by=by, now=now, **values)

    @verb(input=VerdictInput, may=rules.may_judge, rule="F3", people_only=True)
    def judge(self, row: ExpectationItem, values: dict, *, by: Any, now: Any) -> Any:
        """Give the feasibility verdict."""
        return actions.give_verdict(row, values.pop("verdict"), by=by, now=now, **values)

    @verb(input=DropInput, may=rules.may_edit_item, rule="b.3.1")
    def drop(self, row: ExpectationItem, values: dict, *, by: Any, now: Any) -> Any:
        """Take it out."""
        return actions.drop(row, by=by, now=now, **values)

    @verb(input=DecideInput, may=rules.may_edit_item, rule="R-K1", people_only=True)
    def decide(self, row: ExpectationItem, values: dict, *, by: Any, now: Any) -> Any:
        """Record how it ended."""
        return actions.decide(row, values.pop("outcome"), by=by, now=now, **values)


class ParseInput(Input):
    """One line or a block of lines."""

    text = serializers.CharField(max_length=40_000, trim_whitespace=False)


class ProblemInLine(serializers.Serializer):
    """A part that was read and refused."""

    part = serializers.CharField()
    sentence = serializers.CharField()


class ParsedLine(serializers.Serializer):
    """What one line says."""

    number = serializers.IntegerField()
    line = serializers.CharField()
    statement = serializers.CharField()
    metric = serializers.CharField()
    operator = serializers.CharField()
    target = serializers.DecimalField(18, 4, allow_null=True)
    unit = serializers.CharField()
    proof = serializers.CharField()
    due_on = serializers.DateField(allow_null=True)
    throughout = serializers.BooleanField()
    priority_class = serializers.CharField()
    missing = serializers.ListField(child=serializers.CharField())
    problems = ProblemInLine(many=True)


class ParsedLines(serializers.Serializer):
    """Every line."""

    lines = ParsedLine(many=True)


class ParseEndpoint(Endpoint):
    """`POST /api/v1/parse-expectations/`: reads lines, writes nothing."""

    scope = "expectation-items"
    input, output = ParseInput, ParsedLines

    def post(self, request: Any) -> Response:
        """What each line says, what is missing, what cannot be."""
        text = self.values_of(request, ParseInput)["text"]
        today = timezone.localdate(clock.now())
        return Response(ParsedLines({"lines": oneline.parse_block(text, today=today)}).data)
