"""Sums over a tree: what stands at a node and at everything below it.

No table, no clock. A path lists the ids from the root, `/1/4/9/`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from typing import Any


def ids_of(path: str) -> list[int]:
    """The ids of a path from the root down; the last one is the node itself."""
    return [int(part) for part in path.strip("/").split("/") if part]


def roll_up(
    paths: Iterable[str], own: Mapping[int, Mapping[Any, int]]
) -> dict[int, Counter[Hashable]]:
    """What each node of the paths holds with everything below it, by key.

    `own` says what stands at a node itself. A node above that has no path of its own (it is out
    of sight) gets no sum: nothing is said about what a reader may not see.
    """
    lines = {ids_of(path)[-1]: ids_of(path) for path in paths if ids_of(path)}
    sums: dict[int, Counter[Hashable]] = {pk: Counter() for pk in lines}
    for pk, line in lines.items():
        for above in line:
            if above in sums:
                sums[above].update(own.get(pk, {}))
    return sums


def depths(paths: Iterable[str]) -> dict[int, int]:
    """How deep each node stands below the uppermost of its ancestors that has a path here."""
    lines = {ids_of(path)[-1]: ids_of(path)[:-1] for path in paths if ids_of(path)}
    return {pk: sum(above in lines for above in line) for pk, line in lines.items()}
