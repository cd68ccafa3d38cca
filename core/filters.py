"""The one FilterSet base of pages and API: strict about names in the API, scoped, keyed."""

from __future__ import annotations

import copy
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import HiddenInput
from django.utils.translation import gettext_lazy as _

from core.text import plain_text


class FlatCopies(OrderedDict):
    """The filters of a set. Each request gets copies of its own; what they describe is shared."""

    def __deepcopy__(self, memo: dict) -> FlatCopies:
        made = FlatCopies((name, copy.copy(each)) for name, each in self.items())
        for each in made.values():
            each.extra = dict(each.extra)
            each.method = each.method  # binds the method to the copy
        return made


class Filters(django_filters.FilterSet):
    """Base of every FilterSet. Fields are declared one by one; `user` is who asks."""

    @classmethod
    def get_filters(cls) -> FlatCopies:
        """What the class declares, cheap to copy for a request; the search leads a bar."""
        found = super().get_filters()
        return FlatCopies(sorted(found.items(), key=lambda pair: pair[0] != "search"))

    @property
    def user(self) -> Any:
        """The person or token user behind the request."""
        return self.request.user

    @classmethod
    def names(cls) -> set[str]:
        """Every parameter that this set understands, with the parts of ranges."""
        found: set[str] = set()
        for name, each in cls.base_filters.items():
            suffixes = getattr(each.field_class.widget, "suffixes", None) or []
            found |= {f"{name}_{suffix}" for suffix in suffixes} or {name}
        return found


class KeyFilter(django_filters.ChoiceFilter):
    """Filters an IntegerChoices column by its lower-case keys: `?tier=s`."""

    def __init__(self, enum: type[models.IntegerChoices], **more: Any) -> None:
        self.enum = enum
        more.setdefault("choices", [(each.name.lower(), each.label) for each in enum])
        super().__init__(**more)

    def filter(self, queryset: models.QuerySet, value: Any) -> models.QuerySet:
        """Only rows of that rank."""
        if value in (None, ""):
            return queryset
        return super().filter(queryset, self.enum[value.upper()].value)


class RowIterator(django_filters.fields.ModelChoiceIterator):
    """Choices as plain pairs: one short read instead of a cursor and an object a choice."""

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        for pk, *names in self.queryset.values_list("pk", *self.field.named_by):
            yield (pk, next((name for name in names if name), ""))


class RowField(django_filters.fields.ModelChoiceField):
    """A choice among rows; `named_by` lists the columns of their names, the first filled one."""

    iterator = RowIterator

    def __init__(self, *args: Any, named_by: tuple[str, ...], **more: Any) -> None:
        self.named_by = named_by
        super().__init__(*args, **more)


class RowFilter(django_filters.ModelChoiceFilter):
    """Filters by a row that is chosen by name: `RowFilter(queryset=…, named_by=("name",))`."""

    field_class = RowField


class IdFilter(django_filters.NumberFilter):
    """Filters a foreign key by its id, 1 … 2^63-1; asks nothing about the other row.

    A bar shows no field for it: people choose by name (`RowFilter`) or come by a link.
    """

    def __init__(self, **more: Any) -> None:
        more.setdefault("widget", HiddenInput)
        super().__init__(min_value=1, max_value=2**63 - 1, decimal_places=0, **more)


class Since(django_filters.IsoDateTimeFilter):
    """Rows that changed at or after a moment: for machines that ask again, no field of a bar."""

    def __init__(self, field_name: str = "updated_at", **more: Any) -> None:
        more = {"lookup_expr": "gte", "widget": HiddenInput, "label": _("Updated since"), **more}
        super().__init__(field_name=field_name, **more)


class YesNoWidget(django_filters.widgets.BooleanWidget):
    """Any, yes or no, in words."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.choices = [("", _("any")), ("true", _("yes")), ("false", _("no"))]


class YesNoFilter(django_filters.BooleanFilter):
    """`?is_major=true`, `=false`; a bar offers both beside “any”."""

    def __init__(self, **more: Any) -> None:
        more.setdefault("widget", YesNoWidget)
        super().__init__(**more)


class Flag(django_filters.ChoiceFilter):
    """`?overdue=true` narrows; absent does not."""

    def __init__(self, narrow: Callable[[Any], Any], **more: Any) -> None:
        self.narrow = narrow
        super().__init__(choices=[("true", _("yes"))], **more)

    def filter(self, queryset: models.QuerySet, value: Any) -> models.QuerySet:
        """Only when asked for."""
        return self.narrow(queryset) if value == "true" else queryset


def bad_texts(pairs: Iterable[tuple[str, str]]) -> dict[str, list[Any]]:
    """Sentences for parameters that hold forbidden characters."""
    found: dict[str, list[Any]] = {}
    for name, value in pairs:
        try:
            plain_text(name)
            plain_text(value)
        except ValidationError as error:
            found[name] = error.messages
    return found
