"""`/api/v1/org-units/` and `/api/v1/user-profiles/`."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts import rules
from accounts.actions import organisation, people
from accounts.api.customers import calendars
from accounts.choices import Function, OrgLevel, Role
from accounts.filters import OrgUnitFilter, UserProfileFilter
from accounts.models import OrgUnit, UserProfile
from accounts.queries import colleagues, units_open
from core.api.bulk import Resource
from core.api.fields import ScopedRelatedField
from core.api.shapes import Input, Shape
from core.api.verbs import verb
from core.models import User


def _admins_only(user: Any, row: Any) -> bool:
    return rules.may_edit_organisation(user)


def future_colleagues(user: Any) -> Any:
    """Staff users that have no place in the organisation yet; for administrators."""
    if not rules.may_edit_organisation(user):
        return User.objects.none()
    return User.objects.filter(is_portal=False, profile=None)


class OrgUnitShape(Shape):
    """A unit of ours."""

    class Meta:
        model = OrgUnit
        fields = [
            "id",
            "name",
            "level",
            "parent",
            "path",
            "head",
            "acting_head",
            "acting_until",
            "timezone",
            "calendar",
            "status",
            "external_source",
            "external_ref",
            "updated_at",
            "version",
        ]


class OrgUnitChange(Input):
    """What an edit may set; the place in the tree has a verb."""

    name = serializers.CharField(max_length=80)
    level = serializers.ChoiceField(choices=OrgLevel.choices)
    head = ScopedRelatedField(queryset=colleagues, required=False, allow_null=True)
    acting_head = ScopedRelatedField(queryset=colleagues, required=False, allow_null=True)
    acting_until = serializers.DateTimeField(required=False, allow_null=True)
    calendar = ScopedRelatedField(queryset=calendars, required=False, allow_null=True)


class OrgUnitInput(OrgUnitChange):
    """A new unit."""

    parent = ScopedRelatedField(queryset=units_open)
    external_ref = serializers.CharField(max_length=120, required=False, allow_blank=True)


class UnderInput(Input):
    """The unit above."""

    parent = ScopedRelatedField(queryset=units_open)


class OrgUnitResource(Resource):
    """Our organisation."""

    scope = "org-units"
    shape, input, change_input = OrgUnitShape, OrgUnitInput, OrgUnitChange
    filterset_class = OrgUnitFilter
    orderings = ("id", "-id", "path", "name", "-updated_at")
    search_fields = ("name",)

    def rows(self, user: Any) -> Any:
        """Open to all staff."""
        return OrgUnit.objects.visible_to(user)

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> OrgUnit:
        """A new unit."""
        return organisation.create_unit(
            values.pop("name"),
            values.pop("level"),
            values.pop("parent"),
            by=by,
            now=now,
            **values,
        )

    def change_row(
        self, row: OrgUnit, values: dict[str, Any], *, by: Any, now: Any, version: int
    ) -> None:
        """Edit; an upsert may also hang the unit elsewhere."""
        values.pop("external_ref", None)
        parent = values.pop("parent", row.parent)
        organisation.edit_unit(row, values, by=by, now=now, version=version)
        if parent is not None and parent != row.parent:
            organisation.move_unit(row, parent, by=by, now=now)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """Administrators."""
        return rules.may_edit_organisation(user)

    def may_change(self, user: Any, row: OrgUnit) -> bool:
        """Administrators."""
        return rules.may_edit_organisation(user)

    @verb(input=UnderInput, may=_admins_only, rule="0.1")
    def move(self, row: OrgUnit, values: dict, *, by: Any, now: Any) -> OrgUnit:
        """Hang it under another unit; a circle is 409."""
        return organisation.move_unit(row, values["parent"], by=by, now=now)

    @verb(may=_admins_only, rule="0.1")
    def close(self, row: OrgUnit, values: dict, *, by: Any, now: Any) -> OrgUnit:
        """Close a unit that holds nothing any more."""
        return organisation.close_unit(row, by=by, now=now)

    @verb(may=_admins_only, rule="0.1")
    def reopen(self, row: OrgUnit, values: dict, *, by: Any, now: Any) -> OrgUnit:
        """Open it again."""
        return organisation.reopen_unit(row, by=by, now=now)


class UserProfileShape(Shape):
    """A colleague."""

    name = serializers.CharField(source="user.full_name")
    roles = serializers.SlugRelatedField(
        source="user.role_rows", slug_field="role", many=True, read_only=True
    )

    class Meta:
        model = UserProfile
        fields = [
            "id",
            "user",
            "name",
            "roles",
            "unit",
            "function",
            "title",
            "grade",
            "is_vp_or_above",
            "joined_on",
            "left_on",
            "deputy",
            "updated_at",
            "version",
        ]


class ProfileChange(Input):
    """What an edit may set; leaving has a verb."""

    unit = ScopedRelatedField(queryset=units_open)
    function = serializers.ChoiceField(choices=Function.choices)
    title = serializers.CharField(max_length=80, required=False, allow_blank=True)
    grade = serializers.CharField(max_length=10, required=False, allow_blank=True)
    is_vp_or_above = serializers.BooleanField(required=False)
    joined_on = serializers.DateField(required=False, allow_null=True)
    deputy = ScopedRelatedField(queryset=colleagues, required=False, allow_null=True)


class ProfileInput(ProfileChange):
    """A place for a user in the organisation."""

    user = ScopedRelatedField(queryset=future_colleagues)
    roles = serializers.ListField(
        child=serializers.ChoiceField(choices=Role.choices), max_length=20, required=False
    )


class RolesInput(Input):
    """All roles from now on."""

    roles = serializers.ListField(
        child=serializers.ChoiceField(choices=Role.choices), max_length=20
    )


class LeaveInput(Input):
    """The last day."""

    on = serializers.DateField()


class UserProfileResource(Resource):
    """Colleagues."""

    scope = "user-profiles"
    shape, input, change_input = UserProfileShape, ProfileInput, ProfileChange
    filterset_class = UserProfileFilter
    orderings = ("id", "-id", "-updated_at")

    def rows(self, user: Any) -> Any:
        """Open to all staff."""
        rows = UserProfile.objects.visible_to(user)
        return rows.select_related("user").prefetch_related("user__role_rows")

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> UserProfile:
        """A colleague gets a place and roles."""
        first = [values.pop(name) for name in ("user", "unit", "function")]
        return people.join(*first, by=by, now=now, **values)

    def change_row(
        self, row: UserProfile, values: dict[str, Any], *, by: Any, now: Any, version: int
    ) -> None:
        """Edit."""
        people.edit_profile(row, values, by=by, now=now, version=version)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """Administrators."""
        return rules.may_edit_organisation(user)

    def may_change(self, user: Any, row: UserProfile) -> bool:
        """Administrators."""
        return rules.may_edit_organisation(user)

    @verb(input=RolesInput, may=_admins_only, rule="0.1", people_only=True)
    def set_roles(self, row: UserProfile, values: dict, *, by: Any, now: Any) -> UserProfile:
        """Set the roles as a whole."""
        people.set_roles(row.user, values["roles"], by=by, now=now)
        return row

    @verb(input=LeaveInput, may=_admins_only, rule="R-A7", people_only=True)
    def leave(self, row: UserProfile, values: dict, *, by: Any, now: Any) -> UserProfile:
        """The colleague leaves; the duties of this floor go to the head."""
        people.leave(row, values["on"], by=by, now=now)
        return row
