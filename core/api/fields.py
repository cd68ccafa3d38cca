"""Serializer fields of the house: related rows within sight, ranks as keys, bounded numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

MAX_ID = 2**63 - 1


class ScopedRelatedField(serializers.Field):
    """The id of a row that the caller may see; a foreign id reads like an absent one (400).

    `queryset` is a function of the user: `ScopedRelatedField(queryset=visible_customers)`.
    Rows are looked up once per request and id, so bulk asks little. `one` answers the same for one
    id, quicker: `ScopedRelatedField(queryset=visible_customers, one=customer_seen_by)`.
    """

    default_error_messages = {
        "type": _("A whole number is expected."),
        "missing": _("Not found."),
    }

    def __init__(
        self,
        *,
        queryset: Callable[[Any], models.QuerySet],
        one: Callable[[Any, int], models.Model | None] | None = None,
        **more: Any,
    ) -> None:
        self.visible, self.one = queryset, one
        super().__init__(**more)

    def to_internal_value(self, data: Any) -> models.Model:
        """The row behind an id."""
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("type")
        if not 0 < data <= MAX_ID:
            self.fail("missing")
        seen = self.context.setdefault("related_rows", {})
        key = (self.visible, data)
        if key not in seen:
            user = self.context["request"].user
            by_id = self.one or (lambda user, pk: self.visible(user).filter(pk=pk).first())
            seen[key] = by_id(user, data)
        if seen[key] is None:
            self.fail("missing")
        return seen[key]

    def to_representation(self, value: Any) -> int:
        """The id."""
        return value.pk if isinstance(value, models.Model) else value


class KeyField(serializers.ChoiceField):
    """An IntegerChoices rank that travels as its lower-case key: tier 1 is "s"."""

    def __init__(self, enum: type[models.IntegerChoices], **more: Any) -> None:
        self.enum = enum
        super().__init__(choices=[(each.name.lower(), each.label) for each in enum], **more)

    def to_internal_value(self, data: Any) -> int:
        """The rank behind a key."""
        key = super().to_internal_value(data)
        return key if key in (None, "") else self.enum[key.upper()].value

    def to_representation(self, value: Any) -> str | None:
        """The key of a rank."""
        return None if value is None else self.enum(value).name.lower()


class IdField(serializers.IntegerField):
    """A bare id, 1 … 2^63-1, of a loose reference (about_id)."""

    def __init__(self, **more: Any) -> None:
        super().__init__(min_value=1, max_value=MAX_ID, **more)
