"""Grades of the relation as a whole: breadth of contact, and what binds the organisations
(R-R10, R-R11, R-R12).

No table, no clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from relationships.choices import Grade

BENCHMARK, VISIT, AGREEMENT, INNOVATION = "benchmark", "visit", "agreement", "innovation"
WAYS = (BENCHMARK, VISIT, AGREEMENT, INNOVATION)
"""The four organisational ways, in the order of the ledger."""
MEETINGS = {
    "benchmark_meeting": BENCHMARK,
    "executive_visit_out": VISIT,
    "executive_visit_in": VISIT,
}
"""Kinds of interaction that count for a way; visits count in both directions."""


@dataclass(frozen=True)
class Cuts:
    """What the grades of breadth ask for: coverage in per cent, satisfaction from 1 to 10."""

    coverage: Mapping[str, int]
    satisfaction: Mapping[str, int]
    third_party: int = 80


def universal_grade(
    coverage: float | None,
    cuts: Cuts,
    *,
    satisfaction: float | None = None,
    third_party: float | None = None,
) -> str:
    """A to D; empty where nobody is known (R-R12).

    Satisfaction lowers a grade where it is measured; A also asks for a score of a third party,
    and what is not known is not enough for it.
    """
    if coverage is None:
        return ""
    for grade in (Grade.A, Grade.B, Grade.C):
        if coverage < cuts.coverage[grade]:
            continue
        if satisfaction is not None and satisfaction < cuts.satisfaction[grade]:
            continue
        if grade == Grade.A and (third_party is None or third_party < cuts.third_party):
            continue
        return grade
    return Grade.D


@dataclass(frozen=True)
class Least:
    """How often in a year: at the least, and as the aim (R-R10)."""

    minimum: int = 1
    target: int = 2


@dataclass(frozen=True)
class Way:
    """One line of the ledger: what was done, what is missing, and until when it holds."""

    way: str
    done: tuple[dt.date, ...] = ()
    without_deciders: int = 0
    least: Least | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    url: str = ""

    @property
    def is_met(self) -> bool:
        """The minimum is reached; of an agreement or a centre, that there is one."""
        if self.least is not None:
            return len(self.done) >= self.least.minimum
        return self.since is not None

    @property
    def gap(self) -> int:
        """Meetings that lack to the minimum."""
        return max(0, self.least.minimum - len(self.done)) if self.least is not None else 0

    @property
    def to_target(self) -> int:
        """Meetings that lack to the aim."""
        return max(0, self.least.target - len(self.done)) if self.least is not None else 0

    @property
    def last(self) -> dt.date | None:
        """When it was done last."""
        return max(self.done, default=None)

    def lapses_on(self, window: int) -> dt.date | None:
        """The first day on which the minimum would no longer be met if nothing happened; of an
        agreement, the day after its end. None where it is not met now, or never ends."""
        if self.least is None:
            return self.until + dt.timedelta(days=1) if self.until is not None else None
        if not self.is_met or not self.least.minimum:
            return None
        newest = sorted(self.done, reverse=True)[self.least.minimum - 1]
        return newest + dt.timedelta(days=window)


def organisational_grade(ways: Sequence[Way]) -> str:
    """A both minima met, an agreement in force and a centre running; B both minima or an
    agreement; C otherwise (R-R11)."""
    met = {each.way for each in ways if each.is_met}
    if met >= set(WAYS):
        return Grade.A
    if met >= {BENCHMARK, VISIT} or AGREEMENT in met:
        return Grade.B
    return Grade.C


def share_of_ways(ways: Sequence[Way]) -> float:
    """How much of the four ways is done, in per cent: a minimum half met counts half."""
    done = 0.0
    for each in ways:
        if each.least is not None and each.least.minimum:
            done += min(1.0, len(each.done) / each.least.minimum)
        else:
            done += each.is_met
    return 100 * done / len(WAYS)
