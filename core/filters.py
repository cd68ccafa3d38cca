"""The one FilterSet base of pages and API: strict about names in the API, scoped, keyed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db import models

from core.text import plain_text


class Filters(django_filters.FilterSet):
    """Base of every FilterSet. Fields are declared one by one; `user` is who asks."""

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


class IdFilter(django_filters.NumberFilter):
    """Filters a foreign key by its id, 1 … 2^63-1; asks nothing about the other row."""

    def __init__(self, **more: Any) -> None:
        super().__init__(min_value=1, max_value=2**63 - 1, decimal_places=0, **more)


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
