"""Replaces the mentions of a person in every text of every table that is not held back."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator, Sequence

from django.apps import apps
from django.db import models
from django.db.models import F, Q, TextField
from django.db.models.functions import Cast

from huaweicrm.privacy import columns, mentions

TEXTS = (models.CharField, models.TextField, models.JSONField)


@dataclasses.dataclass(frozen=True)
class Wanted:
    """What is looked for, and what stands there afterwards."""

    words: list[str]
    stone: str
    spared: Sequence[str] = ()
    """Longer names of others that hold one of the words."""


def text_columns() -> Iterator[tuple[type[models.Model], models.Field]]:
    """Every stored column of text that is no closed set."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_concrete_fields:
            if isinstance(field, TEXTS) and not field.choices and not field.is_relation:
                yield model, field


def swept_columns() -> dict[type[models.Model], list[models.Field]]:
    """The columns to look through: all but those that are named otherwise."""
    left = {
        *columns.held(),
        *columns.named(columns.NEVER),
        *columns.named(columns.DROPPED),
        *columns.named(columns.EMPTIED),
    }
    found: dict[type[models.Model], list[models.Field]] = {}
    for model, field in text_columns():
        if f"{model._meta.label_lower}.{field.name}" not in left:
            found.setdefault(model, []).append(field)
    return found


def mentioning(
    model: type[models.Model], fields: list[models.Field], words: list[str]
) -> models.QuerySet:
    """Rows of a table where one of the columns holds one of the words."""
    rows, wish = model._base_manager.all(), Q()
    for field in fields:
        name = field.name
        if isinstance(field, models.JSONField):
            rows = rows.annotate(**{f"{name}_said": Cast(name, TextField())})
            name = f"{name}_said"
        for word in words:
            for spelling in mentions.spelt(word):
                wish |= Q(**{f"{name}__icontains": spelling})
    return rows.filter(wish) if words else rows.none()


def replace(wanted: Wanted) -> Counter[str]:
    """Put the tombstone everywhere; how many rows by table."""
    counted: Counter[str] = Counter()
    for model, fields in swept_columns().items():
        names = [field.name for field in fields]
        versioned = any(field.name == "version" for field in model._meta.fields)
        found = list(mentioning(model, fields, wanted.words).values("pk", *names))
        for row in found:
            changed = {
                field.name: _covered(field, row[field.name], wanted)
                for field in fields
                if row[field.name] is not None
            }
            changed = {name: value for name, value in changed.items() if value != row[name]}
            more = {"version": F("version") + 1} if versioned else {}
            if changed:
                model._base_manager.filter(pk=row["pk"]).update(**changed, **more)
                counted[model._meta.label_lower] += 1
    return counted


def left_over(wanted: Wanted) -> Counter[str]:
    """What stays under legal hold: rows that mention the person, by column."""
    counted: Counter[str] = Counter()
    kept = columns.held()
    for model, field in text_columns():
        key = f"{model._meta.label_lower}.{field.name}"
        if key in kept:
            count = mentioning(model, [field], wanted.words).count()
            if count:
                counted[key] = count
    return counted


def _covered(field: models.Field, value: object, wanted: Wanted) -> object:
    made = mentions.covered_value(value, wanted.words, wanted.stone, wanted.spared)
    most = getattr(field, "max_length", None)
    return made[:most] if isinstance(made, str) and most else made
