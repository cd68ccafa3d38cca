"""Forms of personal details: what is kept, and what somebody opens it for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.careful import Careful
from accounts.choices import ConsentBasis
from accounts.choices_privacy import ReadReason
from accounts.forms import line

CHOOSE = ("", _("Choose…"))


def _numbers(count: int) -> list[tuple[Any, Any]]:
    return [("", "–"), *((number, str(number)) for number in range(1, count + 1))]


def _number(value: Any) -> int | None:
    return int(value) if value else None


class DoorForm(forms.Form):
    """Why somebody reads the personal details of a person."""

    reason = forms.ChoiceField(
        label=_("What do you open it for?"), choices=ReadReason.choices, widget=forms.RadioSelect
    )


class PersonalForm(Careful):
    """A few details, each with a use; the basis and the purpose come first."""

    text_fields = ("interests", "dietary", "notes")

    basis = forms.ChoiceField(label=_("Lawful basis"), choices=[CHOOSE, *ConsentBasis.choices])
    purpose = line(
        _("Purpose"), 120, required=True, help_text=_("For example: greetings and hospitality")
    )
    birthday_month = forms.TypedChoiceField(
        label=_("Month of birth"),
        choices=_numbers(12),
        coerce=_number,
        empty_value=None,
        required=False,
    )
    birthday_day = forms.TypedChoiceField(
        label=_("Day of birth"),
        choices=_numbers(31),
        coerce=_number,
        empty_value=None,
        required=False,
        help_text=_("Without the year, which nobody needs for a greeting."),
    )
    interests = line(_("Interests"), 200)
    dietary = line(_("At the table"), 120, help_text=_("What they like or leave at a meal."))
    notes = forms.CharField(
        label=_("Notes"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Write what would hold if they read it."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def values(self) -> dict[str, Any]:
        """What the actions take."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in ("version", "checked")
        }

    @property
    def is_checked(self) -> bool:
        """Whether private matters were looked at again."""
        return bool(self.cleaned_data.get("checked"))
