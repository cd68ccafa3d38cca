"""A row as one line of JSON, the same on every engine, and back."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db import connections, models
from django.db.models import F
from django.db.models.functions import Collate

CHUNK = 2000
BYTE_ORDER = {"postgresql": "C", "sqlite": "BINARY"}


def tables_of(apps: Any) -> list[type[models.Model]]:
    """Every model with a table of its own, link tables included, by label."""
    found = (
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and not model._meta.swapped
    )
    return sorted(found, key=lambda model: model._meta.label_lower)


def columns_of(model: type[models.Model]) -> list[str]:
    """Attribute names of the columns, in the order in which a line gives them."""
    return [field.attname for field in model._meta.concrete_fields]


def read_lines(model: type[models.Model], alias: str) -> Iterator[bytes]:
    """All rows of a table as lines, by ascending key; memory stays bounded."""
    key = model._meta.pk
    order: Any = F(key.attname)
    if not isinstance(key, models.IntegerField | models.AutoField):
        order = Collate(order, BYTE_ORDER[connections[alias].vendor])
    rows = models.QuerySet(model, using=alias).order_by(order).values_list(*columns_of(model))
    writers = [_writer(field) for field in model._meta.concrete_fields]
    for row in rows.iterator(chunk_size=CHUNK):
        said = [
            value if value is None or write is None else write(value)
            for write, value in zip(writers, row, strict=True)
        ]
        yield json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(lines: Iterable[bytes]) -> tuple[int, str]:
    """How many lines there are, and the SHA-256 over all of them."""
    count, said = 0, hashlib.sha256()
    for line in lines:
        count += 1
        said.update(line + b"\n")
    return count, said.hexdigest()


def row_of(model: type[models.Model], line: bytes) -> models.Model:
    """An unsaved instance from a line. ValueError when it is not a row of this table."""
    fields = model._meta.concrete_fields
    values = json.loads(line)
    if not isinstance(values, list) or len(values) != len(fields):
        raise ValueError("a line has another number of columns")
    return model(
        **{
            field.attname: value if value is None else _read(field, value)
            for field, value in zip(fields, values, strict=True)
        }
    )


def _writer(field: models.Field) -> Callable[[Any], Any] | None:
    """What makes a column's value fit for JSON; None when it is already."""
    if isinstance(field, models.DateTimeField):
        return lambda value: value.astimezone(dt.timezone.utc).isoformat()
    if isinstance(field, models.DateField | models.TimeField):
        return lambda value: value.isoformat()
    if isinstance(field, models.DecimalField):
        places = field.decimal_places
        return lambda value: f"{value:.{places}f}"
    if isinstance(field, models.BinaryField | models.DurationField | models.UUIDField):
        raise NotImplementedError(f"{field}: say in huaweicrm/backup/lines.py how it is written")
    return None


def _read(field: models.Field, value: Any) -> Any:
    if isinstance(field, models.DateTimeField):
        return dt.datetime.fromisoformat(value)
    if isinstance(field, models.ForeignKey | models.JSONField):
        return value
    return field.to_python(value)
