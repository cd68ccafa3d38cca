"""FilterSets of rhythm and coverage, the same for pages and API."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter, ChoiceFilter, DateFilter

from accounts.choices import ContactLevel, UnitKind
from core.filters import Filters, IdFilter
from relationships.choices import CadenceMetric, CadenceSubject, ResultStatus
from relationships.models import CadenceResult, CadenceRule, CoverageCell


class CoverageFilter(Filters):
    """Coverage cells: by customer, kind of unit, level."""

    customer = IdFilter(field_name="customer_id")
    unit_kind = ChoiceFilter(choices=UnitKind.choices, label=_("Kind of unit"))
    level = ChoiceFilter(choices=ContactLevel.choices, label=_("Level"))

    class Meta:
        model = CoverageCell
        fields: list[str] = []


class ResultFilter(Filters):
    """Results of cadence: by state, of whom the rule asks, customer, person, days."""

    status = ChoiceFilter(choices=ResultStatus.choices, label=_("Status"))
    subject = ChoiceFilter(
        field_name="rule__subject", choices=CadenceSubject.choices, label=_("Of whom")
    )
    rule = IdFilter(field_name="rule_id")
    user = IdFilter(field_name="user_id")
    customer = IdFilter(field_name="customer_id")
    ends_after = DateFilter(field_name="ends_on", lookup_expr="gte", label=_("Ends from"))
    ends_before = DateFilter(field_name="ends_on", lookup_expr="lte", label=_("Ends until"))

    class Meta:
        model = CadenceResult
        fields: list[str] = []


class RuleFilter(Filters):
    """Rules of cadence: in force or not, of whom they ask, what they count."""

    is_on = BooleanFilter(label=_("In force"))
    subject = ChoiceFilter(choices=CadenceSubject.choices, label=_("Of whom"))
    metric = ChoiceFilter(choices=CadenceMetric.choices, label=_("Counts"))

    class Meta:
        model = CadenceRule
        fields: list[str] = []
