"""People whom statements treat alike: SQL that is written for one of them serves all."""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable
from typing import Any

from django.db import models

from accounts.models.customer import PROBE, PROBES, sight_of
from accounts.models.organisation import roles_of, seat_of
from core.kept import KeptQuery

Probes = dict[str, Any]
_KEPT: dict[Hashable, KeptQuery] = {}


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
) -> list[Any] | None:
    """The rows of `make(probe)` for a person and values in place of the probes, the SQL written
    once for `what` and people alike: one query. None for who is like nobody else."""
    shape = shape_of(user)
    if shape is None:
        return None
    kept = _KEPT.get((what, shape))
    if kept is None:
        probe = probe_like(user)
        kept = _KEPT[what, shape] = KeptQuery(
            lambda: make(probe), {"user": PROBE.pk, "path": PROBES["path"], **probes}, spare=True
        )
    return kept.rows({"user": user.pk, "path": seat_of(user), **values})
