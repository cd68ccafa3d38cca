"""Forms of handovers: who follows and when, whom they met, the letter."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.choices import HandoverReason
from accounts.forms import Form, day, text
from accounts.models import Contact
from accounts.queries import colleagues

LETTER = _("What stands in no field: how they decide, what not to say, what you would do next.")


class HandoverPlanForm(Form):
    """The successor and the days on which both work side by side."""

    successor = forms.ModelChoiceField(label=_("Successor"), queryset=None)
    reason = forms.ChoiceField(label=_("Reason"), choices=HandoverReason.choices)
    overlap_from = day(_("Overlap from"), required=True)
    overlap_to = day(_("Overlap to"), required=True)
    letter = text(_("Letter to the successor"), help_text=LETTER)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = colleagues(self.user).order_by("full_name", "id")


class LetterForm(Form):
    """What may change while it runs."""

    overlap_to = day(_("Overlap to"), required=True)
    letter = text(_("Letter to the successor"), help_text=LETTER)


class IntroduceForm(Form):
    """Whom the successor has met."""

    contacts = forms.ModelMultipleChoiceField(
        label=_("Introduced"), queryset=None, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, people: QuerySet[Contact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contacts"].queryset = people
        self.fields["contacts"].label_from_instance = _labelled


def _labelled(one: Contact) -> str:
    return f"{one.name} · {one.title}" if one.title else one.name
