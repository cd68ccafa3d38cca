"""`/api/v1/projects/` and `/api/v1/project-members/`."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import Customer, OrgUnit
from accounts.queries import colleagues
from accounts.rules import may_edit_customer
from core.api.bulk import CreateResource, Resource
from core.api.fields import ScopedRelatedField
from core.api.shapes import Input, Shape
from core.api.verbs import verb
from core.custom.api import CustomInput, CustomShape
from expectations import rules
from expectations.actions import project as actions
from expectations.choices import ProjectRole
from expectations.filters import MemberFilter, ProjectFilter
from expectations.models import Project, ProjectMember

EDIT = rules.may_edit_project


class ProjectShape(CustomShape):
    """A project; cost and budget are confidential and not here."""

    class Meta:
        model = Project
        fields = [
            "id", "code", "customer", "name", "contract_ref", "is_major", "major_reason",
            "starts_on", "finishes_on", "expectation_owner", "unit", "health", "status",
            "status_reason", "started_at", "closed_at", "early_reason", "early_by",
            "early_since", "early_until", "external_source", "external_ref", "created_at",
            "updated_at", "version", "custom", "tags",
        ]  # fmt: skip


class ProjectInput(CustomInput):
    """A project."""

    customer = ScopedRelatedField(queryset=Customer.objects.visible_to)
    name = serializers.CharField(max_length=120)
    contract_ref = serializers.CharField(max_length=80, required=False, allow_blank=True)
    is_major = serializers.BooleanField(required=False)
    major_reason = serializers.CharField(max_length=200, required=False, allow_blank=True)
    value = serializers.DecimalField(18, 2, required=False, allow_null=True, min_value=0)
    currency = serializers.RegexField(r"^[A-Z]{3}\Z", required=False)
    starts_on = serializers.DateField(required=False, allow_null=True)
    finishes_on = serializers.DateField(required=False, allow_null=True)
    expectation_owner = ScopedRelatedField(queryset=colleagues, required=False)
    unit = ScopedRelatedField(queryset=lambda user: OrgUnit.objects.all(), required=False)
    external_ref = serializers.CharField(max_length=120, required=False, allow_blank=True)


class ReasonInput(Input):
    """Why, in one sentence."""

    reason = serializers.CharField(max_length=300)


class EarlyInput(ReasonInput):
    """Why, and until when (at most the policy early.max_d)."""

    until = serializers.DateTimeField(required=False, allow_null=True)


class LeadInput(Input):
    """Who holds which corner."""

    role = serializers.ChoiceField(choices=["ar", "sr", "fr"])
    user = ScopedRelatedField(queryset=colleagues)


class ProjectResource(Resource):
    """Projects within sight."""

    scope = "projects"
    shape, input, filterset_class = ProjectShape, ProjectInput, ProjectFilter
    orderings = ("-id", "id", "name", "-updated_at")

    def rows(self, user: Any) -> Any:
        """Projects of visible customers."""
        rows = Project.objects.visible_to(user)
        return rows.select_related("customer", "expectation_owner", "unit", "early_by")

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """The account team, heads, admins."""
        return rules.may_open_project(user, values["customer"])

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> Project:
        """Open it with the triangle of the customer."""
        return actions.open_project(values.pop("customer"), by=by, now=now, **values)

    def may_change(self, user: Any, row: Project) -> bool:
        """The account team, members, heads."""
        return EDIT(user, row)

    def change_row(
        self, row: Project, values: dict[str, Any], *, by: Any, now: Any, version: int
    ) -> None:
        """Facts only; the customer of a project stays."""
        values.pop("customer", None)
        actions.edit_project(row, values, by=by, now=now, version=version)

    @verb(may=EDIT, rule="R-E2")
    def start(self, row: Project, values: dict, *, by: Any, now: Any) -> Project:
        """Start: an effective form and a complete triangle."""
        return actions.start(row, by=by, now=now)

    @verb(input=EarlyInput, may=rules.may_start_early, rule="R-E2", people_only=True)
    def start_early(self, row: Project, values: dict, *, by: Any, now: Any) -> Project:
        """Start without a form, for a reason, at most 14 days."""
        return actions.start_early(row, by=by, now=now, **values)

    @verb(input=EarlyInput, may=rules.may_start_early, rule="R-E2", people_only=True)
    def renew_early(self, row: Project, values: dict, *, by: Any, now: Any) -> Project:
        """Renew an early start."""
        return actions.renew_early(row, by=by, now=now, **values)

    @verb(input=LeadInput, may=EDIT, rule="b.3.2")
    def set_lead(self, row: Project, values: dict, *, by: Any, now: Any) -> Project:
        """Give a corner of the triangle to a person."""
        actions.set_lead(row, values["role"], values["user"], by=by, now=now)
        return row

    @verb(input=ReasonInput, may=EDIT, rule="b.3.2")
    def hold(self, row: Project, values: dict, *, by: Any, now: Any) -> Project:
        """Put on hold."""
        return actions.hold(row, by=by, now=now, **values)

    @verb(may=EDIT, rule="b.3.2")
    def resume(self, row: Project, values: dict, *, by: Any, now: Any) -> Project:
        """Go on."""
        return actions.resume(row, by=by, now=now)

    @verb(may=EDIT, rule="b.3.2")
    def hand_in(self, row: Project, values: dict, *, by: Any, now: Any) -> Project:
        """Hand in for acceptance."""
        return actions.hand_in(row, by=by, now=now)

    @verb(may=EDIT, rule="b.3.2")
    def begin_warranty(self, row: Project, values: dict, *, by: Any, now: Any) -> Project:
        """Begin the warranty."""
        return actions.begin_warranty(row, by=by, now=now)

    @verb(may=EDIT, rule="b.3.2", people_only=True)
    def close(self, row: Project, values: dict, *, by: Any, now: Any) -> Project:
        """Close: every expectation is decided."""
        return actions.close(row, by=by, now=now)

    @verb(input=ReasonInput, may=EDIT, rule="b.3.2", people_only=True)
    def cancel(self, row: Project, values: dict, *, by: Any, now: Any) -> Project:
        """Cancel, with a reason."""
        return actions.cancel(row, by=by, now=now, **values)


class MemberShape(Shape):
    """One person's role in a project."""

    class Meta:
        model = ProjectMember
        fields = ["id", "project", "user", "role", "is_lead", "since", "until", "status",
                  "updated_at", "version"]  # fmt: skip


