"""Input of the pages about lists: a saved view, an export."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.models import Audience
from core.text import plain_line


class ViewForm(forms.Form):
    """Name, audience and whether the list opens with it."""

    name = forms.CharField(label=_("Name"), max_length=60, validators=[plain_line])
    audience = forms.ChoiceField(
        label=_("Shared with"), choices=Audience.choices, required=False, initial=Audience.ME
    )
    unit_id = forms.TypedChoiceField(
        label=_("Unit"), required=False, coerce=int, empty_value=None, choices=()
    )
    is_default = forms.BooleanField(label=_("The list opens with this view"), required=False)
    renew = forms.BooleanField(
        label=_("Take over the filters, order and columns that stand there now"), required=False
    )
    query = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2000)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        audiences: set[str],
        units: Sequence[tuple[int, str]],
        fresh: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if fresh:
            del self.fields["renew"]
        choices = [(key, label) for key, label in Audience.choices if key in audiences]
        self.fields["audience"].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            del self.fields["audience"]
        if Audience.UNIT in audiences and units:
            self.fields["unit_id"].choices = [("", "–"), *units]  # type: ignore[attr-defined]
        else:
            del self.fields["unit_id"]

    def clean(self) -> dict[str, Any]:
        """A unit belongs to the audience unit only, and is named there."""
        values = super().clean() or {}
        if values.get("audience") != Audience.UNIT:
            values["unit_id"] = None
        elif values.get("unit_id") is None and "unit_id" in self.fields:
            self.add_error("unit_id", _("Name the unit that the view is shared with."))
        return values


class ExportForm(forms.Form):
    """The kind of file."""

    kind = forms.ChoiceField(
        label=_("File"),
        choices=[("xlsx", _("Excel (XLSX)")), ("csv", _("CSV, opens in Excel"))],
        initial="xlsx",
        widget=forms.RadioSelect,
    )
