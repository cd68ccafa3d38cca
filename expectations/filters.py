"""Filters of projects, expectations and forms: one set for page and API."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.forms import DateInput, HiddenInput
from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter, CharFilter, ChoiceFilter, DateFilter

from accounts.filters import HiddenCheck, OfMyCustomers
from core.custom.filters import ExtraFilters, suggest_tags
from core.filters import Filters, IdFilter, Since, YesNoFilter
from expectations.choices import (
    PROJECT_OPEN,
    FormStatus,
    ItemStatus,
    MemberStatus,
    PriorityClass,
    ProjectStatus,
)
from expectations.models import (
    ConfirmationForm,
    ExpectationItem,
    FormSignature,
    Project,
    ProjectMember,
)


class ProjectFilter(ExtraFilters):
    """State, customer, early start."""

    search = CharFilter(method="find", label=_("Search"))
    status = ChoiceFilter(choices=ProjectStatus.choices, label=_("status"))
    customer = IdFilter()
    expectation_owner = IdFilter()
    is_major = YesNoFilter(label=_("major project"))
    started_early = YesNoFilter(
        field_name="early_until", lookup_expr="isnull", exclude=True, label=_("Started early")
    )
    updated_since = Since()

    class Meta:
        model = Project
        fields: list[str] = []

    def find(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """By name, code or customer."""
        return rows.filter(
            Q(name__icontains=value) | Q(code__icontains=value) | Q(customer__name__icontains=value)
        )


class ProjectPageFilter(OfMyCustomers, ProjectFilter):
    """The same filter for the page; its tabs choose whose projects."""

    mine = BooleanFilter(method="by_me", label=_("Mine"), widget=HiddenCheck)
    running = BooleanFilter(method="by_open", label=_("Not closed"), widget=HiddenCheck)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        suggest_tags(self.form)
        for name in ("is_major", "started_early"):
            self.form.fields[name].more = True
        self.form.fields["search"].widget.attrs["placeholder"] = _("Name, code, customer")

    def by_me(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        """Of whose expectations I am the owner, or in whose team I am."""
        if not value:
            return queryset
        within = ProjectMember.objects.filter(user=self.user, status=MemberStatus.ACTIVE)
        return queryset.filter(
            Q(expectation_owner=self.user) | Q(pk__in=within.values("project_id"))
        )

    def by_open(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        """Neither closed nor cancelled."""
        return queryset.filter(status__in=PROJECT_OPEN) if value else queryset


class MemberFilter(Filters):
    """Whose, in what."""

    project = IdFilter()
    user = IdFilter()
    status = CharFilter()

    class Meta:
        model = ProjectMember
        fields: list[str] = []


class ItemFilter(Filters):
    """Class, state, project, due."""

    search = CharFilter(method="find", label=_("Search"))
    priority_class = ChoiceFilter(choices=PriorityClass.choices, label=_("priority"))
    status = ChoiceFilter(choices=ItemStatus.choices, label=_("status"))
    customer = IdFilter()
    project = IdFilter()
    owner = IdFilter()
    due_before = DateFilter(
        field_name="due_on",
        lookup_expr="lt",
        label=_("Due before"),
        widget=DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    updated_since = Since()

    class Meta:
        model = ExpectationItem
        fields: list[str] = []

    def find(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """By statement or code."""
        return rows.filter(Q(statement__icontains=value) | Q(code__icontains=value))


class FormFilter(OfMyCustomers):
    """State, customer, project; `?waiting=true`: for a signature of either side."""

    search = CharFilter(method="find", label=_("Search"))
    status = ChoiceFilter(choices=FormStatus.choices, label=_("status"))
    customer = IdFilter()
    project = IdFilter()
    code = CharFilter(widget=HiddenInput)
    waiting = YesNoFilter(method="by_waiting", label=_("Waiting for a signature"))
    updated_since = Since()

    class Meta:
        model = ConfirmationForm
        fields: list[str] = []

    def find(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """By code, project or customer."""
        return rows.filter(
            Q(code__icontains=value)
            | Q(project__name__icontains=value)
            | Q(customer__name__icontains=value)
        )

    def by_waiting(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        """Sent, or signed by the customer and not yet by us."""
        waiting = [FormStatus.SENT, FormStatus.PARTLY_SIGNED]
        return queryset.filter(status__in=waiting) if value else queryset


class SignatureFilter(Filters):
    """Of which form."""

    form = IdFilter()
    side = CharFilter()

    class Meta:
        model = FormSignature
        fields: list[str] = []
