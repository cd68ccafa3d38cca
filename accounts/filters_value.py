"""FilterSets of revenue and designations, the same for pages and API."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, DateFilter

from accounts.choices import DesignationStatus, ScorecardStatus, TemplateStatus
from accounts.choices_review import ReviewStatus
from accounts.models import (
    CashFlowDesignation,
    KeyActionReview,
    RevenueRecord,
    Scorecard,
    ScorecardTemplate,
)
from core.filters import Filters, IdFilter


class RevenueFilter(Filters):
    """Revenue by customer, unit, months."""

    customer = IdFilter(field_name="customer_id")
    unit = IdFilter(field_name="unit_id")
    month_from = DateFilter(field_name="month", lookup_expr="gte")
    month_to = DateFilter(field_name="month", lookup_expr="lte")
    product_line = CharFilter(max_length=60)
    external_ref = CharFilter(max_length=120)

    class Meta:
        model = RevenueRecord
        fields: list[str] = []


class DesignationFilter(Filters):
    """Designations by state and customer."""

    status = ChoiceFilter(
        choices=DesignationStatus.choices, label=_("Status"), empty_label=_("any")
    )
    customer = IdFilter(field_name="customer_id")

    class Meta:
        model = CashFlowDesignation
        fields: list[str] = []


class TemplateFilter(Filters):
    """Scorecard templates by state."""

    status = ChoiceFilter(choices=TemplateStatus.choices)

    class Meta:
        model = ScorecardTemplate
        fields: list[str] = []


class ReviewFilter(Filters):
    """Reviews of key actions by state and scorecard."""

    status = ChoiceFilter(choices=ReviewStatus.choices)
    scorecard = IdFilter(field_name="scorecard_id")

    class Meta:
        model = KeyActionReview
        fields: list[str] = []


class ScorecardFilter(Filters):
    """Scorecards by state, unit, person."""

    status = ChoiceFilter(choices=ScorecardStatus.choices, label=_("Status"), empty_label=_("any"))
    unit = IdFilter(field_name="unit_id")
    person = IdFilter(field_name="person_id")

    class Meta:
        model = Scorecard
        fields: list[str] = []
