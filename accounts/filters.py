"""FilterSets of the customer floor, the same for pages and API."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.forms import CheckboxInput, HiddenInput
from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter, CharFilter, ChoiceFilter

from accounts import readings
from accounts.choices import (
    ActionStatus,
    AssessmentStatus,
    AssignmentStatus,
    ContactLevel,
    ContactStatus,
    CustomerKind,
    CustomerLevel,
    CustomerStatus,
    HandoverStatus,
    MembershipStatus,
    OrgLevel,
    OrgStatus,
    TeamRole,
    Tier,
    UnitKind,
)
from accounts.findable import contacts_named, customers_named
from accounts.models import (
    AccountAssignment,
    ActionItem,
    Contact,
    ContactMerge,
    Customer,
    CustomerMerge,
    CustomerUnit,
    Handover,
    OrgUnit,
    PersonalDetail,
    PortalMembership,
    StrategyFitAssessment,
    TierAssessment,
    UserProfile,
    served_by,
)
from accounts.queries import units_open
from core.custom.filters import ExtraFilters, suggest_tags
from core.filters import Filters, IdFilter, KeyFilter, RowFilter
from core.models import TrailEntry


def _units(request: Any) -> models.QuerySet:
    return units_open(request.user)


class OfMyCustomers(Filters):
    """Rows with a customer: `?my_customers=true` keeps those of customers that one serves."""

    my_customers = BooleanFilter(
        method="by_my_customers", label=_("My customers"), widget=HiddenInput
    )

    def by_my_customers(self, queryset: models.QuerySet, name: str, value: bool) -> models.QuerySet:
        """Customers with an active assignment of the person who asks."""
        return queryset.filter(customer__in=served_by(self.user)) if value else queryset


class CustomerFilter(ExtraFilters):
    """Customers: by name or person, tier, status, unit (with what is below), account manager."""

    search = CharFilter(method="by_name", label=_("Name, code, contact"), max_length=200)
    tier = KeyFilter(Tier, label=_("Tier"), empty_label=_("any"))
    key_accounts = BooleanFilter(method="by_key", label=_("S and A only"), widget=CheckboxInput)
    status = ChoiceFilter(choices=CustomerStatus.choices, label=_("Status"), empty_label=_("any"))
    kind = ChoiceFilter(choices=CustomerKind.choices, label=_("Kind"))
    level = ChoiceFilter(choices=CustomerLevel.choices, label=_("Level"))
    industry = CharFilter(lookup_expr="icontains", label=_("Industry"), max_length=60)
    region = CharFilter(lookup_expr="icontains", label=_("Region"), max_length=80)
    owning_unit = IdFilter(method="by_unit", label=_("Owning unit"))
    owner = IdFilter(method="by_owner", label=_("Account manager"))
    parent = IdFilter(label=_("Parent"))
    mine = BooleanFilter(method="by_mine", label=_("Mine"), widget=CheckboxInput)
    archived = BooleanFilter(method="by_archived", label=_("Archived"), widget=CheckboxInput)
    external_ref = CharFilter(label=_("External reference"), max_length=120)

    class Meta:
        model = Customer
        fields: list[str] = []

    def filter_queryset(self, queryset: models.QuerySet) -> models.QuerySet:
        """Archived customers are left out unless they are asked for."""
        queryset = super().filter_queryset(queryset)
        if self.form.cleaned_data.get("archived"):
            return queryset
        return queryset.filter(is_archived=False)

    def by_name(self, queryset: models.QuerySet, name: str, value: str) -> models.QuerySet:
        """Found by the search index: name, pinyin, code, or one of the contacts."""
        return queryset.filter(pk__in=customers_named(value))

    def by_key(self, queryset: models.QuerySet, name: str, value: bool) -> models.QuerySet:
        """Tier S and A."""
        return queryset.filter(tier__in=(Tier.S, Tier.A)) if value else queryset

    def by_unit(self, queryset: models.QuerySet, name: str, value: Any) -> models.QuerySet:
        """Owned by the unit or one below it."""
        paths = OrgUnit.objects.filter(pk=int(value)).values_list("path", flat=True)
        path = paths.first()
        return queryset.filter(owning_unit__path__startswith=path) if path else queryset.none()

    def by_owner(self, queryset: models.QuerySet, name: str, value: Any) -> models.QuerySet:
        """Whose account manager this is."""
        seats = AccountAssignment.objects.active().filter(role=TeamRole.AR, user=int(value))
        return queryset.filter(pk__in=seats.values("customer_id"))

    def by_mine(self, queryset: models.QuerySet, name: str, value: bool) -> models.QuerySet:
        """On whose account team I am."""
        if not value:
            return queryset
        seats = AccountAssignment.objects.on_account_team().filter(user=self.user)
        return queryset.filter(pk__in=seats.values("customer_id"))

    def by_archived(self, queryset: models.QuerySet, name: str, value: bool) -> models.QuerySet:
        """Archived ones only."""
        return queryset.filter(is_archived=True) if value else queryset


class HiddenCheck(CheckboxInput):
    """A choice that the tabs above the list make; the filter bar does not show it."""

    input_type = "hidden"


class CustomerPageFilter(CustomerFilter):
    """The same filter with lists to choose from instead of ids, and fewer fields in sight."""

    owning_unit = RowFilter(
        queryset=_units,
        named_by=("name",),
        method="by_unit_row",
        label=_("Owning unit"),
        empty_label=_("any"),
    )
    owner = CharFilter(method="by_owner_name", label=_("Account manager"), max_length=80)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("level", "parent", "external_ref", "kind"):
            self.form.fields.pop(name, None)
        suggest_tags(self.form)
        for name in ("industry", "region", "owning_unit", "owner"):
            self.form.fields[name].more = True
        for name in ("mine", "key_accounts", "archived"):
            self.form.fields[name].widget = HiddenCheck()
        self.form.fields["search"].widget.attrs["placeholder"] = _("Name, pinyin, code, contact")

    def by_unit_row(self, queryset: models.QuerySet, name: str, value: Any) -> models.QuerySet:
        """The id behind the choice."""
        return self.by_unit(queryset, name, value.pk)

    def by_owner_name(self, queryset: models.QuerySet, name: str, value: str) -> models.QuerySet:
        """Whose account manager bears this name, or a part of it."""
        seats = AccountAssignment.objects.active().filter(
            role=TeamRole.AR, user__full_name__icontains=value
        )
        return queryset.filter(pk__in=seats.values("customer_id"))


class CustomerUnitFilter(Filters):
    """Departments of customers."""

    customer = IdFilter()
    parent = IdFilter()
    kind = ChoiceFilter(choices=UnitKind.choices)
    external_ref = CharFilter(max_length=120)

    class Meta:
        model = CustomerUnit
        fields: list[str] = []


class ContactFilter(ExtraFilters):
    """Contacts: by customer, unit, level, owner; only active ones unless a status is asked."""

    search = CharFilter(method="by_name", label=_("Name, phone, e-mail"), max_length=200)
    customer = IdFilter()
    unit = IdFilter()
    level = ChoiceFilter(choices=ContactLevel.choices, label=_("Level"))
    status = ChoiceFilter(choices=ContactStatus.choices, label=_("Status"))
    is_decision_layer = BooleanFilter(label=_("Decision layer"))
    relationship_owner = IdFilter()
    external_ref = CharFilter(max_length=120)

    class Meta:
        model = Contact
        fields: list[str] = []

    def by_name(self, queryset: models.QuerySet, name: str, value: str) -> models.QuerySet:
        """Found by the search index: name, pinyin, phone or e-mail."""
        return queryset.filter(pk__in=contacts_named(value))


class ContactPageFilter(OfMyCustomers, ContactFilter):
    """The same filter for the list of all people; its tabs choose whose they are."""

    mine = BooleanFilter(method="by_mine", label=_("Mine"), widget=HiddenCheck)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form.fields.pop("external_ref", None)
        suggest_tags(self.form)
        self.form.fields["status"].more = True
        self.form.fields["is_decision_layer"].widget = HiddenCheck()
        self.form.fields["search"].widget.attrs["placeholder"] = _("Name, pinyin, phone, e-mail")

    def by_mine(self, queryset: models.QuerySet, name: str, value: bool) -> models.QuerySet:
        """Whose relation is mine to care for."""
        return queryset.filter(relationship_owner=self.user) if value else queryset


class OrgUnitFilter(Filters):
    """Units of ours."""

    level = ChoiceFilter(choices=OrgLevel.choices)
    status = ChoiceFilter(choices=OrgStatus.choices)
    parent = IdFilter()
    external_ref = CharFilter(max_length=120)

    class Meta:
        model = OrgUnit
        fields: list[str] = []


class UserProfileFilter(Filters):
    """Colleagues."""

    unit = IdFilter()
    user = IdFilter()

    class Meta:
        model = UserProfile
        fields: list[str] = []


class AssignmentFilter(Filters):
    """Seats on account teams."""

    customer = IdFilter()
    user = IdFilter()
    role = ChoiceFilter(choices=TeamRole.choices)
    status = ChoiceFilter(choices=AssignmentStatus.choices)

    class Meta:
        model = AccountAssignment
        fields: list[str] = []


class MergeFilter(Filters):
    """Merges of customers."""

    customer = IdFilter()
    merged = IdFilter()

    class Meta:
        model = CustomerMerge
        fields: list[str] = []


class ContactMergeFilter(Filters):
    """Merges of contacts."""

    customer = IdFilter()
    contact = IdFilter()
    merged = IdFilter()

    class Meta:
        model = ContactMerge
        fields: list[str] = []


class HandoverFilter(Filters):
    """Handovers of accounts."""

    customer = IdFilter()
    assignment = IdFilter()
    successor = IdFilter()
    status = ChoiceFilter(choices=HandoverStatus.choices)

    class Meta:
        model = Handover
        fields: list[str] = []


class FitFilter(Filters):
    """Strategy fit assessments."""

    customer = IdFilter()
    status = ChoiceFilter(choices=AssessmentStatus.choices)

    class Meta:
        model = StrategyFitAssessment
        fields: list[str] = []


class TierFilter(Filters):
    """Tier assessments."""

    customer = IdFilter()
    status = ChoiceFilter(choices=AssessmentStatus.choices)

    class Meta:
        model = TierAssessment
        fields: list[str] = []


class ActionItemFilter(Filters):
    """Action items."""

    customer = IdFilter()
    owner = IdFilter()
    status = ChoiceFilter(choices=ActionStatus.choices, label=_("Status"))

    class Meta:
        model = ActionItem
        fields: list[str] = []


class MembershipFilter(Filters):
    """Portal memberships."""

    customer = IdFilter()
    contact = IdFilter()
    status = ChoiceFilter(choices=MembershipStatus.choices)

    class Meta:
        model = PortalMembership
        fields: list[str] = []


class PersonalFilter(Filters):
    """Personal details, by whose they are: never by what they say."""

    contact = IdFilter()
    customer = IdFilter(field_name="contact__customer_id")

    class Meta:
        model = PersonalDetail
        fields: list[str] = []


class ReadingFilter(Filters):
    """The log of readings: by person read about, customer, reader, kind."""

    contact = IdFilter(method="by_contact")
    customer = IdFilter(field_name="scope_id")
    reader = CharFilter(
        field_name="actor__full_name", lookup_expr="icontains", label=_("Read by"), max_length=80
    )
    kind = ChoiceFilter(
        field_name="verb", choices=readings.KINDS, label=_("What"), empty_label=_("any")
    )

    class Meta:
        model = TrailEntry
        fields: list[str] = []

    def by_contact(self, queryset: models.QuerySet, name: str, value: Any) -> models.QuerySet:
        """About one contact, or the customer they belong to."""
        return queryset.filter(about_label=Contact._meta.label_lower, about_id=int(value))
