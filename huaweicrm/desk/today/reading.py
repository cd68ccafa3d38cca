"""Reads the sources of the day with SQL that is written once for all whose day looks alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from accounts.models.customer import PROBE
from accounts.queries_alike import read_alike
from core.kept import NEVER
from core.paging import digest, kept_under
from huaweicrm.desk.today.rows import Block
from huaweicrm.desk.today.scope import Scope
from huaweicrm.desk.today.sources import BEGUN

Source = Callable[[Scope], Any]
WEEK = dt.timedelta(days=7)


def read(source: Source, scope: Scope, limit: int) -> list[Any]:
    """The first rows of a source: one query."""

    def rows(probe: Any) -> Any:
        return source(Scope(probe, NEVER, scope.roles, scope.wide))[:limit]

    nobody = Scope(PROBE, NEVER, scope.roles, scope.wide)
    what = (source, limit, scope.roles, scope.wide)
    found = read_alike(what, scope.user, rows, _instants(scope), _instants(nobody))
    return list(source(scope)[:limit]) if found is None else found


def _instants(scope: Scope) -> dict[str, dt.datetime]:
    """Every instant that a source asks with."""
    return {
        "now": scope.now,
        "begun": scope.now - BEGUN,
        "week": scope.now - WEEK,
        "tonight": scope.tonight,
    }


def count(found: list[Any], most: int, source: Source, scope: Scope) -> int:
    """How many there are: what was read, unless the reading stopped at its limit."""
    if len(found) < most:
        return len(found)
    asker = (scope.user.pk, sorted(scope.roles), scope.wide, scope.tonight)
    return kept_under(f"day:{source.__qualname__}:{digest(asker)}", lambda: source(scope).count())


def block(source: Source, scope: Scope, url: str, limit: int = 5) -> Block:
    """The first rows of a source with an exact count: the list at `url` shows the same rows."""
    found = read(source, scope, limit + 1)
    return Block(found[:limit], count(found, limit + 1, source, scope), url)
