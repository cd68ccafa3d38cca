"""Statements that a PostgreSQL server parses once a connection and plans once where that is enough.

A page of a dozen statements with sixty columns each costs the server more for reading and planning
them than for the rows. `PREPARE` keeps what was read, and `plan_cache_mode` of our connections lets
one plan serve all values. Constants of a statement stay in its text, so the plan knows them: only
who asks, which row and which instant are left open.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import NotSupportedError

MOST = 250
"""Statements that one connection keeps; more are sent as ever."""
TYPES = {int: "bigint", str: "unknown", dt.datetime: "timestamptz", dt.date: "date"}
_NAMES = map("kept_{}".format, itertools.count(1))


class Slot:
    """A parameter that a value goes into, perhaps between other text."""

    def __init__(self, name: str, text: str | None = None, probe: str = "") -> None:
        self.name, self.text, self.probe = name, text, probe

    def put(self, values: Mapping[str, Any]) -> Any:
        """The parameter of a person."""
        value = values[self.name]
        return value if self.text is None else self.text.replace(self.probe, value)


class Statement:
    """SQL with values and slots for its parameters, as Django wrote it."""

    def __init__(self, sql: str, params: Sequence[Any]) -> None:
        self.sql, self.params = sql, params
        self.name = next(_NAMES)
        self._open: dict[tuple[str, str | None], Slot] = {}
        for each in params:
            if isinstance(each, Slot):
                self._open.setdefault((each.name, each.text), each)

    def execute(self, cursor: Any, connection: Any, values: Mapping[str, Any]) -> None:
        """Run it with these values, from the second time on a connection on by its name."""
        said = [slot.put(values) for slot in self._open.values()]
        kinds = tuple(map(type, said))
        if _may_prepare(connection) and all(kind in TYPES for kind in kinds):
            known, key = _known(connection), (self.name, kinds)
            called = known.get(key)
            if called is None and len(known) < MOST:
                known[key] = ""
            elif called == "":
                called = known[key] = self._prepare(connection, kinds)
            if called and _called(cursor, connection, called, said):
                return
        cursor.execute(
            self.sql, [each.put(values) if isinstance(each, Slot) else each for each in self.params]
        )

    def _prepare(self, connection: Any, kinds: tuple[type, ...]) -> str:
        """Hand the text to the server; how it is called from now on."""
        types = [TYPES[kind] for kind in kinds]
        name = "_".join([self.name, *(word[0] for word in types)])
        places = {key: f"${place}" for place, key in enumerate(self._open, 1)}
        with connection.connection.cursor() as plain:
            texts = tuple(
                places[each.name, each.text]
                if isinstance(each, Slot)
                else plain.mogrify("%s", [each]).decode()
                for each in self.params
            )
            taken = f" ({', '.join(types)})" if types else ""
            plain.execute(f"PREPARE {name}{taken} AS {self.sql % texts}")
        return f"EXECUTE {name} ({', '.join(['%s'] * len(types))})" if types else f"EXECUTE {name}"


def _called(cursor: Any, connection: Any, called: str, said: list[Any]) -> bool:
    """Run it by its name. False when a migration has changed the type of a column meanwhile: the
    server gives up such a statement, so this connection begins anew. Within a transaction it
    cannot: the request fails, and the connection ends with it."""
    try:
        cursor.execute(called, said)
    except NotSupportedError:
        if connection.in_atomic_block:
            connection.close_at = 0
            raise
        with connection.connection.cursor() as plain:
            plain.execute("DEALLOCATE ALL")
        connection._prepared = None
        return False
    return True


def _may_prepare(connection: Any) -> bool:
    return connection.vendor == "postgresql" and settings.PREPARED_STATEMENTS


def _known(connection: Any) -> dict[Any, str]:
    """What this connection was given: statement and kinds to how it is called, empty where it was
    seen once. A new connection knows nothing."""
    held = getattr(connection, "_prepared", None)
    if held is None or held[0] is not connection.connection:
        connection.ensure_connection()
        held = connection._prepared = (connection.connection, {})
    return held[1]
