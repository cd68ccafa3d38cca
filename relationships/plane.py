"""Geometry of the nine-grid plane: cells, seat shapes, trails, fan-out of a crowded point."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import atan2, cos, hypot, radians, sin

CELL_WIDTH = 92
CELL_HEIGHT = 80
CROWDED_HEIGHT = 106
"""Rows 0 and +1 hold most people, so they are taller."""
AXIS = range(-3, 4)
WIDTH = CELL_WIDTH * 7
RADIUS = {1: 12.0, 2: 14.0, 3: 16.0, 4: 19.0, 5: 22.0}
"""Token radius by weight of the seat."""

Point = tuple[float, float]


def row_height(support: int) -> int:
    """Pixels of the row of one support value (-3..3)."""
    return CROWDED_HEIGHT if support in (0, 1) else CELL_HEIGHT


HEIGHT = sum(row_height(support) for support in AXIS)


def left(intimacy: int) -> int:
    """Left edge of a column (-3..3)."""
    return (intimacy + 3) * CELL_WIDTH


def top(support: int) -> int:
    """Upper edge of a row (-3..3); +3 is at the top."""
    return sum(row_height(value) for value in AXIS if value > support)


def centre(intimacy: int, support: int) -> Point:
    """Middle of a cell."""
    return left(intimacy) + CELL_WIDTH / 2, top(support) + row_height(support) / 2


def polygon(radius: float, angles: Sequence[float], drop: float = 0) -> str:
    """Path through points on a circle at these angles in degrees, shifted down by `drop`."""
    points = (
        f"{radius * cos(radians(a)):.1f} {radius * sin(radians(a)) + drop:.1f}" for a in angles
    )
    return f"M{'L'.join(points)}Z"


def _circle(r: float) -> str:
    return f"M{-r:.1f} 0a{r:.1f} {r:.1f} 0 1 0 {2 * r:.1f} 0a{r:.1f} {r:.1f} 0 1 0 {-2 * r:.1f} 0Z"


def _shield(r: float) -> str:
    w, h, low = r * 0.9, r * 0.86, r * 1.12
    return (
        f"M{-w:.1f} {-h:.1f}H{w:.1f}V{r * 0.1:.1f}"
        f"C{w:.1f} {r * 0.62:.1f} {r * 0.45:.1f} {r * 0.92:.1f} 0 {low:.1f}"
        f"C{-r * 0.45:.1f} {r * 0.92:.1f} {-w:.1f} {r * 0.62:.1f} {-w:.1f} {r * 0.1:.1f}Z"
    )


def _square(r: float) -> str:
    k, q = r * 0.88, r * 0.3
    return (
        f"M{-k + q:.1f} {-k:.1f}H{k - q:.1f}Q{k:.1f} {-k:.1f} {k:.1f} {-k + q:.1f}V{k - q:.1f}"
        f"Q{k:.1f} {k:.1f} {k - q:.1f} {k:.1f}H{-k + q:.1f}Q{-k:.1f} {k:.1f} {-k:.1f} {k - q:.1f}"
        f"V{-k + q:.1f}Q{-k:.1f} {-k:.1f} {-k + q:.1f} {-k:.1f}Z"
    )


@lru_cache(maxsize=512)
def shape(role: str, radius: float) -> str:
    """Path of a seat role around 0,0: hexagon, diamond, shield, square, triangle, else a circle."""
    if role == "approver":
        return polygon(radius * 1.08, range(0, 360, 60))
    if role == "decider":
        return polygon(radius * 1.22, (-90, 0, 90, 180))
    if role == "gatekeeper":
        return _shield(radius)
    if role == "user":
        return _square(radius)
    if role == "influencer":
        return polygon(radius * 1.42, (-90, 30, 150), radius * 0.22)
    return _circle(radius)


def _xy(point: Point) -> str:
    return f"{point[0]:.1f} {point[1]:.1f}"


def _toward(start: Point, goal: Point, distance: float) -> Point:
    length = hypot(goal[0] - start[0], goal[1] - start[1]) or 1
    return (
        start[0] + (goal[0] - start[0]) / length * distance,
        start[1] + (goal[1] - start[1]) / length * distance,
    )


@dataclass(frozen=True)
class Trail:
    """A bent line from where somebody stood to where he stands, and its arrow head."""

    line: str
    arrow: str


def trail(start: Point, end: Point, *, gap: float = 20, bend: float = 0.16) -> Trail:
    """The trail of a move, cut `gap` pixels short of the token it leads to."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    middle = (start[0] + end[0]) / 2 - dy * bend, (start[1] + end[1]) / 2 + dx * bend
    begin, tip = _toward(start, middle, 5), _toward(end, middle, gap + 5)
    angle, size = atan2(tip[1] - middle[1], tip[0] - middle[0]), 7
    wings = [
        (tip[0] - size * cos(angle + turn), tip[1] - size * sin(angle + turn))
        for turn in (-0.45, 0.45)
    ]
    base = tip[0] - size * 0.6 * cos(angle), tip[1] - size * 0.6 * sin(angle)
    line = f"M{_xy(begin)}Q{_xy(middle)} {_xy(base)}"
    arrow = f"M{_xy(tip)}L{_xy(wings[0])}L{_xy(wings[1])}Z"
    return Trail(line, arrow)


