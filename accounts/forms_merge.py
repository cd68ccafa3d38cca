"""The form of a merge: which record goes, and which of its values are kept."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.actions.merging import differing
from accounts.forms import Form
from accounts.models import Customer
from core.choosing import ChoiceOfMany


class OtherForm(Form):
    """The record that becomes a part of this one."""

    rule_ids: ClassVar[dict[str, str]] = {"": "b.1"}

    other = ChoiceOfMany(label=_("The same customer, recorded twice"), queryset=None)

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Customer.objects.visible_to(self.user).current().exclude(pk=customer.pk)
        self.fields["other"].queryset = rows.order_by("name", "id")


class MergeForm(OtherForm):
    """The same, with the values to take over from it."""

    compared = forms.CharField(widget=forms.HiddenInput, initial="1")
    take = forms.MultipleChoiceField(
        label=_("Take over from the other record"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, customer: Customer, other: Customer | None, **more: Any) -> None:
        super().__init__(*args, customer=customer, **more)
        self.fields["other"].widget = forms.HiddenInput()
        names = differing(customer, other) if other is not None else []
        self.fields["take"].choices = [
            (name, f"{_label(name)}: {_said(customer, name)} → {_said(other, name)}")
            for name in names
        ]


def _label(name: str) -> str:
    return str(Customer._meta.get_field(name).verbose_name)


def _said(row: Customer | None, name: str) -> str:
    shown = getattr(row, f"get_{name}_display", None)
    value = shown() if shown else getattr(row, name)
    return str(value)[:60] if value not in ("", None) else "–"
