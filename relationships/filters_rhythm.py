"""FilterSets of rhythm and coverage, the same for pages and API."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter

from accounts.choices import ContactLevel, UnitKind
from core.filters import Filters, IdFilter
from relationships.models import CoverageCell


class CoverageFilter(Filters):
    """Coverage cells: by customer, kind of unit, level."""

    customer = IdFilter(field_name="customer_id")
    unit_kind = ChoiceFilter(choices=UnitKind.choices, label=_("Kind of unit"))
    level = ChoiceFilter(choices=ContactLevel.choices, label=_("Level"))

    class Meta:
        model = CoverageCell
        fields: list[str] = []
