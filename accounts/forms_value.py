"""Forms of value: a cash-flow proposal, a scorecard template, a scorecard."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.actions.scorecards import metrics
from accounts.choices import ScorecardScope, TemplateStatus
from accounts.forms import Form, day, line, text
from accounts.models import ScorecardTemplate
from accounts.queries import colleagues, units_to_share


class ProposalForm(Form):
    """Why its strategy leaves ours, and what we spend on it today."""

    evidence = text(
        _("Evidence"),
        required=True,
        help_text=_("Where their plans leave ours: which decision, which budget, said by whom."),
    )
    budget = forms.DecimalField(
        label=_("Budget of a year today"),
        max_digits=18,
        decimal_places=2,
        min_value=0,
        required=False,
        help_text=_("Where the way down begins; empty: only the shares are shown."),
    )


class TemplateForm(Form):
    """A weight and a target for each figure; empty: it does not count."""

    name = line(_("Name"), 80, required=True)
    scope = forms.ChoiceField(label=_("For"), choices=ScorecardScope.choices)
    is_business = forms.BooleanField(
        label=_("Business unit"),
        required=False,
        help_text=_("Satisfaction and attainment then weigh at least 30 % together, both some."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, (label, unit, _path) in metrics().items():
            named = {"name": __(label), "unit": f" ({unit})" if unit else ""}
            self.fields[f"weight_{key}"] = forms.IntegerField(
                label=_("%(name)s: weight %%") % named, min_value=0, max_value=100, required=False
            )
            self.fields[f"target_{key}"] = forms.DecimalField(
                label=_("%(name)s: target%(unit)s") % named,
                max_digits=16,
                decimal_places=2,
                min_value=0,
                required=False,
            )

    def values(self) -> dict[str, Any]:
        """What the actions take."""
        data = self.cleaned_data
        return {
            **{name: data[name] for name in ("name", "scope", "is_business")},
            "weights": {key: data.get(f"weight_{key}") or 0 for key in metrics()},
            "targets": {key: data.get(f"target_{key}") for key in metrics()},
        }


class CardForm(Form):
    """Whose card, for which period."""

    template = forms.ModelChoiceField(label=_("Template"), queryset=None, empty_label=None)
    unit = forms.TypedChoiceField(label=pgettext_lazy("organisation", "Unit"), coerce=int)
    person = forms.ModelChoiceField(
        label=_("Person"), queryset=None, required=False, empty_label=_("the unit itself")
    )
    first_day = day(_("From"), required=True)
    last_day = day(_("To"), required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].queryset = ScorecardTemplate.objects.visible_to(self.user).filter(
            status=TemplateStatus.ACTIVE
        )
        self.fields["unit"].choices = units_to_share(self.user)
        self.fields["person"].queryset = colleagues(self.user).order_by("full_name", "id")
