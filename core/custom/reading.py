"""Own fields of an entity, and what rows hold: one query for any number of rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast

from core import registry
from core.cached import remembered
from core.custom.kinds import FieldDef, typed
from core.models import CustomField, CustomValue, Tag, Tagging


@dataclass(frozen=True)
class TagLine:
    """A tag as a chip."""

    name: str
    tone: str


@dataclass
class Extras:
    """Own values (canonical texts by key) and tags of one row, with the fields they belong to:
    a page of rows asks for those once."""

    custom: dict[str, str] = field(default_factory=dict)
    tags: list[TagLine] = field(default_factory=list)
    fields: tuple[FieldDef, ...] | None = None


def entities() -> Mapping[str, Any]:
    """Label of each entity that takes own fields and tags -> its name (CUSTOM of the registry)."""
    return registry.entry("CUSTOM", {})


def fields_of(entity: str) -> tuple[FieldDef, ...]:
    """The own fields of an entity that are in use, kept between requests."""
    if entity not in entities():
        return ()

    def ask() -> tuple[FieldDef, ...]:
        rows = CustomField.objects.live().filter(entity=entity)
        return tuple(definition(row) for row in rows)

    return remembered("custom", entity, ask)


def definition(row: CustomField) -> FieldDef:
    """A row as every reader needs it."""
    options = tuple(str(one) for one in row.options)
    return FieldDef(row.pk, row.key, row.name, row.kind, options, row.help, row.required)


def tag_names() -> tuple[TagLine, ...]:
    """Every tag in use, by name, kept between requests."""

    def ask() -> tuple[TagLine, ...]:
        return tuple(TagLine(row.name, row.tone) for row in Tag.objects.live())

    return remembered("tags", "all", ask)


def extras_of(entity: str, ids: Iterable[int]) -> dict[int, Extras]:
    """Values and tags of many rows of one entity: one query."""
    fields = fields_of(entity)
    held = {pk: Extras(fields=fields) for pk in ids}
    if not held:
        return held
    values = CustomValue.objects.filter(
        field__entity=entity, field__retired_at=None, about_id__in=held
    ).values_list("about_id", Value("value", CharField()), "field__key", "text")
    tags = (
        Tagging.objects.filter(about_label=entity, about_id__in=held, tag__retired_at=None)
        .annotate(name=Cast(F("tag__name"), CharField()), tone=Cast(F("tag__tone"), CharField()))
        .values_list("about_id", Value("tag", CharField()), "name", "tone")
    )
    for pk, what, first, second in values.order_by().union(tags.order_by(), all=True):
        if what == "tag":
            held[pk].tags.append(TagLine(first, second))
        else:
            held[pk].custom[first] = second
    for extras in held.values():
        extras.tags.sort(key=lambda tag: tag.name)
    return held


def with_extras(entity: str, rows: Iterable[Any]) -> None:
    """Give each row its `extras`: one query."""
    rows = list(rows)
    found = extras_of(entity, [row.pk for row in rows])
    for row in rows:
        row.extras = found[row.pk]


def extras_on(row: models.Model) -> Extras:
    """What one row holds; asked when nobody has put it there yet."""
    held = getattr(row, "extras", None)
    return held if held is not None else extras_of(registry.label_of(row), [row.pk])[row.pk]


def custom_values(entity: str, extras: Extras) -> dict[str, Any]:
    """{key: typed value or None} of every field in use."""
    fields = fields_of(entity) if extras.fields is None else extras.fields
    return {one.key: typed(one, extras.custom.get(one.key, "")) for one in fields}


def scope_of(obj: models.Model) -> models.Model | None:
    """Whose timeline a row belongs to: its customer, or itself (CUSTOM_SCOPE of the registry)."""
    name = registry.entry("CUSTOM_SCOPE", "")
    if registry.label_of(obj).endswith(f".{name}"):
        return obj
    return getattr(obj, name, None) if name else None
