"""A column of many rows as one literal of PostgreSQL.

The server reads one value instead of thousands, and no driver has to look at each of them.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from functools import cache
from operator import attrgetter
from typing import Any

from django.db import models

Writer = Callable[[Sequence[models.Model]], str]
PLAIN = {
    models.Field.pre_save,
    models.DateField.pre_save,
    models.DateTimeField.pre_save,
    models.TimeField.pre_save,
}


def kind_of(field: Any, connection: Any) -> str:
    """The type of a column as an element of an array; documents travel as text, and texts without
    their length: a cast to `varchar(9)` cuts in silence what the column itself refuses."""
    kind = field.target_field if field.is_relation else field
    if isinstance(kind, models.CharField | models.JSONField):
        return "text"
    return field.db_type(connection) if field.is_relation else field.cast_db_type(connection)


@cache
def writer_of(field: Any) -> Writer:
    """What writes the array of a column, the values as the rows hold them."""
    write, read = _text_writer(field), _reader(field)

    def written(rows: Sequence[models.Model]) -> str:
        texts = ["NULL" if value is None else write(value) for value in read(rows)]
        return f"{{{','.join(texts)}}}"

    return written


def _reader(field: Any) -> Callable[[Sequence[models.Model]], list[Any]]:
    own = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    if own or type(field).pre_save not in PLAIN:
        raise TypeError(f"{field} decides for itself what is stored: use bulk_create")
    if field.is_relation:
        return lambda rows: [_target(field, row) for row in rows]
    value = attrgetter(field.attname)
    return lambda rows: list(map(value, rows))


def _target(field: Any, row: models.Model) -> Any:
    """The id of the row that it points to, also when that got its id after it was set."""
    value = getattr(row, field.attname)
    if value is None and field.is_cached(row):
        other = field.get_cached_value(row)
        value = None if other is None else getattr(other, field.target_field.attname)
        if value is None and other is not None:
            raise ValueError(f"{field} points to a row that is not stored")
        setattr(row, field.attname, value)
    return value


def _text_writer(field: Any) -> Callable[[Any], str]:
    kind = field.target_field if field.is_relation else field
    if isinstance(kind, models.JSONField):
        return lambda value: _quoted(json.dumps(value, cls=kind.encoder))
    if isinstance(kind, models.BooleanField):
        return lambda value: "t" if value else "f"
    if isinstance(kind, models.IntegerField):
        return lambda value: str(int(value))
    if isinstance(kind, models.CharField | models.TextField):
        return lambda value: _quoted(str(value))
    if isinstance(kind, models.DateTimeField):
        return _moment
    return lambda value: _quoted(str(kind.get_prep_value(value)))


def _moment(value: dt.datetime) -> str:
    if value.tzinfo is None:
        raise ValueError("a time without a zone")
    return value.isoformat()


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
