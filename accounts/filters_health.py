"""FilterSets of account health, for the page of heads and the API."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.forms import CheckboxInput
from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter, ChoiceFilter, DateFilter

from accounts.choices import Tier
from accounts.choices_health import HealthBand
from accounts.models import AccountAssignment, AccountHealth
from core.filters import Filters, IdFilter, KeyFilter


class HealthFilter(Filters):
    """Days of account health: by customer, band, day; current ones."""

    customer = IdFilter(field_name="customer_id")
    band = ChoiceFilter(choices=HealthBand.choices, label=_("Band"), empty_label=_("any"))
    current = BooleanFilter(field_name="is_current")
    as_of_from = DateFilter(field_name="as_of", lookup_expr="gte")
    as_of_to = DateFilter(field_name="as_of", lookup_expr="lte")

    class Meta:
        model = AccountHealth
        fields: list[str] = []


class FallingFilter(Filters):
    """What a head narrows the list of fading relations by."""

    band = ChoiceFilter(choices=HealthBand.choices, label=_("Band"), empty_label=_("any"))
    tier = KeyFilter(Tier, field_name="customer__tier", label=_("Tier"), empty_label=_("any"))
    mine = BooleanFilter(method="by_mine", label=_("Mine"), widget=CheckboxInput)

    class Meta:
        model = AccountHealth
        fields: list[str] = []

    def by_mine(self, rows: QuerySet, name: str, value: Any) -> QuerySet:
        """On whose account team I am."""
        if not value:
            return rows
        seats = AccountAssignment.objects.on_account_team().filter(user=self.user)
        return rows.filter(customer__in=seats.values("customer_id"))
