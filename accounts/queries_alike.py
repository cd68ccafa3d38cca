"""People whom statements treat alike: SQL that is written for one of them serves all."""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Hashable, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import models

from accounts.models.customer import PROBE, PROBES, sight_of
from accounts.models.organisation import roles_of, seat_of
from core.kept import ByIndex, KeptCount, KeptQuery, reading_first
from core.paging import After, First, digest, kept_under

Probes = dict[str, Any]
_KEPT: dict[Hashable, KeptQuery] = {}
_COUNTS: dict[Hashable, KeptCount] = {}


def shape_of(user: Any) -> Hashable | None:
    """What the SQL of `visible_to` and of roles depends on; None for who is like nobody else."""
    if user.is_superuser or not user.is_active or user.is_portal:
        return None
    return (frozenset(roles_of(user)), bool(seat_of(user)), sight_of(user))


def probe_like(user: Any) -> Any:
    """Nobody, with the roles of a person, a unit where they have one, and as much in sight."""
    probe: Any = copy.copy(PROBE)
    probe._standing = (frozenset(roles_of(user)), PROBES["path"] if seat_of(user) else "")
    probe._sight = sight_of(user)
    return probe


def read_alike(
    what: Hashable,
    user: Any,
    make: Callable[[Any], models.QuerySet],
    values: Probes,
    probes: Probes,
    needed: Collection[str] = (),
) -> list[Any] | None:
    """The rows of `make(probe)` for a person and values in place of the probes, the SQL written
    once for `what` and people alike: one query. None for who is like nobody else. Probes that are
    `needed` and stand nowhere in the SQL are an error."""
    shape = shape_of(user)
    if shape is None:
        return None
    said = {"user": user.pk, "path": seat_of(user), **values}
    kept = _KEPT.get((what, shape))
    if kept is not None:
        return kept.rows(said)
    probe = probe_like(user)
    open_ones = {"user": PROBE.pk, "path": PROBES["path"], **probes}
    spare = [name for name in open_ones if name not in needed]
    kept = KeptQuery(lambda: make(probe), open_ones, spare=spare)
    rows = kept.rows(said)
    _KEPT[what, shape] = kept  # written: nobody waits for, or asks, what somebody else brought
    return rows


def first_alike(
    what: str,
    user: Any,
    make: Callable[[Any], models.QuerySet],
    order: Sequence[str],
    size: int,
    most: int,
    after: After,
) -> First | None:
    """The first rows of `make(probe)` for a person (behind a position) and how many there are up to
    `most`, the SQL of both written once for `what` and people alike. None for who is like nobody
    else."""

    def rows(probe: Any) -> models.QuerySet:
        return make(probe).filter(after.beyond, ByIndex("pk")).order_by(*order)[:size]

    key = (what, *order, size, *after.probes.values())
    try:
        with reading_first():
            found = read_alike(key, user, rows, after.values, after.probes, after.probes)
    except EmptyResultSet:
        return First([], lambda: 0)
    return None if found is None else First(found, lambda: _number(what, user, make, most))


def _number(what: str, user: Any, make: Callable[[Any], models.QuerySet], most: int) -> int:
    """Kept as any count is, under who asks: what somebody sees hangs on nothing else."""
    shape, values = shape_of(user), {"user": user.pk, "path": seat_of(user)}

    def ask() -> int:
        kept = _COUNTS.get((what, shape, most))
        if kept is not None:
            return kept.number(values)
        probe = probe_like(user)
        kept = KeptCount(
            lambda: make(probe).order_by()[:most], {"user": PROBE.pk, "path": PROBES["path"]}
        )
        number = kept.number(values)
        _COUNTS[what, shape, most] = kept
        return number

    said = (what, most, sorted(roles_of(user)), values)
    return kept_under(f"first:{digest(said)}", ask)
