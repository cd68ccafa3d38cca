"""Own fields and tags in the API: `custom` and `tags`, read with the row and written with it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.actors import Actor
from core.api.shapes import Input, Shape
from core.custom import actions, tagging
from core.custom.reading import (
    Extras,
    custom_values,
    entities,
    extras_on,
    fields_of,
    with_extras,
)
from core.registry import label_of

NAMES = ("custom", "tags")


class CustomShape(Shape):
    """Adds `custom` ({key: value or null} of every own field in use) and `tags` (words).

    `Meta.fields` names both. Numbers travel as text, so that no digit is lost.
    """

    custom = serializers.SerializerMethodField()
    tags = serializers.SerializerMethodField()

    class Meta:
        abstract = True

    @extend_schema_field(
        {
            "type": "object",
            "additionalProperties": {},
            "description": "Own fields by key; see /settings/fields/.",
            "example": {"segment": "gold"},
        }
    )
    def get_custom(self, row: Any) -> dict[str, Any]:
        """Typed values by key."""
        values = custom_values(label_of(row), extras_on(row))
        return {key: _said(value) for key, value in values.items()}

    @extend_schema_field({"type": "array", "items": {"type": "string"}, "example": ["VIP"]})
    def get_tags(self, row: Any) -> list[str]:
        """Words, by name."""
        return [tag.name for tag in extras_on(row).tags]


class CustomInput(Input):
    """Adds `custom` (keys that are sent are set, null empties one) and `tags` (all of them)."""

    custom = serializers.DictField(
        child=serializers.JSONField(allow_null=True),
        required=False,
        help_text="Own fields by key; keys that are not sent stay, null empties one.",
    )
    tags = serializers.ListField(
        child=serializers.CharField(max_length=40), required=False, max_length=20
    )


def _said(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, dt.date) else value


def fetch(rows: Any) -> None:
    """Values and tags of a page of rows, where their entity takes them: one query."""
    rows = list(rows or ())
    if rows and hasattr(rows[0], "_meta") and label_of(rows[0]) in entities():
        with_extras(label_of(rows[0]), rows)


def bare(row: Any) -> Any:
    """A row that was just made without any: nobody needs to ask."""
    if label_of(row) in entities():
        row.extras = Extras(fields=fields_of(label_of(row)))
    return row


def taken(values: dict[str, Any]) -> dict[str, Any]:
    """What belongs to this module, taken out of the values of a row."""
    return {name: values.pop(name) for name in NAMES if name in values}


def demand(model: Any, said: dict[str, Any]) -> None:
    """Refuse to make a row without the own fields that must be filled in."""
    actions.demand(label_of(model), said.get("custom", {}))


def give(row: Any, said: dict[str, Any], *, by: Actor, now: dt.datetime) -> None:
    """Write what was taken out, in the transaction of the row."""
    if not said:
        return
    actions.write_beside(row, said.get("custom", {}), by=by, now=now)
    if "tags" in said:
        tagging.set_tags(row, said["tags"], by=by, now=now)
