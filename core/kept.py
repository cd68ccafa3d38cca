"""SQL that is put together once per process: who is who and sees what is asked on every page.

Django writes a nested queryset anew for each statement that it stands in, which takes longer than
the database needs to answer. Here the text is kept; the person's values go into it as parameters
every time, so nothing about anybody is kept.
"""

from __future__ import annotations

import copy
import datetime as dt
import re
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Any

from django.core.exceptions import FullResultSet
from django.db import connections, models
from django.db.models import BooleanField, Func
from django.db.models.expressions import RawSQL
from django.db.models.fields.related_lookups import RelatedIn
from django.db.models.lookups import In
from django.db.models.query import get_related_populators

from core.prepared import Slot, Statement

NOBODY = -7_300_211_584
NEVER = dt.datetime(2914, 3, 7, 5, 11, 23, 584_211, tzinfo=dt.timezone.utc)
"""An id and an instant that nothing has: where they stand in kept SQL, the values go."""
_FORMS: dict[Hashable, tuple[str, tuple[Any, ...]]] = {}
_NEAR = re.compile(r"291[345]-\d\d-\d\d")


class KeptRows(RawSQL):
    """The right side of `…__in`: a subquery that is written already.

    `how` is what `_KeptIn` makes of it: `in` leaves the plan to the database; `array` reads the
    rows first, for a few of them (an index is used for each, under an OR too); `few` does so and
    lets `ByIndex` know; `hashed` reads some hundreds first; `each` asks for one row at a time,
    unless the database knows better, and `one` does whatever it thinks. `counted` and `first` say
    the same rows in other words, for a statement that counts, and for one that reads the first
    rows of an order.
    """

    how = "in"
    counted: Callable[[], KeptRows] | None = None
    first: Callable[[], KeptRows] | None = None

    def resolve_expression(self, *_args: Any, **_more: Any) -> KeptRows:
        """It names no column of the statement around it: nothing is to be resolved."""
        return self

    def relabeled_clone(self, change_map: Any) -> KeptRows:
        """Nor to be renamed."""
        return self


_purpose: ContextVar[str] = ContextVar("purpose", default="")


@contextmanager
def _asking(purpose: str) -> Iterator[None]:
    token = _purpose.set(purpose)
    try:
        yield
    finally:
        _purpose.reset(token)


def counting() -> AbstractContextManager[None]:
    """While a statement counts rows: of each `KeptRows` what it says for that."""
    return _asking("counted")


def reading_first() -> AbstractContextManager[None]:
    """The same while a statement reads the first rows of an order."""
    return _asking("first")


class ByIndex(Func):
    """A condition of a statement that reads the first rows of an order, true of every row.

    For somebody with few customers PostgreSQL would walk along the order through everybody's rows:
    it does not know how few they are. It takes this for a rare condition, and so reads their rows
    by the index of the column that leads to the customer. Nobody else's statement holds it.
    """

    conditional = True
    output_field = BooleanField()

    def as_sql(self, compiler: Any, connection: Any, **_more: Any) -> tuple[str, list[Any]]:
        """Nothing, unless the statement asks for rows of few beside it."""
        beside = compiler.query.where.leaves()
        few = any(getattr(getattr(one, "rhs", None), "how", "") == "few" for one in beside)
        if connection.vendor != "postgresql" or _purpose.get() != "first" or not few:
            raise FullResultSet
        key, params = compiler.compile(self.source_expressions[0])
        return f"MOD({key}, 1) = 0", list(params)


class _KeptIn(In):
    """`… IN (rows)`, in the words that the rows ask for; many plain values are one parameter."""

    many = ""

    def get_prep_lookup(self) -> Any:
        """As Django does it; plain values are what they are, nobody asks each of them."""
        if self.rhs_is_direct_value() and isinstance(self.rhs, set | list | tuple | dict):
            values = list(self.rhs)
            self.many = _kind_of_many(values)
            if self.many:
                return values
        return super().get_prep_lookup()

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """As Django does it, but for rows of another kind than `in`."""
        rhs = self.rhs
        if self.many and connection.vendor == "postgresql":
            lhs, lhs_params = self.process_lhs(compiler, connection)
            values = array(rhs) if self.many == "bigint" else rhs
            return f"{lhs} = ANY(%s::{self.many}[])", (*lhs_params, values)
        other = getattr(rhs, _purpose.get() or "how", None)
        rhs = other() if callable(other) else rhs
        if getattr(rhs, "how", "in") == "in":
            return super().as_sql(compiler, connection)
        lhs, lhs_params = self.process_lhs(compiler, connection)
        rows, params = compiler.compile(rhs)
        if rhs.how in ("array", "few"):
            return f"{lhs} = ANY(ARRAY{rows})", (*lhs_params, *params)
        if rhs.how == "hashed":  # IS TRUE: no join, so that rows are read in their order
            return f"({lhs} IN {rows}) IS TRUE", (*lhs_params, *params)
        fence = " OFFSET 0" if rhs.how == "one" else ""  # neither a join nor a table of hashes
        return (
            f"EXISTS (SELECT 1 FROM {rows} kept(pk) WHERE kept.pk = {lhs}{fence})",
            (*params, *lhs_params),
        )


