"""Different values for many rows in one plain UPDATE.

`QuerySet.bulk_update` writes a CASE with a branch per row and column: building and parsing it costs
more than everything else that a sweep does.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connections, models, router

from core.arrays import kind_of, writer_of

BATCH = 2000
MOST_VALUES = 30_000
"""Values that one statement of SQLite takes."""


def update_rows(rows: Iterable[models.Model], names: Sequence[str]) -> None:
    """Write these fields of rows of one model, found by id, as the objects hold them.

    Nothing is compared: the caller holds the locks.
    """
    found = list(rows)
    if not found:
        return
    model = type(found[0])
    connection = connections[router.db_for_write(model)]
    fields = [model._meta.pk, *(model._meta.get_field(name) for name in names)]
    size = BATCH if connection.vendor == "postgresql" else min(BATCH, MOST_VALUES // len(fields))
    with connection.cursor() as cursor:
        for start in range(0, len(found), size):
            sql, values = _statement(connection, model, fields, found[start : start + size])
            cursor.execute(sql, values)


def _statement(
    connection: Any, model: type[models.Model], fields: list[Any], rows: list[models.Model]
) -> tuple[str, list[Any]]:
    quoted = [connection.ops.quote_name(field.column) for field in fields]
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(quoted)
    values: list[Any]
    if connection.vendor == "postgresql":
        arrays = ", ".join(f"%s::{kind_of(field, connection)}[]" for field in fields)
        source, values = (
            f"SELECT * FROM UNNEST({arrays})",
            [writer_of(field)(rows) for field in fields],
        )
    else:
        row = f"({', '.join(['%s'] * len(fields))})"
        source = f"VALUES {', '.join([row] * len(rows))}"
        values = [_stored(field, row, connection) for row in rows for field in fields]
    texts = {field.column for field in fields if isinstance(field, models.JSONField)}
    cast = "::jsonb" if connection.vendor == "postgresql" else ""
    sets = ", ".join(
        f"{name} = given.{name}{cast if field.column in texts else ''}"
        for name, field in zip(quoted[1:], fields[1:], strict=True)
    )
    return (
        f"WITH given({names}) AS ({source}) UPDATE {table} SET {sets} FROM given"
        f" WHERE {table}.{quoted[0]} = given.{quoted[0]}",
        values,
    )


def _stored(field: Any, row: models.Model, connection: Any) -> Any:
    value = getattr(row, field.attname)
    if isinstance(field, models.JSONField):  # as text: an array of documents has no type
        return None if value is None else json.dumps(value, cls=field.encoder)
    return field.get_db_prep_save(value, connection)
