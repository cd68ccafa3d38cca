"""The coverage matrix: kind of unit by level of contact, who was met lately (R-R12).

No table, no clock. People without a unit count under the kind "other".
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

Key = tuple[int, str, str]
"""Customer, kind of unit, level."""


@dataclass(frozen=True)
class Known:
    """One active person of a customer and when somebody of ours last met them."""

    customer: int
    kind: str
    level: str
    owner: int | None
    met_at: dt.datetime | None


@dataclass(frozen=True)
class Cell:
    """So many people, so many of them met lately, who of ours owns most of them, the last touch."""

    active: int
    contacted: int
    owner: int | None
    last_touch_at: dt.datetime | None


class Warmth(StrEnum):
    """How long ago the last touch is: four steps, each with a word and a sign of its own."""

    WARM = "warm"
    COOLING = "cooling"
    COLD = "cold"
    NEVER = "never"


TONES = {
    Warmth.WARM: "ok",
    Warmth.COOLING: "watch",
    Warmth.COLD: "risk",
    Warmth.NEVER: "risk",
}
"""A colour beside the word, never alone."""


def counted(people: Iterable[Known], *, since: dt.datetime) -> dict[Key, Cell]:
    """The cells that are not empty; met `since` or later counts as contacted."""
    found: dict[Key, list[Known]] = {}
    for one in people:
        found.setdefault((one.customer, one.kind, one.level), []).append(one)
    return {key: _cell(group, since) for key, group in found.items()}


def _cell(group: list[Known], since: dt.datetime) -> Cell:
    owners = Counter(one.owner for one in group if one.owner is not None)
    most = min(owners, key=lambda pk: (-owners[pk], pk), default=None)
    met = [one.met_at for one in group if one.met_at is not None]
    return Cell(len(group), sum(at >= since for at in met), most, max(met, default=None))


def warmth(last: dt.datetime | None, now: dt.datetime, *, warm_days: int, cold_days: int) -> Warmth:
    """Within `warm_days` warm, within `cold_days` cooling, then cold; never met is its own."""
    if last is None:
        return Warmth.NEVER
    gone = now - last
    if gone <= dt.timedelta(days=warm_days):
        return Warmth.WARM
    return Warmth.COOLING if gone <= dt.timedelta(days=cold_days) else Warmth.COLD


@dataclass(frozen=True)
class Share:
    """How far a customer is covered: cells that were reached, people that were met (R-R12)."""

    cells: int = 0
    reached: int = 0
    people: int = 0
    met: int = 0

    @property
    def coverage(self) -> float | None:
        """Percent of the existing cells contacted lately; None where nobody is known."""
        return 100 * self.reached / self.cells if self.cells else None

    @property
    def breadth(self) -> float | None:
        """Percent of the active people met lately; None where nobody is known."""
        return 100 * self.met / self.people if self.people else None

    def __add__(self, other: Share) -> Share:
        return Share(
            self.cells + other.cells,
            self.reached + other.reached,
            self.people + other.people,
            self.met + other.met,
        )


def rolled(paths: Mapping[int, str], own: Mapping[int, Share]) -> dict[int, Share]:
    """The share of each node with everything below it, from the counties up.

    A node above that has no path here (out of sight) gets no sum.
    """
    sums = dict.fromkeys(paths, Share())
    for pk, path in paths.items():
        for above in (int(part) for part in path.strip("/").split("/") if part):
            if above in sums:
                sums[above] += own.get(pk, Share())
    return sums
