"""Forms of opportunities: a deal, the next stage, how it ended."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.choices import OPEN_STAGES, OpportunitySource, Stage
from accounts.forms import Form, day, line, text
from accounts.models import Customer
from accounts.queries import colleagues


class OpportunityForm(Form):
    """A deal: name, owner and the day on which it should be decided are needed."""

    name = line(_("Name"), 120, required=True)
    source = forms.ChoiceField(label=_("Source"), choices=OpportunitySource.choices)
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=None, empty_label=None)
    amount = forms.DecimalField(
        label=_("Amount"), max_digits=18, decimal_places=2, min_value=0, required=False
    )
    currency = line(_("Currency"), 3, required=True, initial="CNY")
    expected_close = day(_("Expected close"), required=True)
    tender_decision_date = day(
        _("Tender decision"), help_text=_("Empty without a tender. Gifts rest around this day.")
    )
    note = text(_("Note"), rows=3)

    def __init__(
        self, *args: Any, customer: Customer, owner_id: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        team = customer.assignments.active().values("user_id")
        people = colleagues(self.user)
        near = people.filter(pk__in=team) | people.filter(pk__in=[self.user.pk, owner_id or 0])
        self.fields["owner"].queryset = near.order_by("full_name", "id")


class StageForm(Form):
    """The next open stage."""

    stage = forms.ChoiceField(label=_("Stage"))

    def __init__(self, *args: Any, current: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [stage for stage in OPEN_STAGES if stage != current]
        self.fields["stage"].choices = [(stage.value, stage.label) for stage in others]
        at = OPEN_STAGES.index(current) if current in OPEN_STAGES else 0
        self.fields["stage"].initial = others[min(at, len(others) - 1)].value


class EndForm(Form):
    """Why it ended, and who got it when it is lost."""

    reason = line(_("Reason"), 300)
    lost_to = line(_("Who got it"), 80)

    def __init__(self, *args: Any, stage: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if stage != Stage.LOST:
            del self.fields["lost_to"]
        self.fields["reason"].required = stage != Stage.WON
        if stage == Stage.LOST:
            self.fields["lost_to"].required = True
