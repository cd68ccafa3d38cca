"""One FilterSet per list, for page and API: commitments, milestones, risks, notices, reports."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db import models
from django.forms import HiddenInput
from django.utils.translation import gettext_lazy as _

from accounts.filters import OfMyCustomers
from core import clock
from core.filters import Filters, Flag, IdFilter
from expectations.choices import (
    COMMITMENT_OPEN,
    NOTICE_UNTOLD,
    RISK_OPEN,
    CommitmentStatus,
    CommitmentTo,
    MilestoneStatus,
    NoticeStatus,
    NoticeVerdict,
    ReportStatus,
    RiskCategory,
    RiskStatus,
)
from expectations.models import Commitment, CustomerNotice, Milestone, Risk, WeeklyReport


def _search(*fields: str) -> Any:
    def narrowed(queryset: models.QuerySet, _name: str, value: str) -> models.QuerySet:
        wanted = models.Q()
        for field in fields:
            wanted |= models.Q(**{f"{field}__icontains": value})
        return queryset.filter(wanted)

    return narrowed


def _due_before() -> django_filters.IsoDateTimeFilter:
    return django_filters.IsoDateTimeFilter(
        field_name="due_at", lookup_expr="lt", widget=HiddenInput, label=_("Due before")
    )


class CommitmentFilter(Filters):
    """Promises; `?mine=true`: which the person who asks owns or has made."""

    search = django_filters.CharFilter(
        label=_("Search"), method=_search("text", "code"), max_length=80
    )
    status = django_filters.MultipleChoiceFilter(
        label=_("Status"), choices=CommitmentStatus.choices
    )
    promised_to = django_filters.ChoiceFilter(label=_("Promised to"), choices=CommitmentTo.choices)
    customer = IdFilter(label=_("Customer"))
    project = IdFilter(label=_("Project"))
    owner = IdFilter(label=_("Owner"))
    open = Flag(lambda rows: rows.filter(status__in=COMMITMENT_OPEN), label=_("Not closed"))
    overdue = Flag(lambda rows: rows.overdue(clock.now()), label=_("Overdue"))
    mine = django_filters.BooleanFilter(method="by_me", widget=HiddenInput, label=_("Mine"))
    due_before = _due_before()

    class Meta:
        model = Commitment
        fields: list[str] = []

    def by_me(self, queryset: models.QuerySet, name: str, value: bool) -> models.QuerySet:
        """Owned or made by the person who asks."""
        asker = models.Q(owner=self.user) | models.Q(made_by=self.user)
        return queryset.filter(asker) if value else queryset


class CommitmentPageFilter(CommitmentFilter):
    """The same filter for the page: one state at a time; tabs and links choose the rest."""

    status = django_filters.ChoiceFilter(label=_("Status"), choices=CommitmentStatus.choices)


class MilestoneFilter(Filters):
    """Steps of projects."""

    status = django_filters.ChoiceFilter(label=_("Status"), choices=MilestoneStatus.choices)
    project = IdFilter(label=_("Project"))
    customer = IdFilter(field_name="project__customer", label=_("Customer"))

    class Meta:
        model = Milestone
        fields: list[str] = []


class RiskFilter(Filters):
    """Risks."""

    search = django_filters.CharFilter(
        label=_("Search"), method=_search("title", "code"), max_length=80
    )
    status = django_filters.ChoiceFilter(label=_("Status"), choices=RiskStatus.choices)
    category = django_filters.ChoiceFilter(label=_("Comes from"), choices=RiskCategory.choices)
    customer = IdFilter(label=_("Customer"))
    project = IdFilter(label=_("Project"))
    owner = IdFilter(label=_("Owner"))
    open = Flag(lambda rows: rows.filter(status__in=RISK_OPEN), label=_("Not closed"))
    untold = Flag(
        lambda rows: rows.filter(notice__status__in=NOTICE_UNTOLD), label=_("Customer not told")
    )

    class Meta:
        model = Risk
        fields: list[str] = []


class NoticeFilter(OfMyCustomers):
    """72-hour notices."""

    search = django_filters.CharFilter(
        label=_("Search"), method=_search("risk__title", "code"), max_length=80
    )
    status = django_filters.ChoiceFilter(label=_("Status"), choices=NoticeStatus.choices)
    verdict = django_filters.ChoiceFilter(label=_("Verdict"), choices=NoticeVerdict.choices)
    customer = IdFilter(label=_("Customer"))
    project = IdFilter(field_name="risk__project", label=_("Project"))
    risk = IdFilter(label=_("Risk"))
    untold = Flag(lambda rows: rows.filter(status__in=NOTICE_UNTOLD), label=_("Customer not told"))

    class Meta:
        model = CustomerNotice
        fields: list[str] = []


class ReportFilter(OfMyCustomers):
    """Weekly reports."""

    status = django_filters.ChoiceFilter(label=_("Status"), choices=ReportStatus.choices)
    project = IdFilter(label=_("Project"))
    customer = IdFilter(label=_("Customer"))
    iso_year = django_filters.NumberFilter(
        label=_("Year"), min_value=2000, max_value=9999, decimal_places=0
    )
    iso_week = django_filters.NumberFilter(
        label=_("Week"), min_value=1, max_value=53, decimal_places=0
    )
    late = Flag(
        lambda rows: rows.filter(
            models.Q(late_minutes__gt=0)
            | models.Q(
                status__in=[ReportStatus.DRAFT, ReportStatus.RETURNED],
                submitted_at=None,
                due_at__lt=clock.now(),
            )
        ),
        label=_("Late"),
    )
    unsubmitted = Flag(
        lambda rows: rows.unsubmitted(), widget=HiddenInput, label=_("To be submitted")
    )
    due_before = _due_before()

    class Meta:
        model = WeeklyReport
        fields: list[str] = []
