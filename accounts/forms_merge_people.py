"""The forms of a merge of contacts: which record goes; field by field, whose value is kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.actions.merging_people import MERGEABLE, differing
from accounts.forms import Form
from accounts.models import Contact
from core.choosing import ChoiceOfMany

KEEP, TAKE = "keep", "take"


class PersonChoice(ChoiceOfMany):
    """People of one customer, with what tells two of one name apart."""

    def label_from_instance(self, obj: Any) -> str:
        """Name, title and department."""
        return ", ".join(str(part) for part in (obj.name, obj.title, obj.unit) if part)


class OtherPersonForm(Form):
    """The record that becomes a part of this one."""

    other = PersonChoice(label=_("The same person, recorded twice"), queryset=None)

    def __init__(self, *args: Any, contact: Contact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Contact.objects.filter(customer=contact.customer_id, status__in=MERGEABLE)
        rows = rows.exclude(pk=contact.pk).select_related("unit")
        self.fields["other"].queryset = rows.order_by("name", "id")


class MergePeopleForm(OtherPersonForm):
    """The same, with a choice for every field in which the two differ."""

    compared = forms.CharField(widget=forms.HiddenInput, initial="1")

    def __init__(self, *args: Any, contact: Contact, other: Contact, **more: Any) -> None:
        super().__init__(*args, contact=contact, **more)
        self.fields["other"].widget = forms.HiddenInput()
        self.fields["other"].queryset = Contact.objects.filter(pk=other.pk)
        self.names = differing(contact, other)
        for name in self.names:
            own = getattr(contact, name)
            self.fields[f"of_{name}"] = forms.ChoiceField(
                label=capfirst(Contact._meta.get_field(name).verbose_name),
                choices=[(KEEP, _said(contact, name)), (TAKE, _said(other, name))],
                initial=KEEP if own not in ("", None) else TAKE,
                required=False,
                widget=forms.RadioSelect,
            )

    def values(self) -> dict[str, Any]:
        """The other record and the names of what is taken over from it."""
        said = self.cleaned_data
        taken = [name for name in self.names if said.get(f"of_{name}") == TAKE]
        return {"other": said["other"], "take": taken}

    def sides(self) -> list[Any]:
        """The fields of the comparison, bound."""
        return [self[f"of_{name}"] for name in self.names]


def _said(row: Contact, name: str) -> Any:
    shown = getattr(row, f"get_{name}_display", None)
    value = shown() if shown else getattr(row, name)
    if isinstance(value, bool):
        return pgettext_lazy("fact", "yes") if value else pgettext_lazy("fact", "no")
    return str(value)[:60] if value not in ("", None) else "–"
