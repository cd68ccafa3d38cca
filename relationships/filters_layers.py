"""FilterSet of layer snapshots."""

from __future__ import annotations

from django_filters import ChoiceFilter, DateFilter

from core.filters import Filters, IdFilter
from relationships.choices import Grade
from relationships.models import LayerSnapshot


class LayerFilter(Filters):
    """Snapshots: by customer, months, grades."""

    customer = IdFilter(field_name="customer_id")
    month_from = DateFilter(field_name="month", lookup_expr="gte")
    month_to = DateFilter(field_name="month", lookup_expr="lte")
    universal_grade = ChoiceFilter(choices=Grade.choices)
    organisational_grade = ChoiceFilter(choices=Grade.choices)

    class Meta:
        model = LayerSnapshot
        fields: list[str] = []
