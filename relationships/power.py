"""Figures of a power map and its drawing as a tree: key index, coverage, who stands below whom
(R-R3).

No table, no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from relationships.grid import HIGHEST


@dataclass(frozen=True)
class Post:
    """A seat as the figures count it: its role, and the support of whoever holds it.

    `support` is None while nobody holds it, or its holder is not assessed or to be re-checked.
    """

    role: str
    support: int | None = None


@dataclass(frozen=True)
class Figures:
    """What a customer list says of the seats: never an average alone, it hides the blocker."""

    index: float | None
    seats: int = 0
    covered: int = 0
    opponents: int = 0

    @property
    def coverage(self) -> float:
        """Covered seats of all seats, in per cent."""
        return 100 * self.covered / self.seats if self.seats else 0.0


def figures(posts: Iterable[Post], weights: Mapping[str, int]) -> Figures:
    """Key index = 100 × Σ weight × support ÷ Σ weight × 3; a seat that is not covered counts 0
    (R-R3). None where there is no seat: that is no evidence, not a nought."""
    gained = most = seats = covered = opponents = 0
    for post in posts:
        weight = weights[post.role]
        seats += 1
        most += weight * HIGHEST
        if post.support is not None:
            covered += 1
            gained += weight * post.support
            opponents += post.support < 0
    index = 100 * gained / most if most else None
    return Figures(index, seats, covered, opponents)


def is_below(parents: Mapping[int, int | None], seat: int, above: int | None) -> bool:
    """True when `above` is the seat itself or reports to it, by however many steps."""
    seen: set[int] = set()
    while above is not None and above not in seen:
        if above == seat:
            return True
        seen.add(above)
        above = parents.get(above)
    return False


# drawing ---------------------------------------------------------------------------------------

COLUMN = 192
"""Pixels from one level to the next: a token and the name beside it."""
ROW, CROWDED_ROW = 56, 44
MANY = 24
"""More seats than this are drawn closer together."""
EDGE = 30


@dataclass(frozen=True)
class Node:
    """A seat to be drawn; nodes come in the order in which siblings stand."""

    key: int
    parent: int | None
    weight: int


@dataclass(frozen=True)
class Place:
    """Where a seat is drawn: centre, radius, and how deep it stands (0 on top)."""

    x: float
    y: float
    radius: float
    depth: int


@dataclass(frozen=True)
class Layout:
    """Places by key, in the order in which a reader walks them, and the size of the drawing."""

    places: dict[int, Place]
    width: int
    height: int


def lay_out(nodes: Sequence[Node], radius: Mapping[int, float]) -> Layout:
    """A tree from left to right: each leaf has a row, whoever is above stands in their middle, or
    in a long drawing beside the first of them, where a reader begins."""
    step = CROWDED_ROW if len(nodes) > MANY else ROW
    scale = 0.8 if len(nodes) > MANY else 1.0
    above = _above(nodes)
    below: dict[int | None, list[Node]] = {}
    for node in nodes:
        below.setdefault(above[node.key], []).append(node)
    order, depth = _walk(below)
    rows = _rows(order, below, centred=len(nodes) <= MANY)
    places = {
        node.key: Place(
            EDGE + depth[node.key] * COLUMN,
            EDGE + rows[node.key] * step,
            radius[max(1, min(5, node.weight))] * scale,
            depth[node.key],
        )
        for node in order
    }
    leaves = sum(1 for node in order if node.key not in below)
    width = (max(depth.values(), default=0) + 1) * COLUMN
    return Layout(places, width, EDGE * 2 + max(0, leaves - 1) * step)


def branches(nodes: Sequence[Node]) -> list[tuple[int | None, list[int]]]:
    """(who heads it, everybody in it): whoever stands on top first, headed by nobody, then each
    who reports to them with all below."""
    above = _above(nodes)
    below: dict[int | None, list[Node]] = {}
    for node in nodes:
        below.setdefault(above[node.key], []).append(node)
    order, depth = _walk(below)
    found: list[tuple[int | None, list[int]]] = [(None, [])]
    for node in order:
        if depth[node.key] == 0:
            found[0][1].append(node.key)
        elif depth[node.key] == 1:
            found.append((node.key, [node.key]))
        else:
            found[-1][1].append(node.key)
    return found if nodes else []


def _above(nodes: Sequence[Node]) -> dict[int, int | None]:
    """Below whom everybody is drawn. A ring that came to be all the same is cut where it is met
    first, so that nobody in it is lost."""
    known = {node.key for node in nodes}
    above = {node.key: node.parent if node.parent in known else None for node in nodes}
    settled: set[int] = set()
    for node in nodes:
        line: list[int] = []
        key: int | None = node.key
        while key is not None and key not in settled and key not in line:
            line.append(key)
            key = above[key]
        if key is not None and key in line:
            above[key] = None
        settled.update(line)
    return above


def _walk(below: Mapping[int | None, Sequence[Node]]) -> tuple[list[Node], dict[int, int]]:
    """Everybody from the top, each before those below; and how deep they stand."""
    order: list[Node] = []
    depth: dict[int, int] = {}
    waiting = [(node, 0) for node in reversed(below.get(None, []))]
    while waiting:
        node, level = waiting.pop()
        order.append(node)
        depth[node.key] = level
        waiting += [(each, level + 1) for each in reversed(below.get(node.key, []))]
    return order, depth


def _rows(
    order: Sequence[Node], below: Mapping[int | None, Sequence[Node]], *, centred: bool
) -> dict[int, float]:
    """The row of each: leaves count up, the others stand between the first and last below."""
    leaves = [node for node in order if node.key not in below]
    rows = {node.key: float(row) for row, node in enumerate(leaves)}
    for node in reversed(order):
        under = below.get(node.key)
        if under:
            last = under[-1] if centred else under[0]
            rows[node.key] = (rows[under[0].key] + rows[last.key]) / 2
    return rows
