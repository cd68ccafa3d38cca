"""Form fields that choose a row of a long table: a page never lists all of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db import models
from django.forms.models import ModelChoiceIterator
from django.utils.safestring import SafeString

from core.markup import format_html, format_html_join
from core.numerals import whole_in

OFFERED = 200
"""Rows that are offered; any other within the queryset is taken by its code or its whole name."""


class FirstChoices(ModelChoiceIterator):
    """The first rows of a table, never all of it."""

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        for row in self.queryset[:OFFERED]:
            yield self.choice(row)

    @property
    def is_long(self) -> bool:
        """There are rows beyond those offered."""
        return len(self.queryset.values_list("pk")[: OFFERED + 1]) > OFFERED


class SelectOfMany(forms.Select):
    """A drop-down; over a long table with codes a line to type a code or a name into."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The drop-down, or the line with the first rows as suggestions."""
        choices: Any = self.choices
        if not choices.field.has_code or not choices.is_long:
            return super().render(name, value, attrs, renderer)
        found = {**self.attrs, **(attrs or {})}
        listed = f"{found.get('id', name)}_list"
        said = {**found, "type": "text", "list": listed, "autocomplete": "off"}
        line = forms.TextInput().render(name, self._typed(value), said, renderer)
        rows = [
            (row.code, choices.field.label_from_instance(row)) for row in choices.queryset[:OFFERED]
        ]
        options = format_html_join("", '<option value="{}">{}</option>', rows)
        return format_html('{}<datalist id="{}">{}</datalist>', line, listed, options)

    def _typed(self, value: Any) -> Any:
        """The code of what was chosen by id; what was typed otherwise."""
        if whole_in(value) is None:
            return value
        row = self.choices.queryset.filter(pk=value).first()  # type: ignore[union-attr]
        return row.code if row is not None else value

    def optgroups(self, name: str, value: list[str], attrs: Any = None) -> list[Any]:
        """The options, and what is chosen when it is not among the first."""
        groups = super().optgroups(name, value, attrs)
        chosen = [pk for pk in value if whole_in(pk) is not None]
        if not chosen or any(
            each["selected"] for _title, options, _at in groups for each in options
        ):
            return groups
        choices: Any = self.choices
        for row in choices.queryset.filter(pk__in=chosen):
            text = choices.field.label_from_instance(row)
            option = self.create_option(name, row.pk, text, True, len(groups))
            groups.append((None, [option], len(groups)))
        return groups


class ChoiceOfMany(forms.ModelChoiceField):
    """One row of a table that may be long: by id, and where it has codes by code or whole name."""

    iterator = FirstChoices
    widget = SelectOfMany

    @property
    def has_code(self) -> bool:
        """Rows have a code that people know."""
        model = None if self.queryset is None else self.queryset.model
        return model is not None and any(each.name == "code" for each in model._meta.fields)

    def to_python(self, value: Any) -> models.Model | None:
        """The row; a code or a name that only one row has counts like its id."""
        text = str(value or "").strip()
        if self.has_code and text and whole_in(text) is None:
            named = models.Q(code=text) | models.Q(name=text)
            found = list(self.queryset.filter(named)[:2])
            value = found[0].pk if len(found) == 1 else "-"
        return super().to_python(value)
