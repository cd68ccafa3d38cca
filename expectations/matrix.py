"""Places of expectations on the priority matrix: feasibility across, value up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from expectations import priority

LEFT, TOP, WIDTH, HEIGHT = 52, 20, 640, 440
STEP_X, STEP_Y = WIDTH / 5, HEIGHT / 4
CLASS = {"must": "must", "negotiable": "nego", "deferred": "no"}


@dataclass(frozen=True)
class Dot:
    """One expectation on the plane: x and y in units of the drawing."""

    item: Any
    x: str
    y: str
    text_y: str
    key: str
    value: str
    differs: bool
    talk_first: bool
    explanation: str


def dots_of(items: Sequence[Any], weights: priority.Weights) -> list[Dot]:
    """A dot for every item with all four scores; those at one point stand side by side."""
    found, taken = [], {}
    for item in items:
        scores = [item.importance, item.impact, item.urgency, item.feasibility]
        if None in scores:
            continue
        said = priority.suggest(*scores, mandatory=bool(item.mandatory), weights=weights)
        spot = (item.feasibility, priority.shown(said.value))
        place = taken[spot] = taken.get(spot, 0) + 1
        x = LEFT + (item.feasibility - 0.5) * STEP_X + _fan(place)
        y = TOP + (5 - float(said.value)) * STEP_Y
        found.append(
            Dot(
                item=item,
                x=f"{x:.1f}",
                y=f"{max(y, TOP + 16):.1f}",
                text_y=f"{max(y, TOP + 16) + 4.5:.1f}",
                key=CLASS.get(item.priority_class, "no"),
                value=priority.shown(said.value),
                differs=bool(item.priority_class) and item.priority_class != said.priority_class,
                talk_first=said.talk_first,
                explanation=said.explanation,
            )
        )
    return found


def _fan(place: int) -> float:
    side = 1 if place % 2 else -1
    return side * (place // 2) * 30.0
