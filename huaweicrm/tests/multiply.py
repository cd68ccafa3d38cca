"""Makes many rows out of few, in SQL: copies of rows that differ only where they must be unique.

For tests that count statements or ask for plans: whatever lists a table lists the copies too, and
a table that comes later is copied without a word here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.apps import apps
from django.db import connection, models

OURS = ("core", "accounts", "relationships", "expectations", "service", "huaweicrm")
NOT_COPIED = {
    # one row per thing of the house, or a catalogue of fixed length: copies would be nonsense
    "core.Calendar", "core.CalendarException", "core.CalendarVersion", "core.EventConsumer",
    "core.Heartbeat", "core.IdempotencyRecord", "core.PolicyValue", "core.Sequence",
    "core.TrailSeal", "core.User_groups", "core.User_user_permissions",
    "relationships.CalendarFeed",
    "service.ServiceLevel", "service.SlaClause",
}  # fmt: skip
FIRST, STRIDE = 10**12, 10**6
"""Ids of copies begin at FIRST, far above those that the database hands out, STRIDE a row."""


class Copies:
    """Copies of every row that stands when it is made; each `more` adds to all of them.

    `spread`: copies hang on copies, so that each customer has a few of everything; otherwise on
    the parents of their originals, so that one customer has very many.
    """

    def __init__(self, only: Iterable[type[models.Model]] = (), *, spread: bool = False) -> None:
        self.spread = spread
        wanted = set(only) or {
            model for model in models_of_ours() if model._meta.label not in NOT_COPIED
        }
        self.models = [model for model in _in_order() if model in wanted]
        self.ids = {
            model: list(model._base_manager.order_by("pk").values_list("pk", flat=True))
            for model in self.models
        }
        self.made = dict.fromkeys(self.models, 0)

    def more(self, least: int) -> None:
        """Bring every table that has rows to at least `least`; every row gets one copy or more."""
        times = {
            model: max(1, -(-least // len(ids)) - 1 - self.made[model])
            for model, ids in self.ids.items()
            if ids
        }
        for model in reversed(self.models):
            for parent in self._other_parents(model) if model in times else ():
                if parent in times:
                    times[parent] = max(times[parent], times[model])
        for model in self.models:
            if model in times:
                self.copy(model, times[model])

    def each(self, least: Mapping[type[models.Model], int]) -> None:
        """Bring each table to about its own number, as far as its rows find parents to hang on."""
        for model in self.models:
            parents = [self.made[parent] for parent in self._other_parents(model)]
            if self.ids[model]:
                self.copy(model, min([-(-least[model] // len(self.ids[model])), *parents]))

    def _other_parents(self, model: type[models.Model]) -> list[type[models.Model]]:
        ways = self.varied(model)
        return [
            field.remote_field.model
            for field in model._meta.concrete_fields
            if ways.get(field.column) == "parent" and field.remote_field
        ]

    def copy(self, model: type[models.Model], times: int) -> None:
        """That many copies more of every row of one table."""
        table, start = model._meta.db_table, self.made[model]
        fields = [field for field in model._meta.concrete_fields if not field.primary_key]
        varied = self.varied(model)
        number = f"(counted.n + {start})"
        columns = [self._said(field, varied, number) for field in fields]
        names = ", ".join(f'"{name}"' for name in ("id", *(field.column for field in fields)))
        with connection.cursor() as cursor:
            cursor.execute(
                "WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted"
                f" WHERE n < {times}) INSERT INTO {table} ({names})"
                f" SELECT {FIRST} + old.id * {STRIDE} + {number}, {', '.join(columns)}"
                f" FROM {table} old, counted WHERE old.id < {FIRST} AND {_bound(self.ids[model])}"
            )
        self.made[model] += times

    def varied(self, model: type[models.Model]) -> dict[str, str]:
        """Column -> how it varies, so that no unique set of the table repeats."""
        chosen: dict[str, str] = {}
        for names in _unique_sets(model):
            fields = [model._meta.get_field(name) for name in names]
            if not fields or any(field.column in chosen for field in fields):
                continue
            field, way = min((self._way(field) for field in fields), key=lambda found: found[2])[:2]
            chosen[field.column] = way
        return chosen

    def _way(self, field: models.Field) -> tuple[models.Field, str, int]:
        """How a column may vary, and how gladly: free text, then a number, then another parent."""
        if field.remote_field:
            copied = field.remote_field.model in self.ids
            return field, "parent", (0 if self.spread else 3) if copied else 9
        if field.name.endswith("about_id"):
            return field, "parent", 1
        if isinstance(field, models.CharField | models.TextField) and not field.choices:
            return field, "text", 1 if (field.max_length or 99) >= 20 else 9
        if isinstance(field, models.IntegerField) and not field.choices:
            return field, "number", 2
        return field, "", 9

    def _said(self, field: models.Field, varied: dict[str, str], number: str) -> str:
        column = f'old."{field.column}"'
        way = varied.get(field.column)
        if way == "text":
            room = (field.max_length or 40) - 8
            said = f"substr({column}, 1, {room}) || '~' || {number}"
            return f"CASE WHEN {column} = '' THEN '' ELSE {said} END"
        if way == "number":
            return f"{column} + {number} * 40"
        parent = field.remote_field.model if field.remote_field else None
        if self.spread and parent in self.made and parent is not field.model:
            number = f"(({number} - 1) % {self.made[parent]} + 1)"
            way = "parent"
        return f"{FIRST} + {column} * {STRIDE} + {number}" if way == "parent" else column


def _bound(ids: list[int]) -> str:
    return f"old.id BETWEEN {min(ids)} AND {max(ids)}"


def models_of_ours() -> list[type[models.Model]]:
    """Every table of the six apps, those of relations included."""
    return [
        model
        for label in OURS
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    ]


def _in_order() -> list[type[models.Model]]:
    """Parents before their children."""
    done: list[type[models.Model]] = []

    def visit(model: type[models.Model]) -> None:
        if model in done or model not in every:
            return
        every.remove(model)
        for field in model._meta.concrete_fields:
            if field.remote_field and field.remote_field.model is not model:
                visit(field.remote_field.model)
        done.append(model)

    every = set(models_of_ours())
    for model in models_of_ours():
        visit(model)
    return done


def _unique_sets(model: type[models.Model]) -> Iterator[tuple[str, ...]]:
    for field in model._meta.concrete_fields:
        if field.unique and not field.primary_key:
            yield (field.name,)
    yield from model._meta.unique_together
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            yield constraint.fields or tuple(_named(constraint.expressions))


def _named(expressions: Iterable[Any]) -> Iterator[str]:
    """The fields of a set that is unique by what is made of them (`Lower("product")`)."""
    for each in expressions:
        if isinstance(each, models.F):
            yield each.name
        else:
            yield from _named(each.get_source_expressions())