class MemberInput(Input):
    """Somebody who joins."""

    project = ScopedRelatedField(queryset=Project.objects.visible_to)
    user = ScopedRelatedField(queryset=colleagues)
    role = serializers.ChoiceField(choices=ProjectRole.choices)


def _edits(user: Any, row: ProjectMember) -> bool:
    return EDIT(user, row.project)


class MemberResource(CreateResource):
    """People in projects."""

    scope = "projects"
    shape, input, filterset_class = MemberShape, MemberInput, MemberFilter
    orderings = ("-id", "id")

    def rows(self, user: Any) -> Any:
        """Members of projects within sight."""
        rows = ProjectMember.objects.filter(project__in=Project.objects.visible_to(user))
        return rows.select_related("user", "project__customer", "project__expectation_owner")

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """Whoever may edit the project."""
        return EDIT(user, values["project"]) or may_edit_customer(user, values["project"].customer)

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> ProjectMember:
        """Join, with the sight of the customer."""
        return actions.join(values["project"], values["user"], values["role"], by=by, now=now)

    @verb(may=_edits, rule="b.3.2")
    def leave(self, row: ProjectMember, values: dict, *, by: Any, now: Any) -> ProjectMember:
        """Leave; a lead of a project under way is replaced instead."""
        return actions.leave(row, by=by, now=now)
