"""Forms of minutes: decisions, promises with dates, opinions with who said them; who gets them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact
from core.days import MomentField
from core.models import User
from core.text import plain_line, plain_text
from relationships.actions.minutes import Said

LINES = 4
"""Lines of each kind that the form offers."""
LOCAL = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]


class MinutesForm(forms.Form):
    """What was decided; numbered lines for promises and opinions, empty ones are ignored."""

    decisions = forms.CharField(
        label=_("Decisions"),
        max_length=8000,
        required=False,
        validators=[plain_text],
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, contacts: QuerySet[Contact], **more: Any) -> None:
        super().__init__(*args, **more)
        for number in range(1, LINES + 1):
            self.fields[f"promise_{number}"] = _line(_("We promised"))
            self.fields[f"due_{number}"] = MomentField(
                label=_("By when"),
                required=False,
                widget=forms.DateTimeInput(
                    attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
                ),
                input_formats=LOCAL,
            )
        for number in range(1, LINES + 1):
            self.fields[f"opinion_{number}"] = _line(_("They said, in their words"))
            self.fields[f"contact_{number}"] = forms.ModelChoiceField(
                contacts, label=_("Who said it"), required=False, empty_label=_("Nobody named")
            )

    @property
    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Pairs of fields that stand in one line of the page."""
        numbers = range(1, LINES + 1)
        promises = [(self[f"promise_{number}"], self[f"due_{number}"]) for number in numbers]
        return promises + [(self[f"opinion_{each}"], self[f"contact_{each}"]) for each in numbers]

    def clean(self) -> dict[str, Any]:
        """A promise has a date."""
        said = super().clean() or {}
        for number in range(1, LINES + 1):
            undated = said.get(f"promise_{number}") and not said.get(f"due_{number}")
            if undated and f"due_{number}" not in self.errors:
                self.add_error(f"due_{number}", _("A promise has a date: say until when."))
        return said

    def promises(self) -> list[Said]:
        """Lines with a promise."""
        said = self.cleaned_data
        pairs = [(said[f"promise_{n}"], said[f"due_{n}"]) for n in range(1, LINES + 1)]
        return [Said(text, due_at=due) for text, due in pairs if text]

    def opinions(self) -> list[Said]:
        """Lines with an opinion."""
        said = self.cleaned_data
        pairs = [(said[f"opinion_{n}"], said[f"contact_{n}"]) for n in range(1, LINES + 1)]
        return [Said(text, contact=contact) for text, contact in pairs if text]


class SendForm(forms.Form):
    """Who gets the minutes."""

    users = forms.ModelMultipleChoiceField(
        User.objects.none(), label=_("Of us"), required=False, widget=forms.CheckboxSelectMultiple
    )
    contacts = forms.ModelMultipleChoiceField(
        Contact.objects.none(),
        label=_("Of the customer, by e-mail"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Mail to customers is held until an administrator has opened it."),
    )

    def __init__(
        self, *args: Any, users: QuerySet[User], contacts: QuerySet[Contact], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.fields["users"].queryset = users
        self.fields["users"].label_from_instance = lambda user: user.full_name
        self.fields["contacts"].queryset = contacts


class ConfirmForm(forms.Form):
    """Who of the customer said that the minutes are right."""

    contact = forms.ModelChoiceField(Contact.objects.none(), label=_("Confirmed by"))

    def __init__(self, *args: Any, contacts: QuerySet[Contact], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["contact"].queryset = contacts


def _line(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=300, required=False, validators=[plain_line])
