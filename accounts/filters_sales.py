"""FilterSets of opportunities, the same for pages and API."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.forms import CheckboxInput
from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter, CharFilter, ChoiceFilter

from accounts.choices import OpportunitySource, Stage
from accounts.filters import HiddenCheck
from accounts.models import Opportunity
from core.filters import Filters, IdFilter


class OpportunityFilter(Filters):
    """Opportunities: by stage, source, customer, owner; own ones, open ones."""

    stage = ChoiceFilter(choices=Stage.choices, label=_("Stage"), empty_label=_("any"))
    source = ChoiceFilter(choices=OpportunitySource.choices, label=_("Source"))
    open = BooleanFilter(method="by_open", label=_("Not closed"), widget=CheckboxInput)
    mine = BooleanFilter(method="by_me", label=_("Mine"), widget=CheckboxInput)
    customer = IdFilter(field_name="customer_id")
    owner = IdFilter(field_name="owner_id")
    external_ref = CharFilter(max_length=120)

    class Meta:
        model = Opportunity
        fields: list[str] = []

    def by_me(self, rows: models.QuerySet, name: str, value: bool) -> models.QuerySet:
        """Owned by the caller."""
        return rows.filter(owner=self.user) if value else rows

    def by_open(self, rows: models.QuerySet, name: str, value: bool) -> models.QuerySet:
        """Neither won nor lost nor shelved."""
        return rows.open() if value else rows


class OpportunityPageFilter(OpportunityFilter):
    """The same filter for the page; its tabs choose whose deals, and open ones."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form.fields.pop("external_ref", None)
        for name in ("mine", "open"):
            self.form.fields[name].widget = HiddenCheck()
