"""Admin of the customer floor: organisation is edited here, workflow only through our actions."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.forms import Form
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

import accounts.admin_market
import accounts.admin_merge
import accounts.admin_plan
import accounts.admin_record  # noqa: F401  its classes register themselves
from accounts.actions import (
    action_items,
    contacts,
    customers,
    organisation,
    people,
    portal,
    same_person,
    team,
)
from accounts.models import (
    AccountAssignment,
    ActionItem,
    CashFlowDesignation,
    Contact,
    Customer,
    CustomerUnit,
    ErasureRequest,
    Handover,
    Opportunity,
    OrgUnit,
    PersonalDetail,
    PortalMembership,
    RevenueRecord,
    StrategyFitAssessment,
    TierAssessment,
    UserProfile,
    UserRole,
)
from core import clock
from core.admin.base import ReadOnlyAdmin, ReferenceAdmin, each
from core.web import actor_of

COMMON = ("created_at", "created_by", "updated_at", "updated_by", "version")


class NeverDeleted:
    """Rows are closed or archived, never deleted."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


@admin.register(OrgUnit)
class OrgUnitAdmin(NeverDeleted, ReferenceAdmin):
    """Units of ours; saving goes through the actions that keep the tree."""

    list_display = ("name", "level", "parent", "head", "status")
    list_filter = ("level", "status")
    search_fields = ("name", "external_ref")
    autocomplete_fields = ("parent", "head", "acting_head")
    list_select_related = ("parent", "head")
    readonly_fields = ("status", "path", *COMMON)
    actions = ("close", "reopen")
    fields = ("name", "level", "parent", "head", "acting_head", "acting_until", "timezone",
              "calendar", *readonly_fields)  # fmt: skip

    def save_model(self, request: HttpRequest, obj: OrgUnit, form: Any, change: bool) -> None:
        """Create, edit and move as everybody else does; a refusal is shown as its page."""
        by, now = actor_of(request, "admin"), clock.now()
        values = {name: form.cleaned_data[name] for name in organisation.FIELDS}
        if not change:
            name, level = values.pop("name"), values.pop("level")
            parent = form.cleaned_data["parent"]
            made = organisation.create_unit(name, level, parent, by=by, now=now, **values)
            obj.__dict__.update(made.__dict__)
            return
        row = OrgUnit.objects.get(pk=obj.pk)
        organisation.edit_unit(row, values, by=by, now=now, version=row.version)
        if form.cleaned_data["parent"] != row.parent:
            organisation.move_unit(row, form.cleaned_data["parent"], by=by, now=now)

    @admin.action(description=_("Close the selected units"), permissions=["change"])
    def close(self, request: HttpRequest, rows: models.QuerySet) -> None:
        """Close units that hold nothing."""
        said = gettext("%(count)d units closed")
        each(self, request, rows, organisation.close_unit, said)

    @admin.action(description=_("Reopen the selected units"), permissions=["change"])
    def reopen(self, request: HttpRequest, rows: models.QuerySet) -> None:
        """Open closed units."""
        said = gettext("%(count)d units reopened")
        each(self, request, rows, organisation.reopen_unit, said)


@admin.register(UserProfile)
class UserProfileAdmin(NeverDeleted, ReferenceAdmin):
    """Where people work; leaving is an action."""

    list_display = ("user", "unit", "function", "title", "left_on")
    list_filter = ("function", ("left_on", admin.EmptyFieldListFilter))
    search_fields = ("user__full_name", "user__username", "unit__name", "title")
    autocomplete_fields = ("user", "unit", "deputy")
    list_select_related = ("user", "unit")
    readonly_fields = ("left_on", *COMMON)
    actions = ("leave_today",)

    def save_model(self, request: HttpRequest, obj: UserProfile, form: Any, change: bool) -> None:
        """Join and edit through the actions."""
        by, now = actor_of(request, "admin"), clock.now()
        values = {name: form.cleaned_data[name] for name in people.FIELDS}
        if change:
            row = UserProfile.objects.get(pk=obj.pk)
            people.edit_profile(row, values, by=by, now=now, version=row.version)
            return
        unit, function = values.pop("unit"), values.pop("function")
        user = form.cleaned_data["user"]
        made = people.join(user, unit, function, by=by, now=now, **values)
        obj.__dict__.update(made.__dict__)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The person of a profile stays."""
        return (*self.readonly_fields, "user") if obj else self.readonly_fields

    @admin.action(description=_("The selected people leave today"), permissions=["change"])
    def leave_today(self, request: HttpRequest, rows: models.QuerySet) -> None:
        """Hand the duties of this floor to the heads (R-A7)."""
        said = gettext("%(count)d people left")
        each(self, request, rows.select_related("user", "unit"), _leave, said)


def _leave(profile: UserProfile, *, by: Any, now: Any) -> None:
    people.leave(profile, now.date(), by=by, now=now)


@admin.register(UserRole)
class UserRoleAdmin(ReferenceAdmin):
    """Roles of people; saving and deleting set them as a whole."""

    list_display = ("user", "role")
    list_filter = ("role",)
    search_fields = ("user__full_name", "user__username")
    autocomplete_fields = ("user",)
    list_select_related = ("user",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A role is given or taken, never turned into another."""
        return False if obj is not None else super().has_change_permission(request)

    def save_model(self, request: HttpRequest, obj: UserRole, form: Form, change: bool) -> None:
        """Add the role to those held."""
        by, now = actor_of(request, "admin"), clock.now()
        people.set_roles(obj.user, {*_held(obj.user), obj.role}, by=by, now=now)
        obj.pk = UserRole.objects.get(user=obj.user, role=obj.role).pk

    def delete_model(self, request: HttpRequest, obj: UserRole) -> None:
        """Take the role away."""
        by, now = actor_of(request, "admin"), clock.now()
        people.set_roles(obj.user, _held(obj.user) - {obj.role}, by=by, now=now)


