"""`/api/v1/user-leaves/`: when somebody is away; entered for oneself, called off, never edited."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts import rules_leave
from accounts.actions import leaves
from accounts.filters_leave import LeaveFilter
from accounts.models import UserLeave
from accounts.queries import colleagues
from core.api.bulk import CreateResource
from core.api.fields import ScopedRelatedField
from core.api.shapes import Input, Shape
from core.api.verbs import verb


class UserLeaveShape(Shape):
    """First and last day, and who stands in; no reason is kept."""

    class Meta:
        model = UserLeave
        fields = [
            "id", "user", "starts_on", "ends_on", "deputy", "cancelled_at", "updated_at", "version",
        ]  # fmt: skip


class UserLeaveInput(Input):
    """The own leave."""

    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    deputy = ScopedRelatedField(queryset=colleagues, required=False, allow_null=True)


class UserLeaveResource(CreateResource):
    """One's own leave, that of whom one stands in for, that of one's people."""

    scope = "user-profiles"
    shape, input = UserLeaveShape, UserLeaveInput
    filterset_class = LeaveFilter
    orderings = ("-id", "id", "starts_on", "-starts_on")

    def rows(self, user: Any) -> Any:
        """Within sight."""
        return UserLeave.objects.visible_to(user)

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> UserLeave:
        """Enter one's own leave."""
        return leaves.enter(by.user, by=by, now=now, **values)

    @verb(may=rules_leave.may_call_off, rule="b.2.1")
    def call_off(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """It does not take place."""
        return leaves.call_off(row, by=by, now=now)
