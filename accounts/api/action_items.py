"""`/api/v1/action-items/`."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts import rules
from accounts.actions import action_items
from accounts.filters import ActionItemFilter
from accounts.models import ActionItem, Customer
from accounts.queries import colleagues
from core.api.bulk import Resource
from core.api.fields import ScopedRelatedField
from core.api.permissions import may_see_confidential
from core.api.shapes import Input, Shape
from core.api.verbs import verb


class ActionItemShape(Shape):
    """Something one of us promised to do."""

    class Meta:
        model = ActionItem
        fields = [
            "id",
            "customer",
            "about_label",
            "about_id",
            "text",
            "owner",
            "due_at",
            "done_at",
            "evidence",
            "verifier",
            "status",
            "updated_at",
            "version",
        ]


class ActionItemChange(Input):
    """What an edit may set while it is open."""

    text = serializers.CharField(max_length=300)
    due_at = serializers.DateTimeField()
    verifier = ScopedRelatedField(queryset=colleagues, required=False, allow_null=True)


class ActionItemInput(ActionItemChange):
    """A new item."""

    customer = ScopedRelatedField(queryset=Customer.objects.visible_to)
    owner = ScopedRelatedField(queryset=colleagues)


class DoneInput(Input):
    """What shows it."""

    evidence = serializers.CharField(max_length=5000, required=False, allow_blank=True, default="")


class WhyInput(Input):
    """Why nothing will be done."""

    reason = serializers.CharField(max_length=300)


class ToInput(Input):
    """The next owner."""

    to = ScopedRelatedField(queryset=colleagues)


class ActionItemResource(Resource):
    """Action items."""

    scope = "action-items"
    shape, input, change_input = ActionItemShape, ActionItemInput, ActionItemChange
    filterset_class = ActionItemFilter
    orderings = ("-id", "id", "due_at", "-due_at", "-updated_at")
    alike = True
    search_fields = ("text",)

    def rows(self, user: Any) -> Any:
        """Of customers within sight, and one's own; a token reads steps of plans by their scope."""
        rows = ActionItem.objects.visible_to(user)
        return rows if may_see_confidential(self.request) else rows.not_confidential()

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> ActionItem:
        """A new item."""
        return action_items.create(values.pop("text"), by=by, now=now, **values)

    def change_row(
        self, row: ActionItem, values: dict[str, Any], *, by: Any, now: Any, version: int
    ) -> None:
        """Edit while open."""
        action_items.edit(row, values, by=by, now=now, version=version)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """As the customer."""
        return rules.may_edit_customer(user, values["customer"])

    def may_change(self, user: Any, row: ActionItem) -> bool:
        """Owner, maker, whoever runs the customer."""
        return rules.may_edit_item(user, row)

    @verb(input=DoneInput, may=rules.may_edit_item, rule="b.1")
    def done(self, row: ActionItem, values: dict, *, by: Any, now: Any) -> ActionItem:
        """It is done."""
        return action_items.done(row, evidence=values["evidence"], by=by, now=now)

    @verb(may=rules.may_edit_item, rule="b.1")
    def reopen(self, row: ActionItem, values: dict, *, by: Any, now: Any) -> ActionItem:
        """It is not done after all."""
        return action_items.reopen(row, by=by, now=now)

    @verb(may=rules.may_verify_item, rule="b.1", people_only=True)
    def verify(self, row: ActionItem, values: dict, *, by: Any, now: Any) -> ActionItem:
        """Somebody other than the owner checked it."""
        return action_items.verify(row, by=by, now=now)

    @verb(input=WhyInput, may=rules.may_edit_item, rule="b.1")
    def cancel(self, row: ActionItem, values: dict, *, by: Any, now: Any) -> ActionItem:
        """Nothing will be done."""
        return action_items.cancel(row, reason=values["reason"], by=by, now=now)

    @verb(input=ToInput, may=rules.may_edit_item, rule="b.1")
    def reassign(self, row: ActionItem, values: dict, *, by: Any, now: Any) -> ActionItem:
        """Give it to somebody else."""
        return action_items.reassign(row, values["to"], by=by, now=now)
