"""The nine-grid: 49 points, 18 cells, attitudes, movement, evidence, validity (b.2.2, R-R1, R-R2).

A point is (intimacy, support), each -3..3. No table, no clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from relationships.choices import Attitude, SeatRole

Point = tuple[int, int]
LOWEST, HIGHEST = -3, 3
RULES = {
    "": "b.2.2",
    "evidence": "R-R2",
    "interactions": "R-R2",
    "assessed_on": "R-R2",
    "opportunity": "b.2.1",
}
"""The rule behind each field of a proposed position."""
NO_EVIDENCE = _("Say what was said or done; every score needs it.")
STRONG = 2
"""Support of this size, or a change of this many points, asks for a meeting and two people."""
COACH = 3
"""Support that asks for two independent facts (b.2.2)."""
COLUMNS = ("C", "N", "W")
CELLS = tuple(f"{grid}{row}{col}" for grid in "PN" for row in (1, 2, 3) for col in COLUMNS)


@dataclass(frozen=True)
class Place:
    """Where a point lies: grid P or N, row 1..3, column C (distant), N (even), W (close)."""

    grid: str
    row: int
    column: str

    @property
    def cell(self) -> str:
        """One of the 18 cells, such as P3N."""
        return f"{self.grid}{self.row}{self.column}"


def check(point: Point) -> None:
    """ValueError unless both values lie in -3..3."""
    if not all(LOWEST <= value <= HIGHEST for value in point):
        raise ValueError(f"{point} is outside {LOWEST}..{HIGHEST}")


def place_of(point: Point) -> Place:
    """The total function of b.2.2 over all 49 points."""
    check(point)
    x, y = point
    column = "C" if x < 0 else "N" if x == 0 else "W"
    return Place("P" if y >= 0 else "N", max(1, abs(y)), column)


def cell_of(point: Point) -> str:
    """The cell of a point: (0, 3) is P3N."""
    return place_of(point).cell


def attitude_of(support: int) -> Attitude:
    """Supporter from +1, opponent from -1, neutral at 0."""
    if support > 0:
        return Attitude.SUPPORTER
    return Attitude.OPPONENT if support < 0 else Attitude.NEUTRAL


def middle_of(cell: str) -> Point:
    """The weakest point of a cell: what a drop into the panel proposes; P1 is support 0."""
    x = {"C": -1, "N": 0, "W": 1}[cell[2]]
    row = int(cell[1])
    if cell[0] == "N":
        return x, -row
    return x, 0 if row == 1 else row


def seat_of(*, is_decision_layer: bool, level: str) -> SeatRole:
    """The seat that a contact most likely holds where no power map says.

    In the decision layer: decider; an executive outside it: approver; everybody else: evaluator.
    """
    if is_decision_layer:
        return SeatRole.DECIDER
    return SeatRole.APPROVER if level == "executive" else SeatRole.EVALUATOR


# playbook --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Play:
    """Name, strategy and default touch interval (days, a policy) of a cell."""

    name: Any
    strategy: Any
    touch_days: int


PLAYBOOK = {
    "P3W": Play(_("Pillar"), _("Protect; ask for introductions; never overload."), 30),
    "P3N": Play(
        _("Believer, little contact"),
        _("Report on the work as usual, nothing more; no push for hospitality."),
        30,
    ),
    "P3C": Play(
        _("Believes us, not our person"), _("Change or coach the person who meets them."), 21
    ),
    "P2W": Play(
        _("Exclusive ally"), _("Give material to win inside; lead them on to coach us."), 21
    ),
    "P2N": Play(
        _("Professional ally"), _("Succeed together; come closer by help, not by gifts."), 21
    ),
    "P2C": Play(_("Supports, yet distant"), _("Mend what is personal; let an executive call."), 14),
    "P1W": Play(
        _("Friendly, undecided"), _("Turn goodwill into support: show value for their KPI."), 14
    ),
    "P1N": Play(
        _("Undecided"), _("Find their needs; technical exchange; a visit to a reference."), 14
    ),
    "P1C": Play(
        _("Distant, undecided"), _("Find a better-placed colleague; invite to an event."), 14
    ),
    "N1W": Play(
        _("Friend who doubts our offer"), _("Facts and pilots; ask for the real reason."), 14
    ),
    "N1N": Play(_("Doubter"), _("Clarify facts, reference site, contact with a peer."), 14),
    "N1C": Play(_("Cold doubter"), _("Another person to meet them; proof by service."), 14),
    "N2W": Play(
        _("Friend who opposes"), _("Keep person and case apart; address the interest."), 14
    ),
    "N2N": Play(
        _("Open opponent"), _("Three-step method; executive sponsor; aim for neutral."), 14
    ),
    "N2C": Play(
        _("Distant opponent"),
        _("Steady, correct contact; bridge by an executive; never go around them silently."),
        14,
    ),
    "N3W": Play(
        _("Close to us, blocks us"),
        _("Find what binds them (a rival's sponsor, a policy); the regional head reviews."),
        14,
    ),
    "N3N": Play(
        _("Blocker"), _("Limit the effect by covering other seats; executive channel."), 14
    ),
    "N3C": Play(
        _("Hard opponent"),
        _("Keep in touch; a plan with a name is a must; the regional head reviews monthly."),
        14,
    ),
}


def cell_words(cell: str) -> str:
    """A cell as lists write it: 正2 · 亲."""
    grid = pgettext("grid", "P") if cell[0] == "P" else pgettext("grid", "N")
    return f"{grid}{cell[1]} · {column_words(cell[2])}"


def column_words(column: str) -> str:
    """Name of a column of the panels."""
    if column == "C":
        return pgettext("intimacy", "Distant")
    return pgettext("intimacy", "Even") if column == "N" else pgettext("intimacy", "Close")


SUPPORT_ANCHORS = {
    3: _("Coach: acts for us unasked; at least two independent facts in 180 days"),
    2: _("Exclusive supporter: prefers us to named rivals in a decision"),
    1: _("Supporter: recommends or accepts us, others too"),
    0: _("Neutral: met and assessed, no lean"),
    -1: _("Unconvinced: prefers another option, passive"),
    -2: _("Opponent: argues against us in a meeting or in writing"),
    -3: _("Blocker: uses authority to keep us out"),
}
INTIMACY_ANCHORS = {
    3: _("Seeks our advice on own problems unprompted"),
    2: _("Shares: volunteers working information within policy, informal meetings"),
    1: _("Open: answers promptly, joins our activities"),
    0: _("Correct: formal working contact only"),
    -1: _("Cool: answers late or through others"),
    -2: _("Avoids: declined two or more invitations in 90 days"),
    -3: _("Refuses: accepts no contact, or complained about our person"),
}


# movement --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Move:
    """What changed between two points, in words, and whether it is for the better."""

    words: str
    better: bool


def movement(before: Point, after: Point) -> Move | None:
    """反对 → 支持, 反对加重, 走近 … ; None when nothing changed. Support speaks before intimacy."""
    if before == after:
        return None
    was, now = attitude_of(before[1]), attitude_of(after[1])
    closer, stronger = after[0] > before[0], after[1] > before[1]
    if was != now:
        return Move(f"{was.label} → {now.label}", stronger)
    if before[1] != after[1]:
        return Move(_degree(now, stronger), stronger)
    return Move(pgettext("move", "closer") if closer else pgettext("move", "further away"), closer)


def _degree(attitude: Attitude, stronger: bool) -> str:
    if attitude == Attitude.SUPPORTER:
        if stronger:
            return pgettext("move", "stronger support")
        return pgettext("move", "weaker support")
    if stronger:
        return pgettext("move", "softer opposition")
    return pgettext("move", "harder opposition")


def is_converted(before: Point, after: Point) -> bool:
    """From grid N to a supporter (C113)."""
    return before[1] < 0 < after[1]


def is_neutralised(before: Point, after: Point) -> bool:
    """From grid N to support 0: reported apart from conversions."""
    return before[1] < 0 and after[1] == 0


def is_lost(before: Point, after: Point) -> bool:
    """From grid P into grid N."""
    return after[1] < 0 <= before[1]


# evidence and validity --------------------------------------------------------------------------


@dataclass(frozen=True)
class Demand:
    """What R-R2 asks of a score beyond its text."""

    interactions: int
    second_person: bool
    why: str


def is_strong(support: int) -> bool:
    """+2, +3, -2, -3."""
    return abs(support) >= STRONG


def demand(point: Point, before: Point | None) -> Demand:
    """R-R2: support of ±2 and beyond, or a change of two points on an axis, asks for a linked
    interaction and for a regional head or deputy; a coach (+3) for two interactions (b.2.2).
    `before` is the current point, None at first."""
    step = 0 if before is None else max(abs(point[0] - before[0]), abs(point[1] - before[1]))
    if point[1] >= COACH:
        return Demand(2, True, _("A coach (+3)"))
    if is_strong(point[1]):
        return Demand(1, True, _("Support of ±2 and beyond"))
    if step >= STRONG:
        return Demand(1, True, _("A change of two points or more"))
    return Demand(0, False, "")


def is_recent(day: dt.date, *, on: dt.date, within_days: int) -> bool:
    """An interaction of `day` backs a score of `on`: not later, at most `within_days` old."""
    return dt.timedelta(0) <= on - day <= dt.timedelta(days=within_days)


def missing(
    point: Point,
    before: Point | None,
    *,
    evidence: str,
    interaction_days: Iterable[dt.date],
    on: dt.date,
    within_days: int,
) -> dict[str, str]:
    """Sentences per field of what R-R2 still misses; empty when the proposal may be made."""
    found = {}
    if not evidence.strip():
        found["evidence"] = NO_EVIDENCE
    asked = demand(point, before)
    recent = sum(is_recent(day, on=on, within_days=within_days) for day in interaction_days)
    if recent < asked.interactions:
        said = {"why": asked.why, "days": within_days}
        found["interactions"] = (
            _("%(why)s needs an interaction of the last %(days)s days; link one or log it first.")
            if asked.interactions == 1
            else _("%(why)s needs two interactions of the last %(days)s days; link both.")
        ) % said
    return found


def valid_until(assessed_on: dt.date, *, days: int) -> dt.date:
    """The last day on which a score counts as checked (R-R1)."""
    return assessed_on + dt.timedelta(days=days)
