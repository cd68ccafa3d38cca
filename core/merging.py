"""Two rows that are one: everything that points to the one points to the other, and back again.

Every foreign key, every table between two models and every loose reference (`…_label` with `…_id`)
is found by looking at the models, so that a later one cannot be forgotten. Registry:
MERGE_STAYS = {"app.model.column": why it keeps pointing to the old row},
MERGE_ALSO = {label: (("app.model", "column", {filter}), …)} for ids without a label,
MERGE_CLASHES = {"app.model": "module:function"}: called function(row, into, now=) where a unique
constraint refuses the move; gives the columns with which it fits, or nothing: then it stays.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import decimal
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from core import registry
from core.errors import Refused
from core.models import Timer

CHUNK = 500
Entry = list[Any]
"""[label of the model, id, {column: [before, after]}]"""


@dataclasses.dataclass(frozen=True)
class Column:
    """One column that points to rows of a model."""

    label: str
    attname: str
    only: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    is_unique: bool = False

    @property
    def key(self) -> str:
        """`accounts.contact.customer_id`."""
        return f"{self.label}.{self.attname}"

    @property
    def words(self) -> str:
        """What its rows are called; of a table between two models: as the model that has it."""
        meta = apps.get_model(self.label)._meta
        return str((meta.auto_created or meta.model)._meta.verbose_name_plural)

    def rows(self, pk: int) -> models.QuerySet:
        """Rows that point to this id."""
        manager = apps.get_model(self.label)._base_manager
        return manager.filter(**{self.attname: pk}, **self.only)


@dataclasses.dataclass
class Journal:
    """What a merge did: ids by column; rows with further changes; rows that could not move; rows
    that ended before anything moved, put back after everything else; rows of tables between two
    models that would have said the same thing twice, with their columns; [label, id] of rows that
    it made, which whoever undoes it calls off."""

    moved: dict[str, list[int]] = dataclasses.field(default_factory=dict)
    changed: list[Entry] = dataclasses.field(default_factory=list)
    left: dict[str, list[int]] = dataclasses.field(default_factory=dict)
    ended: list[Entry] = dataclasses.field(default_factory=list)
    dropped: list[Entry] = dataclasses.field(default_factory=list)
    made: list[Entry] = dataclasses.field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """For a JSON column."""
        return dataclasses.asdict(self)


def columns(model: type[models.Model]) -> list[Column]:
    """Every column that points to rows of a model, without those that stay."""
    stays = registry.entry("MERGE_STAYS", {})
    return [column for column in every_column(model) if column.key not in stays]


def every_column(model: type[models.Model]) -> Iterator[Column]:
    """Every column that points to rows of a model: foreign keys and loose references."""
    label = registry.label_of(model)
    for other in apps.get_models(include_auto_created=True):
        named = {field.name for field in other._meta.concrete_fields}
        for field in other._meta.concrete_fields:
            if field.is_relation and field.related_model is model:
                yield _column(other, field.attname, {}, field.name)
            elif field.name.endswith("_label") and f"{field.name[:-6]}_id" in named:
                yield _column(other, f"{field.name[:-6]}_id", {field.name: label})
    for name, attname, only in registry.entry("MERGE_ALSO", {}).get(label, ()):
        yield _column(apps.get_model(name), attname, only)


def _column(
    model: type[models.Model], attname: str, only: Mapping[str, Any], name: str = ""
) -> Column:
    held = {attname, name or attname}
    constraints = [one for one in model._meta.constraints if not isinstance(one, models.Index)]
    unique = any(
        held & set(getattr(one, "fields", ())) or isinstance(one, models.CheckConstraint)
        for one in constraints
    )
    together = held & set(chain(*model._meta.unique_together))
    unique = unique or bool(together) or model._meta.get_field(name or attname).unique
    return Column(registry.label_of(model), attname, only, unique)


def move(model: type[models.Model], old: int, new: models.Model, *, now: dt.datetime) -> Journal:
    """Let everything that points to `old` point to `new`. Inside the caller's transaction."""
    journal = Journal()
    for column in columns(model):
        ids = list(column.rows(old).order_by("pk").values_list("pk", flat=True))
        if not ids:
            continue
        if not column.is_unique or not _all_at_once(column, ids, new.pk):
            if column.is_unique:
                ids = _one_by_one(column, old, new, journal, now)
            else:
                _write(column, ids, old, new.pk)
        if ids:
            journal.moved[column.key] = ids
    return journal