def array(numbers: Iterable[int]) -> str:
    """Numbers as PostgreSQL reads an array of them."""
    return f"{{{','.join(map(str, numbers))}}}"


MANY = 12
"""So many values are worth it."""
WIDEST = 2**63
NONE = [NOBODY - place for place in range(MANY)]
"""Ids that nothing has, for SQL that asks for many."""


def _kind_of_many(values: list[Any]) -> str:
    """The type of many plain numbers or texts, else nothing."""
    kinds = set(map(type, values)) if len(values) >= MANY else set()
    if kinds == {int}:
        return "bigint" if min(values) >= -WIDEST and max(values) < WIDEST else ""
    return "text" if kinds == {str} else ""


@models.ForeignKey.register_lookup
class KeptRelatedIn(_KeptIn, RelatedIn):
    """`customer__in=seen_by(person)`."""


@models.CharField.register_lookup
@models.BigIntegerField.register_lookup
class KeptPkIn(_KeptIn):
    """`pk__in=seen_by(person)`, and where the key stands beside a label."""


def kept_rows(
    form: Hashable,
    values: Mapping[str, Any],
    probes: Mapping[str, Any],
    make: Callable[[], models.QuerySet],
    how: str = "in",
    using: str = "default",
) -> KeptRows:
    """The rows of `make()` for a person with these values.

    `make` is asked once for each `form`, with the probes in place of the values: whatever else
    the SQL depends on must be in `form`. Where a probe stands in a parameter its value goes.
    Other words than IN are PostgreSQL's: `how` is for its databases only.
    """
    key = (connections[using].vendor, form)
    kept = _FORMS.get(key)
    if kept is None:
        sql, params = make().query.get_compiler(using).as_sql()
        kept = _FORMS[key] = (sql, tuple(_slot(each, probes) for each in params))
    sql, slots = kept
    params = [slot.put(values) if isinstance(slot, Slot) else slot for slot in slots]
    rows = KeptRows(sql, params)
    rows.how = how
    return rows


class KeptQuery:
    """A queryset whose SQL is written once, for one engine; Django makes its rows.

    A probe is a value that nobody has: an id, a text or an instant. One that stands nowhere in
    the SQL is an error, because its value would be forgotten; those in `spare` need not. Whatever
    looks like a probe and is none (an instant counted from one) is an error too.

    `make` is let go of when the SQL is written: it may hold the request of who asked first.
    """

    def __init__(
        self,
        make: Callable[[], models.QuerySet],
        probes: Mapping[str, Any],
        *,
        spare: Collection[str] = (),
    ) -> None:
        self.make: Any = make
        self.probes, self.spare = probes, spare
        self._written: dict[str, tuple[Any, Statement, tuple[str, ...]]] = {}

    def rows(self, values: Mapping[str, Any], using: str = "default") -> list[Any]:
        """The rows with these values where the probes stood: one query."""
        connection = connections[using]
        make = self.make  # before the look: whoever takes it away has written
        written = self._written.get(connection.vendor)
        if written is None:
            written = self._written[connection.vendor] = self._write(connection, make())
            self.make = None
        kept, statement, fetched = written
        compiler = copy.copy(kept)  # it belongs to the thread that made it
        compiler.connection = connection
        said = _stored(values, connection)
        with connection.cursor() as cursor:
            statement.execute(cursor, connection, said)
            found = cursor.fetchall()
        rows = list(_made(compiler, found, using)) if found else []
        if fetched:
            models.prefetch_related_objects(rows, *fetched)
        return rows

    def _write(
        self, connection: Any, made: models.QuerySet
    ) -> tuple[Any, Statement, tuple[str, ...]]:
        fetched = made._prefetch_related_lookups  # type: ignore[attr-defined]
        if any(not isinstance(each, str) for each in fetched):
            raise ValueError("rows that are fetched by a query of their own would be kept")
        compiler = made.query.get_compiler(connection.alias)
        sql, params = compiler.as_sql()
        probes = _stored(self.probes, connection)
        slots = slots_of(params, probes)
        lost = probes.keys() - {each.name for each in slots if isinstance(each, Slot)}
        lost -= set(self.spare)
        if lost:
            raise ValueError(f"stands nowhere in the SQL: {', '.join(sorted(lost))}")
        return compiler, Statement(sql, slots), fetched


