"""FilterSets of leave."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter

from accounts.models import UserLeave
from core.filters import Filters, IdFilter


class LeaveFilter(Filters):
    """Leave: by person, called off or not."""

    user = IdFilter(field_name="user_id")
    called_off = BooleanFilter(
        field_name="cancelled_at", lookup_expr="isnull", exclude=True, label=_("Called off")
    )

    class Meta:
        model = UserLeave
        fields: list[str] = []
