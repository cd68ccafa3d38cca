"""Departments of a customer as a tree: order, depth, and what would make a ring (C094).

No table, no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

DEEPEST = 6
"""Levels of departments at one customer."""


def depth_below(parents: Mapping[int, int | None], unit: int) -> int:
    """How many levels hang below this one; 0 for a leaf."""
    below = [pk for pk, parent in parents.items() if parent == unit]
    return 1 + max(depth_below(parents, pk) for pk in below) if below else 0


def above(parents: Mapping[int, int | None], unit: int | None) -> list[int]:
    """The departments from this one upwards, itself included."""
    line: list[int] = []
    while unit is not None and unit not in line:
        line.append(unit)
        unit = parents.get(unit)
    return line


def complaint(parents: Mapping[int, int | None], unit: int | None, parent: int | None) -> str:
    """Why a department may not hang there: "ring", "deep"; empty when it may."""
    line = above(parents, parent)
    if unit is not None and unit in line:
        return "ring"
    levels = 1 + (depth_below(parents, unit) if unit is not None else 0)
    return "deep" if len(line) + levels > DEEPEST else ""


def in_order(rows: Iterable[tuple[int, int | None]]) -> list[tuple[int, int]]:
    """(id, depth) from the top down, each below its parent, in the order given."""
    listed = list(rows)
    known = {pk for pk, _parent in listed}
    below: dict[int | None, list[int]] = {}
    for pk, parent in listed:
        below.setdefault(parent if parent in known else None, []).append(pk)
    found: list[tuple[int, int]] = []
    waiting = [(pk, 0) for pk in reversed(below.get(None, []))]
    while waiting:
        pk, depth = waiting.pop()
        found.append((pk, depth))
        waiting += [(child, depth + 1) for child in reversed(below.get(pk, []))]
    return found
