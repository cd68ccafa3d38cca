"""Many new rows in one plain INSERT, and objects of them that cost little to make.

`bulk_create` asks every field of every row three times how it wants to be stored, and a model's
constructor looks at every field and sends signals: together more than all else that a sweep does.
What is stored is the same to the byte; the tests hold both beside each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import connections, models, router, transaction
from django.db.models.base import ModelState

from core.arrays import Writer, kind_of, writer_of

Row = TypeVar("Row", bound=models.Model)
BATCH = 2000
PLAIN_BATCH = 500


def new_row(model: type[Row], **columns: Any) -> Row:
    """An unsaved object by columns (`user_id`, not `user`), its other fields at their defaults.

    As the constructor makes it, without its signals and without a check of the names.
    """
    still, made = _defaults(model)
    row = model.__new__(model)
    row.__dict__.update(still, _state=ModelState(), **columns)
    for name, default in made:
        if name not in columns:
            row.__dict__[name] = default()
    return row


@cache
def _defaults(
    model: type[models.Model],
) -> tuple[dict[str, Any], list[tuple[str, Callable[[], Any]]]]:
    """Defaults that never change, and how to make the others."""
    still: dict[str, Any] = {}
    made: list[tuple[str, Callable[[], Any]]] = []
    for field in model._meta.concrete_fields:
        if field.has_default() and callable(field.default):
            made.append((field.attname, field.get_default))
        else:
            still[field.attname] = field.get_default()
    return still, made


def insert_rows(rows: Sequence[models.Model], *, skip_known: bool = False) -> None:
    """Store unsaved rows of one model and give them their ids, as `bulk_create` does.

    With `skip_known` a row that breaks a unique constraint is left out in silence, and no row
    learns its id.
    """
    if not rows:
        return
    model = type(rows[0])
    alias = router.db_for_write(model)
    connection = connections[alias]
    if connection.vendor != "postgresql":
        if len(rows) == 1 and not skip_known:
            rows[0].save(force_insert=True, using=alias)
            return
        plain = model._base_manager.using(alias)
        plain.bulk_create(rows, batch_size=PLAIN_BATCH, ignore_conflicts=skip_known)
        return
    sql, writers = _statement(model, skip_known)
    with transaction.atomic(alias, savepoint=False), connection.cursor() as cursor:
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            cursor.execute(sql, [write(batch) for write in writers])
            if not skip_known:
                for row, (pk,) in zip(batch, cursor.fetchall(), strict=True):
                    row.pk = pk
    for row in rows:
        row._state.adding, row._state.db = False, alias


@cache
def _statement(model: type[models.Model], skip_known: bool) -> tuple[str, list[Writer]]:
    """The INSERT of all columns but the id, and what writes each of its arrays."""
    connection = connections[router.db_for_write(model)]
    quote = connection.ops.quote_name
    key: Any = model._meta.pk
    fields = [field for field in model._meta.local_concrete_fields if field is not key]
    columns = [quote(field.column) for field in fields]
    names = ", ".join(columns)
    arrays = ", ".join(f"%s::{kind_of(field, connection)}[]" for field in fields)
    taken = ", ".join(
        f"{name}::jsonb" if isinstance(field, models.JSONField) else name
        for name, field in zip(columns, fields, strict=True)
    )
    last = "ON CONFLICT DO NOTHING" if skip_known else f"RETURNING {quote(key.column)}"
    return (
        f"INSERT INTO {quote(model._meta.db_table)} ({names})"
        f" SELECT {taken} FROM UNNEST({arrays}) AS given({names}) {last}",
        [writer_of(field) for field in fields],
    )