def plan_line(start: Point, end: Point, *, start_gap: float, end_gap: float) -> str:
    """Straight path between two token edges; empty when they all but touch."""
    length = hypot(end[0] - start[0], end[1] - start[1]) or 1
    if length < start_gap + end_gap + 6:
        return ""
    a, b = _toward(start, end, start_gap), _toward(end, start, end_gap)
    return f"M{_xy(a)}L{_xy(b)}"


@dataclass(frozen=True)
class Spot:
    """Where a token is drawn: pixel centre and radius."""

    x: float
    y: float
    radius: float


def _slots(count: int, height: int) -> list[Point]:
    """Offsets from the middle of a cell for `count` tokens: one, a row of two, then two columns."""
    if count == 1:
        return [(0.0, -6.0)]
    if count == 2:
        return [(-23.0, -6.0), (23.0, -6.0)]
    if count <= 4:
        step = height / 2 - 4 if height > CELL_HEIGHT else 39
        return [(x, y) for y in (-step / 2 - 7, step / 2 - 7) for x in (-23.0, 23.0)][:count]
    rows = -(-count // 3)
    step = min(34.0, (height - 18) / rows)
    first = -step * (rows - 1) / 2 - 6
    return [((k % 3 - 1) * 29.0, first + k // 3 * step) for k in range(count)]


def fan_out(cell: tuple[int, int], weights: Sequence[int]) -> list[Spot]:
    """Spots for everybody at one point (intimacy, support), in the order of `weights` (1-5)."""
    x, y = centre(*cell)
    crowd, high = len(weights), row_height(cell[1]) > CELL_HEIGHT
    cap = 30.0 if crowd == 1 else 17.0 if crowd == 2 else 13.0 if crowd <= 4 and high else 10.0
    return [
        Spot(x + dx, y + dy, min(cap, RADIUS[weight]))
        for (dx, dy), weight in zip(_slots(crowd, row_height(cell[1])), weights, strict=True)
    ]


def goal(cell: tuple[int, int], rank: int, *, is_occupied: bool) -> tuple[Point, float]:
    """Where the sign of a target is drawn, and its radius; `rank` counts targets at one point."""
    if is_occupied:
        return (left(cell[0]) + 12.0 + rank * 20, top(cell[1]) + 12.0), 7.5
    x, y = centre(*cell)
    shift = (rank + 1) // 2 * 26 * (1 if rank % 2 else -1)
    return (x + shift, y), 11.0


@dataclass(frozen=True)
class Cell:
    """One of the 49 cells, ready to be drawn."""

    intimacy: int
    support: int
    x: int
    y: int
    width: int
    height: int
    css: str


def cells() -> list[Cell]:
    """All 49 cells from the top left; the class says which ground and how strong (s1-s3)."""
    return [
        Cell(
            x,
            y,
            left(x),
            top(y),
            CELL_WIDTH,
            row_height(y),
            f"{'pos' if y >= 0 else 'neg'} s{max(1, abs(y))}",
        )
        for y in reversed(AXIS)
        for x in AXIS
    ]


@dataclass(frozen=True)
class Token:
    """One key person as both views draw him; `cell` is (intimacy, support), each -3..3.

    `move` is what changed, in words ("反对 → 支持"), `better` its direction; `stale` the days since
    the last look when that is too long, else 0. `move_url` is the evidence form, `url` the person.
    """

    contact: int
    name: str
    title: str
    role: str
    role_label: str
    weight: int
    cell: tuple[int, int]
    previous: tuple[int, int] | None = None
    target: tuple[int, int] | None = None
    target_on: str = ""
    move: str = ""
    better: bool = True
    stale: int = 0
    selected: bool = False
    url: str = ""
    move_url: str = ""
    apart: bool = False
    """Stands here in general: nobody judged them for the deal that the board shows."""


MOST_AT_POINT = 4
"""More people than this at one point: three of them and a bubble with the number of the rest."""


@dataclass(frozen=True)
class Bubble:
    """“+N” at a crowded point (intimacy, support): how many more stand there."""

    cell: tuple[int, int]
    x: float
    y: float
    count: int


def _crowds(tokens: Sequence[Token]) -> dict[tuple[int, int], list[Token]]:
    """Everybody by point; the chosen one and heavier seats first."""
    crowds: dict[tuple[int, int], list[Token]] = {}
    for token in sorted(tokens, key=lambda each: (not each.selected, -each.weight, each.name)):
        crowds.setdefault(token.cell, []).append(token)
    return crowds


def _at_once(crowd: Sequence[Token]) -> int:
    """How many of a crowd are drawn."""
    return len(crowd) if len(crowd) <= MOST_AT_POINT else MOST_AT_POINT - 1


def place(tokens: Sequence[Token]) -> list[tuple[Token, Spot]]:
    """The tokens that are drawn, each with its spot; whoever is not drawn is in a bubble."""
    return [
        pair
        for cell, crowd in _crowds(tokens).items()
        for pair in zip(
            crowd[: _at_once(crowd)],
            fan_out(cell, [token.weight for token in crowd[:MOST_AT_POINT]]),
            strict=False,
        )
    ]


def bubbles(tokens: Sequence[Token]) -> list[Bubble]:
    """One for each point with more people than are drawn."""
    found = []
    for cell, crowd in _crowds(tokens).items():
        rest = len(crowd) - _at_once(crowd)
        if rest:
            spot = fan_out(cell, [1] * MOST_AT_POINT)[-1]
            found.append(Bubble(cell, spot.x, spot.y, rest))
    return found
