"""FilterSets of account plans and objectives, the same for pages and API."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.forms import CheckboxInput
from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter, ChoiceFilter, NumberFilter

from accounts.choices_plan import AccountPlanStatus, ObjectiveStatus, ObjectiveType, PlanKind
from accounts.filters import HiddenCheck
from accounts.models import AccountPlan, Objective
from core.days import FIRST_YEAR, LAST_YEAR
from core.filters import Filters, IdFilter


class AccountPlanFilter(Filters):
    """Account plans: by kind, state, year, own ones, customer."""

    kind = ChoiceFilter(choices=PlanKind.choices, label=_("Kind"))
    status = ChoiceFilter(choices=AccountPlanStatus.choices, label=_("Status"))
    year = NumberFilter(min_value=FIRST_YEAR, max_value=LAST_YEAR, label=_("First year"))
    mine = BooleanFilter(method="by_me", label=_("Mine"), widget=CheckboxInput)
    customer = IdFilter(field_name="customer_id")

    class Meta:
        model = AccountPlan
        fields: list[str] = []

    def by_me(self, rows: models.QuerySet, name: str, value: bool) -> models.QuerySet:
        """Owned by the caller."""
        return rows.filter(owner=self.user) if value else rows


class AccountPlanPageFilter(AccountPlanFilter):
    """The same filter for the page; its tabs choose whose plans."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form.fields["mine"].widget = HiddenCheck()


class ObjectiveFilter(Filters):
    """Objectives: by type, state, plan, customer."""

    type = ChoiceFilter(choices=ObjectiveType.choices)
    status = ChoiceFilter(choices=ObjectiveStatus.choices)
    plan = IdFilter(field_name="plan_id")
    customer = IdFilter(field_name="plan__customer_id")

    class Meta:
        model = Objective
        fields: list[str] = []
