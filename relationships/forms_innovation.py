"""Forms of joint innovation: a centre, a topic, what came out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.forms import Form, day, line, text
from core.models import User
from relationships.choices_agreement import ReuseClass


class _Owned(Form):
    """A form with an owner out of those who work for the customer."""

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people
        self.fields["owner"].label_from_instance = lambda user: user.full_name


class CentreForm(_Owned):
    """What for, who owns the result, who pays."""

    name = line(_("Name"), 120, required=True)
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=None, empty_label=None)
    charter = text(_("Charter"), help_text=_("What for, who decides on both sides, until when."))
    ip_terms = text(
        _("IP terms"),
        help_text=_("Who owns what comes out, and who may use it. Legal approves them."),
    )
    budget = forms.DecimalField(
        label=_("Yearly budget (CNY)"), max_digits=18, decimal_places=2, min_value=0, required=False
    )
    our_share = forms.IntegerField(
        label=_("Our share (%)"), min_value=0, max_value=100, required=False
    )
    awards = text(_("Award applications"), rows=2, help_text=_("One a line."))


class TopicForm(_Owned):
    """A question, and until when it is answered."""

    title = line(pgettext_lazy("topic", "Title"), 120, required=True)
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=None, empty_label=None)
    due_on = day(_("Until"))
    question = text(_("What it is to find out"), rows=3)


class OutcomeForm(Form):
    """What came out, and where it may be used."""

    outcome = text(_("What came out"), required=True, rows=3)
    reuse = forms.ChoiceField(label=_("Use elsewhere"), choices=ReuseClass.choices)