def _held(user: Any) -> set[str]:
    return set(UserRole.objects.filter(user=user).values_list("role", flat=True))


@admin.register(Customer)
class CustomerAdmin(ReadOnlyAdmin):
    """Customers: edited on their pages; archived and restored here."""

    exclude = ("investment_stance", "cash_flow")  # the confidential class is read on its pages

    list_display = ("code", "name", "tier", "status", "owning_unit", "is_archived")
    list_filter = ("tier", "status", "kind", "is_archived")
    search_fields = ("code", "name", "short_name", "external_ref")
    list_select_related = ("owning_unit",)
    actions = ("archive", "restore")

    @admin.action(description=_("Archive the selected customers"), permissions=["operate"])
    def archive(self, request: HttpRequest, rows: models.QuerySet) -> None:
        """Out of the lists."""
        said = gettext("%(count)d customers archived")
        each(self, request, rows, customers.archive, said)

    @admin.action(description=_("Restore the selected customers"), permissions=["operate"])
    def restore(self, request: HttpRequest, rows: models.QuerySet) -> None:
        """Back into the lists."""
        said = gettext("%(count)d customers restored")
        each(self, request, rows, customers.restore, said)


@admin.register(CustomerUnit)
class CustomerUnitAdmin(ReadOnlyAdmin):
    """Departments of customers."""

    list_display = ("name", "kind", "parent", "customer")
    list_filter = ("kind",)
    search_fields = ("name", "customer__name", "external_ref")
    list_select_related = ("customer", "parent")


@admin.register(Contact)
class ContactAdmin(ReadOnlyAdmin):
    """People of customers."""

    list_display = ("name", "title", "customer", "level", "can_sign", "status")
    list_filter = ("status", "level", "can_sign", "basis")
    search_fields = ("name", "customer__name", "=email", "=phone", "external_ref")
    list_select_related = ("customer",)
    actions = ("mark_left", "withdraw_signing", "cut_link")

    @admin.action(description=_("Cut the link to the same person"), permissions=["operate"])
    def cut_link(self, request: HttpRequest, rows: models.QuerySet) -> None:
        """They are two people."""
        said = gettext("%(count)d links cut")
        rows = rows.select_related("customer", "same_person")
        each(self, request, rows, same_person.cut, said)

    @admin.action(description=_("The selected people have left"), permissions=["operate"])
    def mark_left(self, request: HttpRequest, rows: models.QuerySet) -> None:
        """Close portal and signing right."""
        said = gettext("%(count)d people left")
        each(self, request, rows.select_related("customer"), contacts.mark_left, said)

    @admin.action(description=_("Withdraw the right to sign"), permissions=["operate"])
    def withdraw_signing(self, request: HttpRequest, rows: models.QuerySet) -> None:
        """They may not sign any more."""
        said = gettext("%(count)d rights withdrawn")
        each(self, request, rows.select_related("customer"), contacts.withdraw_signing, said)


@admin.register(PortalMembership)
class PortalMembershipAdmin(ReadOnlyAdmin):
    """Doors to the portal."""

    list_display = ("contact", "customer", "user", "status", "invited_until")
    list_filter = ("status",)
    search_fields = ("contact__name", "customer__name", "user__email")
    list_select_related = ("contact", "customer", "user")
    actions = ("suspend", "restore")

    @admin.action(description=_("Close the selected accesses"), permissions=["operate"])
    def suspend(self, request: HttpRequest, rows: models.QuerySet) -> None:
        """Close at once."""
        said = gettext("%(count)d accesses closed")
        each(self, request, rows, portal.suspend, said)

    @admin.action(description=_("Open the selected accesses"), permissions=["operate"])
    def restore(self, request: HttpRequest, rows: models.QuerySet) -> None:
        """Open again."""
        said = gettext("%(count)d accesses opened")
        each(self, request, rows, portal.restore, said)


