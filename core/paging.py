"""Keyset paging for pages and API: a cursor names the last row seen and the ordering it was for."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.core.exceptions import EmptyResultSet, FieldDoesNotExist, ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core import registry
from core.errors import Invalid
from core.kept import NEVER, NOBODY, ByIndex, counting, reading_first

SIZE = 50
MAX_SIZE = 100
EXACT_UP_TO = 10_000
LARGE, SLOW_S, COUNT_S = 500, 0.03, 30
_LARGEST = 2**63 - 1
WRONG = (ValueError, TypeError, OverflowError, RecursionError, binascii.Error, ValidationError)
"""What a cursor made by hand may raise."""
PLACES: dict[type, Callable[[int], Any]] = {
    models.BigAutoField: lambda place: NOBODY - 20 - place,
    models.CharField: lambda place: f"{place}~{NOBODY}~",
    models.DateTimeField: lambda place: NEVER + dt.timedelta(days=200 + place),
    models.DateField: lambda place: NEVER.date() + dt.timedelta(days=200 + place),
}
"""A value that nothing has, by the kind of a column and its place in a position: where it stands in
kept SQL, the value of the cursor goes. Other kinds know their bounds, and leave such a value out of
the SQL. No view and no list asks with these (core/kept.py)."""


@dataclass(frozen=True)
class Page:
    """One page of rows; `next` and `previous` are cursors, empty at the ends.

    `count` is a number up to 10,000 and the text "10000+" beyond.
    """

    rows: list[Any]
    next: str
    previous: str
    count: int | str
    size: int

    @property
    def shown(self) -> int:
        """Rows on this page."""
        return len(self.rows)

    def __iter__(self) -> Any:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True)
class First:
    """The first rows of a list, one more than a page where there are more, and how many there are
    (ALIKE of the registry)."""

    rows: list[Any]
    number: Callable[[], int]


@dataclass(frozen=True)
class After:
    """Where a page goes on (ALIKE of the registry): the condition says values that nothing has,
    `probes`, and `values` come in their places. At the first row all are empty."""

    beyond: Q
    values: dict[str, Any]
    probes: dict[str, Any]


def ordering_of(wish: str, orderings: Sequence[str]) -> str:
    """The wished ordering when it is declared, the first declared one without a wish; else 400."""
    if not wish:
        return orderings[0]
    if wish not in orderings:
        raise Invalid(
            _("This list cannot be ordered like that."),
            fields={"ordering": [_("One of: %(names)s.") % {"names": ", ".join(orderings)}]},
        )
    return wish


def size_of(wish: str) -> int:
    """Rows per page: 1 to 100, default 50; anything else is 400."""
    if not wish:
        return SIZE
    if not (wish.isascii() and wish.isdigit() and 1 <= int(wish[:9]) <= MAX_SIZE):
        raise Invalid(
            _("The page size is wrong."),
            fields={"page_size": [_("A number from 1 to %(most)d.") % {"most": MAX_SIZE}]},
        )
    return int(wish)


def page_of(
    queryset: models.QuerySet,
    *,
    ordering: str,
    cursor: str = "",
    size: int = SIZE,
    count: int | None = None,
) -> Page:
    """The page after (or before) a cursor. `ordering` is one field, declared and never null.

    `count` when the caller knows it. Ties are broken by id in the same direction. Raises Invalid
    for a cursor that is garbage or was made for another ordering.
    """
    start = _start(queryset.model, ordering, cursor)
    rows_after = queryset.filter(start.beyond(start.position), ByIndex("pk"))
    with reading_first():
        rows = list(rows_after.order_by(*start.order)[: size + 1])
    number = (lambda: bounded_count(queryset)) if count is None else (lambda: bounded(count))
    return start.page(rows, size, number)


def plain_page_of(
    what: str,
    user: Any,
    make: Callable[[Any], models.QuerySet],
    *,
    model: type[models.Model],
    ordering: str,
    cursor: str = "",
) -> Page | None:
    """A page of `make(user)`, as `page_of`, its SQL written once for people alike.

    `make` is asked with somebody who is nobody: what else its rows hang on must be in `what`. None
    for who is like nobody else (ALIKE of the registry), and after a row that is found by another
    kind of column than an id, a text or a time: `page_of` serves them.
    """
    alike = registry.entry("ALIKE", "")
    start = _start(model, ordering, cursor)
    fields = [_field_of(model, key.lstrip("-")) for key in start.keys] if start.position else []
    if not alike or not all(type(field) in PLACES for field in fields):
        return None
    nowhere = [PLACES[type(field)](place) for place, field in enumerate(fields)]
    after = After(
        start.beyond(nowhere),
        {f"place {place}": value for place, value in enumerate(start.position)},
        {f"place {place}": value for place, value in enumerate(nowhere)},
    )
    found = registry.load(alike)(what, user, make, start.order, SIZE + 1, EXACT_UP_TO + 1, after)
    if found is None:
        return None
    return start.page(found.rows, SIZE, lambda: bounded(found.number()))


@dataclass(frozen=True)
class _Start:
    """Where a page begins: after a position of an ordering, or before it, or at the first row."""

    ordering: str
    keys: list[str]
    position: list[Any]
    backwards: bool

    @property
    def order(self) -> list[str]:
        """The way in which rows are read."""
        return [_turned(key) for key in self.keys] if self.backwards else self.keys

    def beyond(self, position: list[Any]) -> Q:
        """Rows after (before) such a position; all of them at the first row, which has none."""
        return _beyond(self.order, position) if position else Q()

    def page(self, rows: list[Any], size: int, number: Callable[[], int | str]) -> Page:
        """A page of rows that were read, one more than it shows where there are more."""
        more = len(rows) > size
        rows = rows[:size]
        if self.backwards:
            rows.reverse()
        has_next = (more or not rows) if not self.backwards else True
        has_previous = more if self.backwards else bool(self.position)
        alone = not more and not self.position  # counted by looking at it
        return Page(
            rows=rows,
            next=_written(self.ordering, rows[-1], self.keys) if rows and has_next else "",
            previous=_written(self.ordering, rows[0], self.keys, back=True)
            if rows and has_previous
            else "",
            count=len(rows) if alone else number(),
            size=size,
        )


def _start(model: type[models.Model], ordering: str, cursor: str) -> _Start:
    """Raises Invalid for a cursor that is garbage or was made for another ordering."""
    position, backwards = _read(model, ordering, cursor) if cursor else ([], False)
    return _Start(ordering, keys_of(ordering), position, backwards)


def batches(queryset: models.QuerySet, *, ordering: str, size: int) -> Iterator[list[Any]]:
    """Every row in an ordering, part by part, each part after the last row of the one before."""
    order = keys_of(ordering)
    position: list[Any] | None = None
    while True:
        rest = queryset if position is None else queryset.filter(_beyond(order, position))
        rows = list(rest.order_by(*order)[:size])
        if rows:
            yield rows
        if len(rows) < size:
            return
        position = [_value_of(rows[-1], key.lstrip("-")) for key in order]


def neighbours(queryset: models.QuerySet, row: Any, *, ordering: str) -> tuple[Any, Any]:
    """The rows just before and just after one in an ordering; None at the ends: two queries."""
    order = keys_of(ordering)
    back = [_turned(key) for key in order]
    position = [_value_of(row, key.lstrip("-")) for key in order]
    before = queryset.filter(_beyond(back, position)).order_by(*back).first()
    after = queryset.filter(_beyond(order, position)).order_by(*order).first()
    return before, after


def bounded_count(queryset: models.QuerySet) -> int | str:
    """Exact to 10,000, then "10000+": a count never reads a whole large table.

    A count that is dear (`kept_if_dear`) may be half a minute old: it would be read for every page.
    """
    wanted = queryset.order_by()[: EXACT_UP_TO + 1]
    return bounded(kept_if_dear("count", wanted, wanted.count, int) or 0)


def kept_if_dear(
    topic: str, rows: models.QuerySet, ask: Callable[[], Any], count_in: Callable[[Any], int]
) -> Any:
    """What `ask` says about these rows, None about none at all; half a minute old perhaps when
    they are five hundred (by `count_in`) or more, or when it takes long to find the few."""
    try:
        with counting():
            key = _key(topic, rows)
    except EmptyResultSet:
        return None
    return kept_under(key, ask, count_in)


def kept_under(key: str, ask: Callable[[], Any], count_in: Callable[[Any], int] = int) -> Any:
    """The same for who has a key of the question that says less than its SQL."""
    found = cache.get(key)
    if found is None:
        begun = time.perf_counter()
        with counting():
            found = ask()
        if count_in(found) >= LARGE or time.perf_counter() - begun >= SLOW_S:
            cache.set(key, found, COUNT_S)
    return found


def bounded(count: int) -> int | str:
    """A number up to 10,000, then "10000+"."""
    return count if count <= EXACT_UP_TO else f"{EXACT_UP_TO}+"


def _key(topic: str, queryset: models.QuerySet) -> str:
    """The question in one word: the same rows for the same person."""
    said = queryset.values("pk").query.sql_with_params()
    return f"{topic}:{digest(said)}"


def digest(said: Any) -> str:
    """A question in one word."""
    return hashlib.sha256(repr(said).encode()).hexdigest()


def keys_of(ordering: str) -> list[str]:
    """The ordering with id appended in the same direction."""
    if ordering.lstrip("-") == "id":
        return [ordering]
    return [ordering, "-id" if ordering.startswith("-") else "id"]


def _turned(key: str) -> str:
    return key[1:] if key.startswith("-") else f"-{key}"


def _beyond(order: list[str], position: list[Any]) -> Q:
    """Rows strictly after a position: (a > x) or (a = x and id > y); a >= x lets an index serve."""
    first = order[0].lstrip("-")
    compare = "lt" if order[0].startswith("-") else "gt"
    if len(order) == 1:
        return Q(**{f"{first}__{compare}": position[0]})
    tie = Q(**{first: position[0], f"id__{compare}": position[1]})
    return Q(**{f"{first}__{compare}e": position[0]}) & (
        Q(**{f"{first}__{compare}": position[0]}) | tie
    )


def _written(ordering: str, row: Any, keys: list[str], *, back: bool = False) -> str:
    values = [_value_of(row, key.lstrip("-")) for key in keys]
    texts = [value.isoformat() if hasattr(value, "isoformat") else value for value in values]
    raw = json.dumps([ordering, int(back), *texts], separators=(",", ":"), default=str)
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def _value_of(row: Any, path: str) -> Any:
    for part in path.split("__"):
        row = row[part] if isinstance(row, dict) else getattr(row, part)
    return row


def _read(model: type[models.Model], ordering: str, cursor: str) -> tuple[list[Any], bool]:
    wrong = Invalid(
        _("This cursor does not belong to this list."),
        fields={"cursor": [_("Start again without a cursor.")]},
    )
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        said, back, *values = json.loads(base64.b64decode(padded, b"-_", validate=True))
        fields = [_field_of(model, key.lstrip("-")) for key in keys_of(ordering)]
        if said != ordering or back not in (0, 1) or len(values) != len(fields):
            raise wrong
        position = [_typed(field, value) for field, value in zip(fields, values, strict=True)]
    except WRONG as error:
        raise wrong from error
    return position, bool(back)


def _typed(field: models.Field | None, value: Any) -> Any:
    if value is None or isinstance(value, list | dict):
        raise ValueError("no key")
    if isinstance(value, int) and abs(value) > _LARGEST:
        raise ValueError("too large")
    if isinstance(value, str) and "\x00" in value:
        raise ValueError("no text")
    right = value if field is None else field.to_python(value)
    if right is None or (isinstance(right, int) and abs(right) > _LARGEST):
        raise ValueError("no key")
    if isinstance(right, str):
        right.encode()
    if isinstance(right, dt.datetime) and timezone.is_naive(right):
        right = timezone.make_aware(right)
    if isinstance(right, dt.datetime):
        # OverflowError at the ends of time, where the database would raise it.
        right.astimezone(dt.timezone.utc)
    return right


def _field_of(model: type[models.Model], path: str) -> models.Field | None:
    field: Any = None
    for part in path.split("__"):
        try:
            field = model._meta.get_field(part)
        except FieldDoesNotExist:
            return None
        model = getattr(field, "related_model", None) or model
    return field
