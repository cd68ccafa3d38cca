"""A column of many rows as one literal of PostgreSQL.

The server reads one value instead of thousands, and no driver has to look at each of them.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
    column = column_of(field)
    return lambda rows: column.array(column.read(rows))


@dataclass(frozen=True)
class Column:
    """How the values of a column are read, and written as an array or as one value for all."""

    read: Callable[[Sequence[models.Model]], list[Any]]
    array: Callable[[list[Any]], str]
    one: Callable[[Any], Any]
    is_document: bool

    def is_one(self, values: list[Any]) -> bool:
        """Whether every row holds the same. Of documents only empty ones are compared: equal ones
        may be written differently."""
        first = values[0]
        if self.is_document and first not in (None, {}, []):
            return len(values) == 1
        return bool(values[-1] == first) and values.count(first) == len(values)


@cache
def column_of(field: Any) -> Column:
    """The column of a field that leaves it to the row what is stored."""
    kind = field.target_field if field.is_relation else field
    return Column(_reader(field), _array(kind), _one(kind), isinstance(kind, models.JSONField))


def documents(field: Any, values: list[Any]) -> str | None:
    """A column of documents as one document; None where a row has none, which is not a null."""
    return None if None in values else json.dumps(values, cls=field.encoder)


def _reader(field: Any) -> Callable[[Sequence[models.Model]], list[Any]]:
    own = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    if own or type(field).pre_save not in PLAIN:
        raise TypeError(f"{field} decides for itself what is stored: use bulk_create")
    value = attrgetter(field.attname)
    if not field.is_relation:
        return lambda rows: list(map(value, rows))

    def targets(rows: Sequence[models.Model]) -> list[Any]:
        found = list(map(value, rows))
        return [_target(field, row) for row in rows] if None in found else found

    return targets


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


def _array(kind: Any) -> Callable[[list[Any]], str]:
    """What writes the array of such values."""
    write = _text_writer(kind)

    def one_by_one(values: list[Any]) -> str:
        return f"{{{','.join(['NULL' if value is None else write(value) for value in values])}}}"

    if isinstance(kind, models.CharField | models.TextField):
        return lambda values: _texts(values) or one_by_one(values)
    if isinstance(kind, models.IntegerField):
        return lambda values: _numbers(values) or one_by_one(values)
    return one_by_one


def _texts(values: list[Any]) -> str:
    """Texts that need no escape in one piece, else nothing."""
    try:
        joined = '","'.join(values)
    except TypeError:  # a null, or a text that is translated when it is said
        return ""
    if "\\" in joined or joined.count('"') != 2 * (len(values) - 1):
        return ""
    return f'{{"{joined}"}}'


def _numbers(values: list[Any]) -> str:
    return "" if None in values else f"{{{str(list(map(int, values)))[1:-1]}}}"


def _one(kind: Any) -> Callable[[Any], Any]:
    """What writes a value that stands alone; a null is one."""
    if isinstance(kind, models.JSONField):
        return lambda value: None if value is None else json.dumps(value, cls=kind.encoder)
    if isinstance(kind, models.CharField | models.TextField):
        return lambda value: None if value is None else str(value)
    if isinstance(kind, models.IntegerField | models.BooleanField | models.DateTimeField):
        write = _text_writer(kind)
        return lambda value: None if value is None else write(value)
    return lambda value: None if value is None else str(kind.get_prep_value(value))


def _text_writer(kind: Any) -> Callable[[Any], str]:
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
