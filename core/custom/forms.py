"""Own fields and tags in forms: one form field each, named `custom_key`."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.custom.kinds import FieldDef
from core.custom.reading import Extras, extras_of, fields_of
from core.days import DayField
from core.registry import label_of
from core.text import plain_line

PREFIX = "custom_"


def form_field(one: FieldDef) -> forms.Field:
    """The field of a form for an own field."""
    common: dict[str, Any] = {
        "label": one.name,
        "required": one.required,
        "help_text": one.help,
    }
    if one.kind == "number":
        return forms.DecimalField(max_digits=20, decimal_places=6, **common)
    if one.kind == "date":
        widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
        return DayField(widget=widget, **common)
    if one.kind == "choice":
        options = [("", "–"), *((text, text) for text in one.options)]
        return forms.ChoiceField(choices=options, **common)
    if one.kind == "boolean":
        options = [("", "–"), ("true", _("yes")), ("false", _("no"))]
        return forms.ChoiceField(choices=options, **common)
    return forms.CharField(max_length=500, validators=[plain_line], **common)


def ask_own(form: forms.BaseForm, about: str | models.Model) -> None:
    """Let a form ask the own fields in use after its own ones.

    `about` is the label of an entity for a new row, or the row that is edited: then the fields
    begin with what it holds. `taken` gives what was typed.
    """
    row = None if isinstance(about, str) else about
    entity = about if isinstance(about, str) else label_of(about)
    own = fields_of(entity)
    for one in own:
        form.fields[f"{PREFIX}{one.key}"] = form_field(one)
    if own and row is not None:
        form.own_about = row  # type: ignore[attr-defined]
        form.initial = {**form.initial, **own_now(form)}


def own_now(form: forms.BaseForm) -> dict[str, str]:
    """What the row that a form edits holds by now in the own fields that it asks."""
    row = getattr(form, "own_about", None)
    if row is None:
        return {}
    held = extras_of(label_of(row), [row.pk])[row.pk].custom
    return {
        name: held.get(name.removeprefix(PREFIX), "")
        for name in form.fields
        if name.startswith(PREFIX)
    }


def taken(values: MutableMapping[str, Any]) -> dict[str, Any]:
    """Own values by key, taken out of what a form took."""
    names = [name for name in values if name.startswith(PREFIX)]
    return {name.removeprefix(PREFIX): values.pop(name) for name in names}


class ExtrasForm(forms.Form):
    """Tags and own fields of one row."""

    tags = forms.CharField(
        label=_("Tags"),
        required=False,
        max_length=900,
        validators=[plain_line],
        help_text=_("Words with commas between them."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, own: Sequence[FieldDef], extras: Extras, version: int, **kwargs: Any
    ) -> None:
        initial: dict[str, Any] = {f"{PREFIX}{key}": text for key, text in extras.custom.items()}
        initial |= {"tags": ", ".join(tag.name for tag in extras.tags), "version": version}
        super().__init__(*args, initial=initial, **kwargs)
        for one in own:
            self.fields[f"{PREFIX}{one.key}"] = form_field(one)

    @property
    def names(self) -> list[str]:
        """The tags as words."""
        return [
            word.strip()
            for word in self.cleaned_data["tags"].replace("，", ",").split(",")
            if word.strip()
        ]

    @property
    def own_values(self) -> dict[str, Any]:
        """Own values by key."""
        return taken(dict(self.cleaned_data))


class FieldForm(forms.Form):
    """The definition of an own field; entity, key and kind only when it is new."""

    entity = forms.ChoiceField(label=_("Belongs to"))
    name = forms.CharField(label=_("Name"), max_length=60, validators=[plain_line])
    key = forms.CharField(
        label=_("Key"),
        max_length=40,
        help_text=_("Lower-case letters, digits and _; the name in the API. It never changes."),
    )
    kind = forms.ChoiceField(label=_("Kind"))
    options = forms.CharField(
        label=_("Choices"),
        required=False,
        max_length=8000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("One a line, only for the kind choice."),
    )
    help = forms.CharField(label=_("Help"), required=False, max_length=200, validators=[plain_line])
    required = forms.BooleanField(label=_("Must be filled in"), required=False)
    position = forms.IntegerField(label=_("Position"), min_value=0, max_value=999, initial=0)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, entities: Any, kinds: Any, fresh: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if fresh:
            self.fields["entity"].choices = entities  # type: ignore[attr-defined]
            self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        else:
            for name in ("entity", "key", "kind"):
                del self.fields[name]

    def clean_options(self) -> list[str]:
        """The lines that hold something."""
        lines = self.cleaned_data["options"].splitlines()
        return [line.strip() for line in lines if line.strip()]

    def values(self) -> dict[str, Any]:
        """What was typed, without the version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}
