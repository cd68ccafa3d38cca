"""Forms of what a customer's record holds beside its own row."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.choices import InfluenceKind
from accounts.forms import Form, line
from accounts.models import Customer
from core.choosing import ChoiceOfMany

HERE, THERE = "out", "in"


class InfluenceForm(Form):
    """Who has a say in whose buying."""

    direction = forms.ChoiceField(label=_("Direction"))
    kind = forms.ChoiceField(label=_("What it does"), choices=InfluenceKind.choices)
    other = ChoiceOfMany(label=_("Other customer"), queryset=None)
    note = line(_("Note"), 200, help_text=_("For example: reviews the yearly budget in November."))

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["direction"].choices = [
            (HERE, _("%(name)s has a say there") % {"name": customer.display_name}),
            (THERE, _("The other one has a say here")),
        ]
        rows = Customer.objects.visible_to(self.user).current().exclude(pk=customer.pk)
        self.fields["other"].queryset = rows.order_by("name", "id")


class InfluenceNoteForm(Form):
    """The note of an influence."""

    note = line(_("Note"), 200)