def _write(column: Column, ids: list[int], frm: int, to: int) -> int:
    manager = apps.get_model(column.label)._base_manager
    return sum(
        manager.filter(pk__in=ids[at : at + CHUNK], **{column.attname: frm}).update(
            **{column.attname: to}
        )
        for at in range(0, len(ids), CHUNK)
    )


def _all_at_once(column: Column, ids: list[int], to: int) -> bool:
    manager = apps.get_model(column.label)._base_manager
    try:
        with transaction.atomic():
            for at in range(0, len(ids), CHUNK):
                manager.filter(pk__in=ids[at : at + CHUNK]).update(**{column.attname: to})
    except IntegrityError:
        return False
    return True


def _one_by_one(
    column: Column, old: int, new: models.Model, journal: Journal, now: dt.datetime
) -> list[int]:
    moved = []
    for row in column.rows(old).order_by("pk"):
        if _put(row, {column.attname: new.pk}):
            moved.append(row.pk)
            continue
        if row._meta.auto_created:
            fields = [field.attname for field in row._meta.concrete_fields]
            journal.dropped.append([column.label, row.pk, {k: getattr(row, k) for k in fields}])
            row.delete()
            continue
        path = registry.entry("MERGE_CLASHES", {}).get(column.label)
        more = registry.load(path)(row, new, now=now) if path else {}
        before = {name: getattr(row, name) for name in more}
        if more and _put(row, {column.attname: new.pk, **more}):
            pairs = {name: [plain(before[name]), plain(value)] for name, value in more.items()}
            pairs[column.attname] = [old, new.pk]
            journal.changed.append([column.label, row.pk, pairs])
        else:
            journal.left.setdefault(column.key, []).append(row.pk)
    return moved


def _put(row: models.Model, values: Mapping[str, Any]) -> bool:
    try:
        with transaction.atomic():
            type(row)._base_manager.filter(pk=row.pk).update(**values)
    except IntegrityError:
        return False
    return True


def change(journal: Journal, row: models.Model, values: Mapping[str, Any]) -> None:
    """Write columns of one row and keep what stood there."""
    label = registry.label_of(row)
    pairs = {name: [plain(getattr(row, name)), plain(value)] for name, value in values.items()}
    type(row)._base_manager.filter(pk=row.pk).update(**values)
    for name, value in values.items():
        setattr(row, name, value)
    journal.changed.append([label, row.pk, pairs])


def disarm(journal: Journal, about: models.Model, *kinds: str) -> None:
    """Cancel the armed timers of these kinds about a row; undoing the merge arms them again."""
    rows = Timer.objects.armed().filter(about_label=registry.label_of(about), about_id=about.pk)
    for timer in rows.filter(kind__in=kinds):
        change(journal, timer, {"state": Timer.State.CANCELLED})


def put_back(model: type[models.Model], said: Mapping[str, Any], old: int, new: int) -> None:
    """Undo exactly what a journal says; Refused when something has moved on since."""
    known = {column.key: column for column in columns(model)}
    try:
        with transaction.atomic():
            for label, pk, pairs in reversed(said["changed"]):
                _restore(label, pk, pairs)
            for key, ids in said["moved"].items():
                if key not in known or _write(known[key], ids, new, old) != len(ids):
                    raise _moved_on()
            for label, pk, pairs in reversed(said.get("ended", [])):
                _restore(label, pk, pairs)
            for label, _pk, values in said.get("dropped", []):
                apps.get_model(label)._base_manager.create(**values)
    except IntegrityError as error:
        raise _moved_on() from error


def _restore(label: str, pk: int, pairs: Mapping[str, Any]) -> None:
    model = apps.get_model(label)
    row = model._base_manager.filter(pk=pk).values(*pairs).first()
    if row is None or any(plain(row[name]) != after for name, (_was, after) in pairs.items()):
        raise _moved_on()
    fields = {field.attname: field for field in model._meta.concrete_fields}
    before = {name: fields[name].to_python(was) for name, (was, _after) in pairs.items()}
    model._base_manager.filter(pk=pk).update(**before)


def _moved_on() -> Refused:
    return Refused(
        _("Something that was moved has changed since; it cannot be undone exactly any more."),
        rule="b.1",
    )


def plain(value: Any) -> Any:
    """A value as a JSON column keeps it, to the microsecond."""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value) if isinstance(value, decimal.Decimal) else value


def counted(parts: Iterable[Mapping[str, list[int]]]) -> int:
    """How many rows these are."""
    return sum(len(ids) for part in parts for ids in part.values())