class KeptCount:
    """How many rows `make()` has, in SQL that is written once, for one engine; probes as above, of
    which each may stand nowhere. The bound of the count is part of the queryset."""

    def __init__(self, make: Callable[[], models.QuerySet], probes: Mapping[str, Any]) -> None:
        self.make: Any = make
        self.probes = probes
        self._written: dict[str, Statement] = {}

    def number(self, values: Mapping[str, Any], using: str = "default") -> int:
        """The count with these values where the probes stood: one query."""
        connection = connections[using]
        make = self.make
        statement = self._written.get(connection.vendor)
        if statement is None:
            with counting():
                rows = make().values("pk").query
                sql, params = rows.get_compiler(using).as_sql()
            slots = slots_of(params, _stored(self.probes, connection))
            statement = Statement(f"SELECT COUNT(*) FROM ({sql}) counted", slots)
            self._written[connection.vendor] = statement
            self.make = None
        with connection.cursor() as cursor:
            statement.execute(cursor, connection, _stored(values, connection))
            return cursor.fetchone()[0]


class KeptValues:
    """Plain columns of the rows that belong to some ids, `make(ids)` being a `values_list` whose
    only values are ids: the SQL is written once where an array is one parameter."""

    def __init__(self, make: Callable[[Sequence[int]], models.QuerySet]) -> None:
        self.make = make
        self._statement: Statement | None = None

    def rows(self, ids: Sequence[int], using: str = "default") -> list[tuple[Any, ...]]:
        """The rows of these ids: one query."""
        connection = connections[using]
        if connection.vendor != "postgresql":
            return list(self.make(ids))
        if self._statement is None:
            sql, params = self.make(NONE).query.get_compiler(using).as_sql()
            self._statement = Statement(sql, slots_of(params, {"ids": array(NONE)}))
        with connection.cursor() as cursor:
            self._statement.execute(cursor, connection, {"ids": array(ids)})
            return cursor.fetchall()


def _stored(values: Mapping[str, Any], connection: Any) -> dict[str, Any]:
    """Values as this engine stores them: an instant is a text in SQLite."""
    return {
        name: connection.ops.adapt_datetimefield_value(value)
        if isinstance(value, dt.datetime)
        else connection.ops.adapt_datefield_value(value)
        if isinstance(value, dt.date)
        else value
        for name, value in values.items()
    }


def _looks_like_a_probe(param: Any) -> bool:
    """An id or an instant near those that nothing has."""
    if isinstance(param, int):
        return abs(param - NOBODY) < 1000
    if isinstance(param, dt.date):
        return abs(param.year - NEVER.year) < 2
    return isinstance(param, str) and (str(-NOBODY) in param or bool(_NEAR.match(param)))


def _made(compiler: Any, found: list[Any], using: str) -> Any:
    """What ModelIterable of Django does with the rows of a compiler."""
    select, info, more = compiler.select, compiler.klass_info, compiler.annotation_col_map
    start, end = info["select_fields"][0], info["select_fields"][-1] + 1
    names = [column[0].target.attname for column in select[start:end]]
    populators = get_related_populators(info, select, using)  # type: ignore[call-arg]
    for row in compiler.results_iter([found]):
        made = info["model"].from_db(using, names, row[start:end])
        for populator in populators:
            populator.populate(row, made)
        for name, place in more.items():
            setattr(made, name, row[place])
        yield made


def slots_of(params: Iterable[Any], probes: Mapping[str, Any]) -> tuple[Any, ...]:
    """The parameters of a statement, open where a probe stands; ValueError where one is hidden."""
    slots = tuple(_slot(each, probes) for each in params)
    if any(_looks_like_a_probe(each) for each in slots):
        raise ValueError("a value that is counted from a probe would be kept")
    return slots


def _slot(param: Any, probes: Mapping[str, Any]) -> Any:
    """A parameter, or what is left open of it: where a probe stands, in whole or in part."""
    for name, probe in probes.items():
        if param == probe and type(param) is type(probe):
            return Slot(name)
    for name, probe in probes.items():
        if isinstance(param, str) and isinstance(probe, str) and probe in param:
            return Slot(name, param, probe)
    return param
