"""`/api/v1/interactions/` and `/api/v1/interaction-types/`."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from accounts.models import Contact, Customer, Objective
from accounts.queries import colleagues
from core.api.bulk import Resource
from core.api.fields import ScopedRelatedField
from core.api.resource import ReadResource
from core.api.shapes import Input, Shape
from core.api.verbs import verb
from relationships import rules
from relationships.actions import entries, interactions, joining, serving
from relationships.choices import Channel, Direction, InteractionStatus, Phase
from relationships.filters import InteractionFilter
from relationships.models import Interaction, InteractionType


def _types(_user: Any) -> Any:
    return InteractionType.objects.filter(is_active=True)


class InteractionTypeShape(Shape):
    """A kind of interaction."""

    class Meta:
        model = InteractionType
        fields = [
            "id", "code", "name", "name_zh", "is_executive", "is_meeting", "checklist",
            "checklist_zh", "position", "is_active",
        ]  # fmt: skip


class InteractionTypeResource(ReadResource):
    """The seeded list of kinds (E-12)."""

    scope = "interactions"
    shape = InteractionTypeShape
    orderings = ("position", "id", "-id", "code")

    def rows(self, user: Any) -> Any:
        """Everybody of the house."""
        return InteractionType.objects.all()


class InteractionShape(Shape):
    """A touch with people of a customer."""

    class Meta:
        model = Interaction
        fields = [
            "id",
            "customer",
            "type",
            "direction",
            "channel",
            "phase",
            "starts_at",
            "ends_at",
            "place",
            "purpose",
            "summary",
            "promise",
            "promise_due_at",
            "promise_item",
            "contacts",
            "participants",
            "objectives",
            "ticked",
            "is_backdated",
            "status",
            "cancel_reason",
            "external_source",
            "external_ref",
            "created_at",
            "updated_at",
            "version",
        ]


class PromiseInput(Input):
    """What was said and promised."""

    summary = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    promise = serializers.CharField(max_length=300, required=False, allow_blank=True)
    promise_due_at = serializers.DateTimeField(required=False, allow_null=True)


class InteractionChange(Input):
    """What may be corrected."""

    rule_ids: ClassVar[dict[str, str]] = {"": "b.2.1"}

    type = ScopedRelatedField(queryset=_types)
    direction = serializers.ChoiceField(choices=Direction.choices, required=False)
    channel = serializers.ChoiceField(choices=Channel.choices, required=False)
    phase = serializers.ChoiceField(choices=Phase.choices, required=False)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(required=False, allow_null=True)
    place = serializers.CharField(max_length=120, required=False, allow_blank=True)
    purpose = serializers.CharField(max_length=200, required=False, allow_blank=True)
    summary = serializers.CharField(max_length=4000, required=False, allow_blank=True)


class InteractionInput(InteractionChange, PromiseInput):
    """`status` is held (it took place, the default) or planned."""

    customer = ScopedRelatedField(queryset=Customer.objects.visible_to)
    contacts = serializers.ListField(
        child=ScopedRelatedField(queryset=Contact.objects.visible_to), max_length=50
    )
    participants = serializers.ListField(
        child=ScopedRelatedField(queryset=colleagues), required=False, max_length=50
    )
    status = serializers.ChoiceField(
        choices=[InteractionStatus.HELD, InteractionStatus.PLANNED], required=False
    )
    external_ref = serializers.CharField(max_length=120, required=False, allow_blank=True)


class HoldInput(PromiseInput):
    """It took place: whom we met, what was said and promised."""

    contacts = serializers.ListField(
        child=ScopedRelatedField(queryset=Contact.objects.visible_to),
        required=False,
        max_length=50,
    )


class TicksInput(Input):
    """Points of the checklist of its type that were kept, as they are worded there."""

    points = serializers.ListField(child=serializers.CharField(max_length=200), max_length=30)


class ServedInput(Input):
    """All the objectives of the customer's plans that it served; an empty list names none."""

    objectives = serializers.ListField(
        child=ScopedRelatedField(queryset=Objective.objects.visible_to), max_length=50
    )


class ReasonInput(Input):
    """Why it does not take place."""

    reason = serializers.CharField(max_length=200)


class InteractionResource(Resource):
    """Interactions: logged, planned, held, cancelled."""

    scope = "interactions"
    shape, input, change_input = InteractionShape, InteractionInput, InteractionChange
    filterset_class = InteractionFilter
    orderings = ("-starts_at", "starts_at", "-id", "id", "-updated_at")
    alike = True

    def rows(self, user: Any) -> Any:
        """Of visible customers."""
        rows = Interaction.objects.visible_to(user).select_related("customer", "type")
        return rows.prefetch_related("contacts", "participants", "objectives")

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> Interaction:
        """Log what took place, or plan it."""
        planned = values.pop("status", "") == InteractionStatus.PLANNED
        customer, people = values.pop("customer"), values.pop("contacts")
        ours = values.pop("participants", ())
        verb_ = interactions.plan if planned else interactions.log
        return verb_(customer, people, values, by=by, now=now, participants=ours)

    def change_row(
        self, row: Interaction, values: dict, *, by: Any, now: Any, version: int
    ) -> None:
        """Correct it before it is closed."""
        interactions.edit(row, values, by=by, now=now, version=version)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """Whoever works for the customer."""
        return rules.may_log(user, values["customer"])

    def may_change(self, user: Any, row: Interaction) -> bool:
        """Whoever works for the customer."""
        return rules.may_edit_interaction(user, row)

    @verb(input=HoldInput, may=rules.may_edit_interaction, rule="b.2.1")
    def hold(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """It took place."""
        return interactions.hold(row, by=by, now=now, **values)

    @verb(input=HoldInput, may=rules.may_edit_interaction, rule="b.2.1")
    def join(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Somebody else of us was there: their line, whom they met and what they promised are added
        to what took place. The same words of one person are added once."""
        return joining.join(row, by=by, now=now, **values)

    @verb(input=TicksInput, may=rules.may_edit_interaction, rule="b.2.1")
    def ticks(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Answer the checklist of its type."""
        entries.tick(row, values["points"], by=by, now=now)
        return row

    @verb(input=ServedInput, may=rules.may_edit_interaction, rule="b.2.1")
    def objectives(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Name the objectives of the customer's plans that it served."""
        return serving.serve(row, values["objectives"], by=by, now=now)

    @verb(may=rules.may_edit_interaction, rule="b.2.1")
    def close(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Nothing is left to do about it."""
        return interactions.close(row, by=by, now=now)

    @verb(input=ReasonInput, may=rules.may_edit_interaction, rule="b.2.1")
    def cancel(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """It does not take place."""
        return interactions.cancel(row, by=by, now=now, reason=values["reason"])
