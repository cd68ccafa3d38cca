"""Forms of account plans: the period, the parts, an objective, where it stands."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.choices_plan import ObjectiveType, PlanKind, Section
from accounts.forms import Form, day, line, text
from accounts.models import Customer
from accounts.queries import colleagues
from core.days import FIRST_YEAR, LAST_YEAR

HINTS = {
    Section.PERFORMANCE_GAP: _("Where last year fell short of what was planned, in numbers."),
    Section.OPPORTUNITY_GAP: _("What could be had here and is not pursued yet."),
    Section.MARKET_INSIGHT: _("Where the customer, its market and our competitors go."),
    Section.STRATEGIC_INTENT: _("Where we want to stand at this customer."),
    Section.INNOVATION_FOCUS: _("What we try out together."),
    Section.BUSINESS_DESIGN: _("Whom we serve with what, and how we earn."),
    Section.CRITICAL_TASKS: _("What has to be done, by whom, and what it depends on."),
}


class PlanForm(Form):
    """The parts of a plan; the required ones may be empty until it is submitted."""

    owner = forms.ModelChoiceField(label=_("Owner"), queryset=None, empty_label=None)
    budget = forms.DecimalField(
        label=_("Budget (CNY)"), max_digits=18, decimal_places=2, min_value=0, required=False
    )

    def __init__(
        self, *args: Any, customer: Customer, owner_id: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        team = customer.assignments.active().values("user_id")
        people = colleagues(self.user)
        near = people.filter(pk__in=team) | people.filter(pk__in=[self.user.pk, owner_id or 0])
        self.fields["owner"].queryset = near.order_by("full_name", "id")
        for part in Section:
            self.fields[part.value] = text(part.label, rows=3, help_text=HINTS.get(part, ""))


class NewPlanForm(PlanForm):
    """The same, with kind and period."""

    kind = forms.ChoiceField(label=_("Kind"), choices=PlanKind.choices)
    year = forms.IntegerField(label=_("First year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    years = forms.IntegerField(
        label=_("Years"), min_value=1, max_value=5, help_text=_("ABP: 1, ASP: 3 to 5.")
    )
    field_order = ("kind", "year", "years", "owner", "budget")


class ObjectiveForm(Form):
    """What is measured, from where to where, until when."""

    type = forms.ChoiceField(label=_("Type"), choices=ObjectiveType.choices)
    metric = line(
        _("Metric"), 120, required=True, help_text=_("Something that can be counted or measured.")
    )
    unit = line(pgettext_lazy("measure", "Unit"), 20)
    baseline = forms.DecimalField(
        label=_("Baseline"), max_digits=18, decimal_places=2, required=False
    )
    target = forms.DecimalField(label=_("Target"), max_digits=18, decimal_places=2)
    due_on = day(_("Due"), required=True)


class MeasureForm(Form):
    """Where it stands."""

    actual = forms.DecimalField(label=_("Actual"), max_digits=18, decimal_places=2)
