"""Filters by tag and by own field, for every FilterSet of an entity that takes them."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.custom.kinds import FieldDef
from core.custom.reading import entities, fields_of, tag_names
from core.filters import Filters
from core.models import CustomValue, Tagging

PREFIX = "custom_"


class ExtraFilters(Filters):
    """`?tag=`, `?custom_key=`, and `custom_key_min`, `custom_key_max` of numbers and dates."""

    tag = django_filters.CharFilter(method="by_tag", label=_("Tag"), max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["tag"].field.more = True
        for name, made in _made(entity_of(type(self))).items():
            made.parent, made.model = self, self._meta.model
            made.field.more = True
            self.filters[name] = made

    @classmethod
    def names(cls) -> set[str]:
        """The declared names and those of own fields."""
        return super().names() | set(_made(entity_of(cls)))

    def by_tag(self, queryset: models.QuerySet, name: str, value: str) -> models.QuerySet:
        """Rows that bear a tag."""
        rows = Tagging.objects.filter(
            about_label=entity_of(type(self)),
            tag__name__iexact=value.strip(),
            tag__retired_at=None,
        )
        return queryset.filter(pk__in=rows.values("about_id"))


def entity_of(cls: type) -> str:
    """The label of the model of a FilterSet."""
    return str(cls._meta.model._meta.label_lower)  # type: ignore[attr-defined]


def suggest_tags(form: Any) -> None:
    """Offer the tags in use as the choices of a filter bar."""
    names = [(tag.name, tag.name) for tag in tag_names()]
    form.fields["tag"].widget = forms.Select(choices=[("", _("any")), *names])


def _made(entity: str) -> dict[str, Any]:
    if entity not in entities():
        return {}
    found: dict[str, Any] = {}
    for one in fields_of(entity):
        found |= _of(one)
    return found


def _of(one: FieldDef) -> dict[str, Any]:
    name = f"{PREFIX}{one.key}"
    if one.kind == "choice":
        options = [(text, text) for text in one.options]
        return {name: _Choice(one, label=one.name, choices=options, empty_label=_("any"))}
    if one.kind == "boolean":
        options = [("true", _("yes")), ("false", _("no"))]
        return {name: _Choice(one, label=one.name, choices=options, empty_label=_("any"))}
    if one.kind == "text":
        return {name: _Text(one, label=one.name, max_length=200)}
    kind = _Number if one.kind == "number" else _Date
    return {
        name: kind(one, "exact", label=one.name),
        f"{name}_min": kind(one, "gte", label=_("%(name)s from") % {"name": one.name}),
        f"{name}_max": kind(one, "lte", label=_("%(name)s to") % {"name": one.name}),
    }


class _OwnField:
    """Rows whose own field holds something: one subquery over an index."""

    def __init__(self, one: FieldDef, compare: str = "exact", **more: Any) -> None:
        self.one, self.compare = one, compare
        super().__init__(**more)

    def filter(self, queryset: models.QuerySet, value: Any) -> models.QuerySet:
        """Only rows whose value compares as asked."""
        if value in (None, ""):
            return queryset
        rows = CustomValue.objects.filter(field_id=self.one.pk, **self.wanted(value))
        return queryset.filter(pk__in=rows.values("about_id"))

    def wanted(self, value: Any) -> dict[str, Any]:
        """The condition on the value."""
        return {"text": value}


class _Choice(_OwnField, django_filters.ChoiceFilter):
    pass


class _Text(_OwnField, django_filters.CharFilter):
    def wanted(self, value: Any) -> dict[str, Any]:
        return {"text__icontains": value}


class _Number(_OwnField, django_filters.NumberFilter):
    def wanted(self, value: Any) -> dict[str, Any]:
        return {f"number__{self.compare}": value}


class _Date(_OwnField, django_filters.DateFilter):
    def __init__(self, one: FieldDef, compare: str = "exact", **more: Any) -> None:
        widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
        super().__init__(one, compare, widget=widget, **more)

    def wanted(self, value: Any) -> dict[str, Any]:
        return {f"date__{self.compare}": value}
