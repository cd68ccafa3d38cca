"""Many new rows in one plain INSERT, and objects of them that cost little to make.

`bulk_create` asks every field of every row three times how it wants to be stored, and a model's
constructor looks at every field and sends signals: together more than all else that a sweep does.
What is stored is the same to the byte; the tests hold both beside each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Any, TypeVar

from django.db import connections, models, router, transaction
from django.db.models.base import ModelState

from core.arrays import Column, column_of, documents, kind_of

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
    columns = _columns(model)
    with transaction.atomic(alias, savepoint=False), connection.cursor() as cursor:
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            ways, values = _values(columns, batch)
            cursor.execute(_statement(model, skip_known, ways), values)
            if not skip_known:
                for row, (pk,) in zip(batch, cursor.fetchall(), strict=True):
                    row.pk = pk
    for row in rows:
        row._state.adding, row._state.db = False, alias


@cache
def _columns(model: type[models.Model]) -> list[tuple[Any, Column]]:
    """All columns but the id."""
    key: Any = model._meta.pk
    fields = [field for field in model._meta.local_concrete_fields if field is not key]
    return [(field, column_of(field)) for field in fields]


ONE, MANY, DOCUMENTS = "1", "n", "d"


def _values(
    columns: list[tuple[Any, Column]], rows: Sequence[models.Model]
) -> tuple[str, list[Any]]:
    """How each column is said, a letter for each, and the parameters: what all rows share is said
    once, before the arrays of the others."""
    ways, once, many = "", [], []
    for field, column in columns:
        values = column.read(rows)
        document = None
        if column.is_one(values):
            ways += ONE
            once.append(column.one(values[0]))
            continue
        if column.is_document:
            document = documents(field, values)
        ways += MANY if document is None else DOCUMENTS
        many.append(column.array(values) if document is None else document)
    if not many and len(rows) > 1:  # all alike
        return ways + MANY, [*once, len(rows)]
    return ways, once + many


@lru_cache(maxsize=1024)
def _statement(model: type[models.Model], skip_known: bool, ways: str) -> str:
    """The INSERT of all columns but the id, each in its way."""
    connection = connections[router.db_for_write(model)]
    quote = connection.ops.quote_name
    fields = [field for field, _column in _columns(model)]
    names = [quote(field.column) for field in fields]
    taken, arrays, given = [], [], []
    for field, name, way in zip(fields, names, ways, strict=False):
        kind, is_text = kind_of(field, connection), isinstance(field, models.JSONField)
        cast = f"{name}::jsonb" if is_text and way == MANY else name
        taken.append(f"%s::{'jsonb' if is_text else kind}" if way == ONE else cast)
        if way != ONE:
            given.append(name)
            each = f"UNNEST(%s::{kind}[])"
            arrays.append("JSONB_ARRAY_ELEMENTS(%s::jsonb)" if way == DOCUMENTS else each)
    if len(ways) > len(fields):
        arrays, given = ["GENERATE_SERIES(1, %s)"], ["number"]
    source = f" FROM ROWS FROM ({', '.join(arrays)}) AS given({', '.join(given)})" if given else ""
    last = f"RETURNING {quote(model._meta.pk.column)}"  # type: ignore[union-attr]
    return (
        f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(names)})"
        f" SELECT {', '.join(taken)}{source}"
        f" {'ON CONFLICT DO NOTHING' if skip_known else last}"
    )
