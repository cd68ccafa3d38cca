"""`/api/v1/innovation-centres/` and `…/innovation-topics/`: machines may propose, people decide."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import Customer
from accounts.queries import colleagues
from core.api.bulk import Resource
from core.api.fields import ScopedRelatedField
from core.api.shapes import Input, Shape
from core.api.verbs import verb
from relationships import rules
from relationships.actions import innovation
from relationships.choices_agreement import ReuseClass
from relationships.filters_agreement import CentreFilter, TopicFilter
from relationships.models import InnovationTopic, JointInnovationCentre


class JointInnovationCentreShape(Shape):
    """A joint innovation centre."""

    class Meta:
        model = JointInnovationCentre
        fields = [
            "id", "customer", "name", "charter", "ip_terms", "budget", "our_share", "awards",
            "owner", "status", "ip_approved_by", "ip_approved_at", "running_since", "closed_at",
            "note", "updated_at", "version",
        ]  # fmt: skip


class CentreChange(Input):
    """What an edit may set."""

    name = serializers.CharField(max_length=120)
    charter = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    ip_terms = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    budget = serializers.DecimalField(
        max_digits=18, decimal_places=2, min_value=0, required=False, allow_null=True
    )
    our_share = serializers.IntegerField(
        min_value=0, max_value=100, required=False, allow_null=True, help_text="Percent."
    )
    awards = serializers.CharField(
        max_length=2000, required=False, allow_blank=True, help_text="One a line."
    )
    owner = ScopedRelatedField(queryset=colleagues, required=False)


class CentreInput(CentreChange):
    """A proposal."""

    customer = ScopedRelatedField(
        queryset=lambda user: Customer.objects.visible_to(user).select_related("owning_unit")
    )


class CentreNoteInput(Input):
    """What it came to."""

    note = serializers.CharField(max_length=300)


class JointInnovationCentreResource(Resource):
    """Joint innovation centres of customers in sight."""

    scope = "innovation-centres"
    shape, input, change_input = JointInnovationCentreShape, CentreInput, CentreChange
    filterset_class = CentreFilter
    orderings = ("-id", "id", "name", "-updated_at")

    def rows(self, user: Any) -> Any:
        """Of customers within sight."""
        rows = JointInnovationCentre.objects.visible_to(user)
        return rows.select_related("customer__owning_unit", "owner")

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> JointInnovationCentre:
        """Propose one."""
        return innovation.propose(values.pop("customer"), values, by=by, now=now)

    def change_row(
        self, row: JointInnovationCentre, values: dict[str, Any], *, by: Any, now: Any, version: int
    ) -> None:
        """Edit; the customer stays."""
        values.pop("customer", None)
        innovation.edit(row, values, by=by, now=now, version=version)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """The account team and the heads above."""
        return rules.may_draft_agreement(user, values["customer"])

    def may_change(self, user: Any, row: JointInnovationCentre) -> bool:
        """The same, and its owner."""
        return rules.may_work_centre(user, row)

    @verb(may=rules.may_charter, rule="C137", people_only=True)
    def charter(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """A head charters it."""
        return innovation.charter(row, by=by, now=now)

    @verb(may=rules.may_approve_terms, rule="C137", people_only=True)
    def approve_terms(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Legal approves the IP terms; never their author."""
        return innovation.approve_terms(row, by=by, now=now)

    @verb(may=rules.may_work_centre, rule="C137", people_only=True)
    def run(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """It begins its work, once the IP terms are approved."""
        return innovation.run(row, by=by, now=now)

    @verb(input=CentreNoteInput, may=rules.may_work_centre, rule="C137", people_only=True)
    def close(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """It ends, and what it came to; its topics are closed before."""
        return innovation.close(row, by=by, now=now, note=values["note"])


class InnovationTopicShape(Shape):
    """One question of a centre."""

    class Meta:
        model = InnovationTopic
        fields = [
            "id", "centre", "title", "question", "owner", "due_on", "status", "outcome", "reuse",
            "closed_at", "updated_at", "version",
        ]  # fmt: skip


class TopicChange(Input):
    """What an edit may set until it is closed; later only where it may be used."""

    title = serializers.CharField(max_length=120)
    question = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    due_on = serializers.DateField(required=False, allow_null=True)
    owner = ScopedRelatedField(queryset=colleagues, required=False)
    reuse = serializers.ChoiceField(choices=ReuseClass.choices, required=False)


class TopicInput(TopicChange):
    """A proposal."""

    centre = ScopedRelatedField(
        queryset=lambda user: JointInnovationCentre.objects.visible_to(user).select_related(
            "customer__owning_unit", "owner"
        )
    )


class OutcomeInput(Input):
    """What came out, and where it may be used."""

    outcome = serializers.CharField(max_length=2000)
    reuse = serializers.ChoiceField(
        choices=ReuseClass.choices, required=False, default=ReuseClass.UNKNOWN
    )


class InnovationTopicResource(Resource):
    """Topics of joint innovation centres in sight."""

    scope = "innovation-centres"
    shape, input, change_input = InnovationTopicShape, TopicInput, TopicChange
    filterset_class = TopicFilter
    orderings = ("-id", "id", "-updated_at")

    def rows(self, user: Any) -> Any:
        """Of centres within sight."""
        rows = InnovationTopic.objects.visible_to(user)
        return rows.select_related("centre__customer__owning_unit", "owner")

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> InnovationTopic:
        """Propose one."""
        return innovation.add_topic(values.pop("centre"), values, by=by, now=now)

    def change_row(
        self, row: InnovationTopic, values: dict[str, Any], *, by: Any, now: Any, version: int
    ) -> None:
        """Edit; the centre stays."""
        values.pop("centre", None)
        innovation.edit_topic(row, values, by=by, now=now, version=version)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """Whoever works on the centre."""
        return rules.may_work_centre(user, values["centre"])

    def may_change(self, user: Any, row: InnovationTopic) -> bool:
        """Its owner, and whoever works on the centre."""
        return rules.may_work_topic(user, row)

    @verb(may=rules.may_work_topic, rule="C137", people_only=True)
    def charter(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """What it is to find out, and until when, is settled."""
        return innovation.charter_topic(row, by=by, now=now)

    @verb(may=rules.may_work_topic, rule="C137", people_only=True)
    def run(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Work on it begins, while the centre runs."""
        return innovation.run_topic(row, by=by, now=now)

    @verb(input=OutcomeInput, may=rules.may_work_topic, rule="C137", people_only=True)
    def close(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """What came out, and where it may be used."""
        return innovation.close_topic(row, by=by, now=now, **values)
