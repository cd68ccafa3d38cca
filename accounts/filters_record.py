"""FilterSets of what a customer's record holds beside its own row."""

from __future__ import annotations

from django.db import models
from django_filters import BooleanFilter, ChoiceFilter, DateFilter

from accounts.choices import InfluenceKind, InsightStatus, ProfileStatus
from accounts.models import BuyingProfile, CustomerInfluence, CustomerInsight
from core.filters import Filters, IdFilter


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