@admin.register(AccountAssignment)
class AccountAssignmentAdmin(ReadOnlyAdmin):
    """Seats on account teams."""

    list_display = ("customer", "user", "role", "since", "until", "status")
    list_filter = ("role", "status")
    search_fields = ("customer__name", "customer__code", "user__full_name")
    list_select_related = ("customer", "user")
    actions = ("end",)

    @admin.action(description=_("End the selected seats"), permissions=["operate"])
    def end(self, request: HttpRequest, rows: models.QuerySet) -> None:
        """End seats; account managers are handed over on the team page."""
        said = gettext("%(count)d seats ended")
        each(self, request, rows, team.end, said)


@admin.register(Opportunity)
class OpportunityAdmin(ReadOnlyAdmin):
    """Deals: worked on their pages."""

    list_display = ("code", "name", "customer", "owner", "stage", "expected_close")
    list_filter = ("stage", "source")
    search_fields = ("code", "name", "customer__name", "customer__code")
    list_select_related = ("customer", "owner")
    date_hierarchy = "expected_close"


@admin.register(Handover)
class HandoverAdmin(ReadOnlyAdmin):
    """Accounts on their way to a successor: planned and completed on their pages."""

    list_display = ("customer", "assignment", "successor", "overlap_from", "overlap_to", "status")
    list_filter = ("status", "reason")
    search_fields = ("customer__name", "customer__code", "successor__full_name")
    list_select_related = ("customer", "assignment__user", "successor")


@admin.register(RevenueRecord)
class RevenueAdmin(ReadOnlyAdmin):
    """Revenue by month: booked by imports and the API."""

    list_display = ("customer", "unit", "month", "product_line", "revenue", "currency")
    list_filter = ("currency",)
    search_fields = ("customer__name", "customer__code", "external_ref")
    list_select_related = ("customer", "unit")
    date_hierarchy = "month"


@admin.register(CashFlowDesignation)
class DesignationAdmin(ReadOnlyAdmin):
    """Cash-flow designations: decided on the value page, by the people that the rules name."""

    list_display = ("customer", "status", "by_rule", "rh_by", "exe_by", "review_on")
    list_filter = ("status", "by_rule")
    search_fields = ("customer__name", "customer__code")
    list_select_related = ("customer", "rh_by", "exe_by")


@admin.register(ActionItem)
class ActionItemAdmin(ReadOnlyAdmin):
    """What one of us promised to do."""

    list_display = ("text", "customer", "owner", "due_at", "status")
    list_filter = ("status",)
    search_fields = ("text", "customer__name", "owner__full_name")
    list_select_related = ("customer", "owner")
    date_hierarchy = "due_at"
    actions = ("reopen",)

    @admin.action(description=_("Reopen the selected action items"), permissions=["operate"])
    def reopen(self, request: HttpRequest, rows: models.QuerySet) -> None:
        """Not done after all."""
        said = gettext("%(count)d items reopened")
        each(self, request, rows, action_items.reopen, said)


@admin.register(StrategyFitAssessment)
class FitAdmin(ReadOnlyAdmin):
    """Fit assessments: decided on their pages, by the people that the rules name."""

    list_display = ("customer", "as_of", "fit", "trend", "status", "approver")
    list_filter = ("status", "trend")
    search_fields = ("customer__name", "customer__code")
    list_select_related = ("customer", "approver")


@admin.register(TierAssessment)
class TierAdmin(ReadOnlyAdmin):
    """Tier assessments: decided on their pages, by the people that the rules name."""

    list_display = ("customer", "as_of", "score", "proposed_tier", "approved_tier", "status")
    list_filter = ("status", "approved_tier")
    search_fields = ("customer__name", "customer__code")
    list_select_related = ("customer",)


@admin.register(PersonalDetail)
class PersonalDetailAdmin(ReadOnlyAdmin):
    """Of whom details are kept, and on what basis; what they say is read past the door."""

    list_display = ("contact", "basis", "purpose", "updated_at")
    list_filter = ("basis",)
    search_fields = ("contact__name", "contact__customer__name")
    list_select_related = ("contact",)
    fields = ("contact", "basis", "purpose", "updated_at", "updated_by")


@admin.register(ErasureRequest)
class ErasureRequestAdmin(ReadOnlyAdmin):
    """Requests to erase people; carried out on their pages, by somebody else."""

    list_display = ("id", "origin", "received_on", "due_at", "status", "decided_by")
    list_filter = ("status", "origin")
    search_fields = ("=id",)
    list_select_related = ("decided_by",)
    fields = ("origin", "received_on", "due_at", "status", "created_by", "decided_by",
              "decided_at", "report")  # fmt: skip
