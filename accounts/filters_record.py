"""FilterSets of what a customer's record holds beside its own row."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.forms import CheckboxInput, HiddenInput
from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter, CharFilter, ChoiceFilter, DateFilter

from accounts import installed, policies
from accounts.choices import (
    AssetStatus,
    CustomerStatus,
    InfluenceKind,
    InsightStatus,
    ProfileStatus,
    ProposalStatus,
    Tier,
    Vendor,
)
from accounts.models import (
    Asset,
    BuyingProfile,
    Customer,
    CustomerInfluence,
    CustomerInsight,
    LifecycleProposal,
    served_by,
)
from accounts.queries import units_open
from accounts.queries_gaps import whole
from core import clock, policy
from core.filters import Filters, IdFilter, KeyFilter, RowFilter
from core.wording import localtime


class InfluenceFilter(Filters):
    """Influences: of a customer at either end, by kind, standing or ended."""

    around = IdFilter(method="by_end")
    customer = IdFilter()
    influenced = IdFilter()
    kind = ChoiceFilter(choices=InfluenceKind.choices)
    ended = BooleanFilter(field_name="ended_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = CustomerInfluence
        fields: list[str] = []

    def by_end(self, queryset: models.QuerySet, name: str, value: object) -> models.QuerySet:
        """The customer at either end."""
        ends = models.Q(customer=value) | models.Q(influenced=value)
        return queryset.filter(ends)


class InsightFilter(Filters):
    """Insights: of a customer, by state, by the last day on which they hold."""

    customer = IdFilter()
    status = ChoiceFilter(choices=InsightStatus.choices)
    valid_until_before = DateFilter(field_name="valid_until", lookup_expr="lt")

    class Meta:
        model = CustomerInsight
        fields: list[str] = []


class BuyingProfileFilter(Filters):
    """Buying profiles: of a customer, current or superseded."""

    customer = IdFilter()
    status = ChoiceFilter(choices=ProfileStatus.choices)

    class Meta:
        model = BuyingProfile
        fields: list[str] = []


def _units(request: Any) -> models.QuerySet:
    return units_open(request.user)


class GapFilter(Filters):
    """Key accounts with gaps in their record: by tier, unit with what is below, mine, all."""

    tier = KeyFilter(
        Tier,
        label=_("Tier"),
        empty_label=_("any"),
        choices=[(key, key.upper()) for key in ("s", "a")],
    )
    owning_unit = RowFilter(
        queryset=_units,
        named_by=("name",),
        method="by_unit",
        label=_("Owning unit"),
        empty_label=_("any"),
    )
    mine = BooleanFilter(method="by_mine", label=_("Mine"), widget=CheckboxInput)
    all = BooleanFilter(method="by_all", label=_("Whole ones too"), widget=CheckboxInput)

    class Meta:
        model = Customer
        fields: list[str] = []

    def filter_queryset(self, queryset: models.QuerySet) -> models.QuerySet:
        """Whole records are left out unless they are asked for."""
        found = super().filter_queryset(queryset)
        if self.form.cleaned_data.get("all"):
            return found
        now = clock.now()
        return found.exclude(whole(now, localtime(now).date()))

    def by_unit(self, queryset: models.QuerySet, name: str, value: Any) -> models.QuerySet:
        """Owned by the unit or one below it."""
        return queryset.filter(owning_unit__path__startswith=value.path)

    def by_mine(self, queryset: models.QuerySet, name: str, value: bool) -> models.QuerySet:
        """On whose account team I am."""
        return queryset.filter(pk__in=served_by(self.user, team_only=True)) if value else queryset

    def by_all(self, queryset: models.QuerySet, name: str, value: bool) -> models.QuerySet:
        """Answered by filter_queryset."""
        return queryset


class ProposalFilter(Filters):
    """Lifecycle proposals: of a customer, by state."""

    customer = IdFilter()
    status = ChoiceFilter(choices=ProposalStatus.choices)
    to_status = ChoiceFilter(choices=CustomerStatus.choices)

    class Meta:
        model = LifecycleProposal
        fields: list[str] = []


class AssetFilter(Filters):
    """Equipment: by text, customer, vendor, status, and how its warranty stands today."""

    search = CharFilter(method="by_text", label=_("Product, model, serial, site"), max_length=80)
    customer = IdFilter(widget=HiddenInput)
    vendor = ChoiceFilter(choices=Vendor.choices, label=_("Vendor"), empty_label=_("any"))
    status = ChoiceFilter(choices=AssetStatus.choices, label=_("Status"), empty_label=_("any"))
    warranty = ChoiceFilter(
        method="by_warranty",
        label=_("Warranty"),
        empty_label=_("any"),
        choices=[
            (installed.OVER, _("over")),
            (installed.SOON, _("ends soon")),
            (installed.VALID, _("runs")),
            (installed.NONE, _("none stated")),
        ],
    )
    external_ref = CharFilter(max_length=120)

    class Meta:
        model = Asset
        fields: list[str] = []

    def by_text(self, queryset: models.QuerySet, name: str, value: str) -> models.QuerySet:
        """A part of the product, model, serial number or site."""
        wanted = models.Q()
        for column in ("product", "model", "serial", "site"):
            wanted |= models.Q(**{f"{column}__icontains": value})
        return queryset.filter(wanted)

    def by_warranty(self, queryset: models.QuerySet, name: str, value: str) -> models.QuerySet:
        """As installed.warranty says it of each row, today where the reader is."""
        now = clock.now()
        today = localtime(now).date()
        ahead = today + dt.timedelta(days=policy.get(policies.WARRANTY_REMINDER_DAYS, at=now))
        wanted = {
            installed.OVER: models.Q(warranty_end__lt=today),
            installed.SOON: models.Q(warranty_end__range=(today, ahead)),
            installed.VALID: models.Q(warranty_end__gt=ahead),
            installed.NONE: models.Q(warranty_end=None),
        }
        return queryset.filter(wanted[value])
