"""Forms about the worth of a customer: a cash-flow proposal, a reversal."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import Form, text


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
