"""Forms of the gift register: what it is, when it was handed over."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import day, line
from relationships.choices import GiftDirection, GiftOccasion, RecipientClass


class GiftForm(forms.Form):
    """One gift, as it will stand in the register."""

    rule_ids: ClassVar[dict[str, str]] = {"": "R-G1"}

    direction = forms.ChoiceField(label=_("Direction"), choices=GiftDirection.choices)
    recipient_class = forms.ChoiceField(
        label=_("Works for"), choices=[("", _("Choose…")), *RecipientClass.choices]
    )
    occasion = forms.ChoiceField(label=_("Occasion"), choices=GiftOccasion.choices)
    item = line(_("What"), 120, required=True, help_text=_("Never money or anything like it."))
    value = forms.DecimalField(label=_("Value (CNY)"), min_value=0, max_digits=12, decimal_places=2)
    given_on = day(_("Day"), required=True)
    purpose = line(_("Purpose"), 200, required=True)


class HandOverForm(forms.Form):
    """The day on which it was handed over, and its receipt."""

    given_on = day(_("Day"), required=True)
    receipt = line(_("Receipt"), 80, help_text=_("Its number or where it is filed."))
