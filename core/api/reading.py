"""Reads a row of a Shape straight from its columns: what a read-only field does, decided once.

The REST framework asks every field of every row how to find and to show its value. For columns of
known kinds the answer is the same each time, so it is worked out once per Shape.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from operator import attrgetter
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone
from rest_framework import serializers

from core.api.fields import KeyField

Getter = Callable[[Any], Any]
Step = tuple[str, Getter | str, Callable[[Any], Any] | None]
AS_THEY_ARE = (
    serializers.CharField,
    serializers.ChoiceField,
    serializers.IntegerField,
    serializers.BooleanField,
    serializers.EmailField,
    serializers.URLField,
    serializers.JSONField,
)
"""Fields whose column holds what is shown."""
BY_THEMSELVES = (
    serializers.BigIntegerField,
    serializers.DateField,
    serializers.DecimalField,
    serializers.TimeField,
    KeyField,
)
"""Fields that show a value without knowing the request."""


@functools.cache
def steps_of(shape: type[serializers.ModelSerializer]) -> tuple[Step | str, ...]:
    """In the order of the fields: (name, how to read, how to show), or the name of a field that
    must be asked itself. A method's name stands in for how to read what it answers: asking its
    field would build every field of the Shape."""
    return tuple(_step(field, shape.Meta.model) for field in shape().fields.values())


def needs_only_columns(shape: type) -> bool:
    """True when a Shape shows nothing but columns of its own table: no join serves it."""
    if not hasattr(shape, "Meta"):
        return False
    return all(not isinstance(step, str) and callable(step[1]) for step in steps_of(shape))


def _step(field: Any, model: type[models.Model]) -> Step | str:
    name, kind = field.field_name, type(field)
    if kind is serializers.SerializerMethodField:
        return (name, field.method_name, None)
    try:
        column = model._meta.get_field(field.source)
    except FieldDoesNotExist:
        return name
    if not getattr(column, "concrete", False):
        return name
    read = attrgetter(column.attname)
    if kind is serializers.PrimaryKeyRelatedField and isinstance(column, models.ForeignKey):
        return (name, read, None)
    if kind in AS_THEY_ARE:
        return (name, read, None)
    if kind is serializers.DateTimeField:
        return (name, read, moment)
    return (name, read, field.to_representation) if kind in BY_THEMSELVES else name


def moment(value: Any) -> str:
    """An instant in the active time zone, ISO 8601, UTC as Z."""
    text = timezone.localtime(value).isoformat()
    return f"{text[:-6]}Z" if text.endswith("+00:00") else text
