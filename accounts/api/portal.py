"""`/api/v1/portal-memberships/`."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts import rules
from accounts.actions import portal
from accounts.choices import PortalRight
from accounts.filters import MembershipFilter
from accounts.models import Contact, PortalMembership
from core.api.bulk import Resource
from core.api.fields import ScopedRelatedField
from core.api.shapes import Input, Shape
from core.api.verbs import verb


def _invites(user: Any, row: PortalMembership) -> bool:
    return rules.may_invite(user, row.customer)


class MembershipShape(Shape):
    """A contact's door to the portal."""

    rights = serializers.ListField(child=serializers.ChoiceField(choices=PortalRight.choices))

    class Meta:
        model = PortalMembership
        fields = [
            "id",
            "contact",
            "customer",
            "include_descendants",
            "rights",
            "status",
            "invited_until",
            "updated_at",
            "version",
        ]


class MembershipChange(Input):
    """What the portal user may do."""

    rights = serializers.ListField(
        child=serializers.ChoiceField(choices=PortalRight.choices), min_length=1, max_length=10
    )
    include_descendants = serializers.BooleanField(required=False)


class MembershipInput(MembershipChange):
    """An invitation."""

    contact = ScopedRelatedField(queryset=Contact.objects.visible_to)


class ReasonInput(Input):
    """Why."""

    reason = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class MembershipResource(Resource):
    """Portal memberships."""

    scope = "portal-memberships"
    create_people_only = change_people_only = True
    shape, input, change_input = MembershipShape, MembershipInput, MembershipChange
    filterset_class = MembershipFilter
    orderings = ("-id", "id", "-updated_at")

    def rows(self, user: Any) -> Any:
        """Of customers within sight."""
        return PortalMembership.objects.visible_to(user)

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> PortalMembership:
        """Invite a contact by e-mail."""
        first = [values.pop(name) for name in ("contact", "rights")]
        return portal.invite(*first, by=by, now=now, **values)

    def change_row(
        self, row: PortalMembership, values: dict[str, Any], *, by: Any, now: Any, version: int
    ) -> None:
        """Change the rights."""
        rights = values.pop("rights", row.rights)
        portal.set_rights(row, rights, by=by, now=now, version=version, **values)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """Whoever runs the customer."""
        return rules.may_invite(user, values["contact"].customer)

    def may_change(self, user: Any, row: PortalMembership) -> bool:
        """Whoever runs the customer."""
        return rules.may_invite(user, row.customer)

    @verb(input=ReasonInput, may=_invites, rule="b.1")
    def suspend(self, row: PortalMembership, values: dict, *, by: Any, now: Any) -> Any:
        """Close the door at once."""
        return portal.suspend(row, reason=values["reason"], by=by, now=now)

    @verb(may=_invites, rule="b.1", people_only=True)
    def restore(self, row: PortalMembership, values: dict, *, by: Any, now: Any) -> Any:
        """Open it again."""
        return portal.restore(row, by=by, now=now)

    @verb(may=_invites, rule="b.1", people_only=True)
    def invite_again(self, row: PortalMembership, values: dict, *, by: Any, now: Any) -> Any:
        """Send a fresh link."""
        return portal.invite_again(row, by=by, now=now)
