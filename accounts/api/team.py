"""`/api/v1/account-assignments/`."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts import rules
from accounts.actions import team
from accounts.choices import TeamRole
from accounts.filters import AssignmentFilter
from accounts.models import AccountAssignment, Customer
from accounts.queries import colleagues
from core.api.bulk import CreateResource
from core.api.fields import ScopedRelatedField
from core.api.shapes import Input, Shape
from core.api.verbs import verb


def _runs(user: Any, row: AccountAssignment) -> bool:
    return rules.may_run_customer(user, row.customer)


class AssignmentShape(Shape):
    """One person's seat for one customer."""

    class Meta:
        model = AccountAssignment
        fields = [
            "id",
            "customer",
            "user",
            "role",
            "since",
            "until",
            "status",
            "source_label",
            "source_id",
            "updated_at",
            "version",
        ]


class AssignmentInput(Input):
    """A new seat."""

    customer = ScopedRelatedField(queryset=Customer.objects.visible_to)
    user = ScopedRelatedField(queryset=colleagues)
    role = serializers.ChoiceField(choices=TeamRole.choices)
    until = serializers.DateTimeField(required=False, allow_null=True)


class EndInput(Input):
    """Why."""

    reason = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class HandOverInput(EndInput):
    """The successor."""

    to = ScopedRelatedField(queryset=colleagues)


class AssignmentResource(CreateResource):
    """Seats on account teams."""

    scope = "account-assignments"
    shape, input = AssignmentShape, AssignmentInput
    filterset_class = AssignmentFilter
    orderings = ("-id", "id", "-updated_at")
    alike = True

    def rows(self, user: Any) -> Any:
        """Seats for customers within sight."""
        return AccountAssignment.objects.visible_to(user)

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> AccountAssignment:
        """Put a colleague on the team; a second AR, SR or FR is 409."""
        first = [values.pop(name) for name in ("customer", "user", "role")]
        return team.assign(*first, by=by, now=now, **values)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """Whoever runs the customer."""
        return rules.may_run_customer(user, values["customer"])

    @verb(input=EndInput, may=_runs, rule="b.1")
    def end(self, row: AccountAssignment, values: dict, *, by: Any, now: Any) -> AccountAssignment:
        """End a seat; that of the account manager is handed over instead."""
        return team.end(row, reason=values["reason"], by=by, now=now)

    @verb(
        input=HandOverInput, output=AssignmentShape, may=rules.may_hand_over_seat, rule="R-A6"
    )  # fmt: skip
    def hand_over(
        self, row: AccountAssignment, values: dict, *, by: Any, now: Any
    ) -> AccountAssignment:
        """Give the seat to a successor in one step; answers with the new seat."""
        return team.hand_over(row, values["to"], reason=values["reason"], by=by, now=now)
