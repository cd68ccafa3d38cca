"""Reads rows exactly as they are stored, so that not even a byte that parses alike can differ.

SQLite keeps text for times and does not care about types: a flipped byte may crash a converter or
still parse to the same instant. Here each value is checked against the one way Django writes it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, models


@dataclass
class Row:
    """One stored row: values by attribute name, and which column is damaged (else empty)."""

    pk: int
    values: dict[str, Any]
    damage: str = ""


def stored_rows(model: type[models.Model], *, chunk: int = 2000) -> Iterator[Row]:
    """All rows of a table by ascending id."""
    fields = list(model._meta.concrete_fields)
    sqlite = connection.vendor == "sqlite"
    columns = ", ".join(_column(field, sqlite) for field in fields)
    after = -(2**62)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {columns} FROM {model._meta.db_table}"
                f" WHERE id > %s ORDER BY id LIMIT {int(chunk)}",
                [after],
            )
            found = cursor.fetchall()
        for values in found:
            yield _row(fields, values, sqlite)
        if len(found) < chunk:
            return
        after = found[-1][0]


def _column(field: models.Field, sqlite: bool) -> str:
    if not sqlite or isinstance(field, models.IntegerField | models.ForeignKey):
        return field.column
    return f"CASE typeof({field.column}) WHEN 'text' THEN CAST({field.column} AS BLOB) END"


def _row(fields: list[models.Field], values: tuple, sqlite: bool) -> Row:
    row = Row(pk=values[0], values={})
    for field, value in zip(fields, values, strict=True):
        right = value
        if sqlite:
            right, sound = _from_sqlite(field, value)
            if not sound:
                row.damage = field.attname
        elif isinstance(value, dt.datetime):
            right = value.astimezone(dt.timezone.utc)
        row.values[field.attname] = right
    return row


def _from_sqlite(field: models.Field, value: Any) -> tuple[Any, bool]:
    if isinstance(field, models.IntegerField | models.ForeignKey):
        return value, value is None or isinstance(value, int)
    if value is None:
        return None, field.null
    try:
        text = bytes(value).decode()
    except UnicodeDecodeError:
        return None, False
    if not isinstance(field, models.DateTimeField):
        return text, True
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None, False
    return moment.replace(tzinfo=dt.timezone.utc), str(moment) == text
