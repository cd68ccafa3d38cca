"""P13: the sign-in page, beside Django's own form in a bare page."""

from __future__ import annotations

from bench.lines import Line
from bench.load import Call, side_by_side
from bench.stage import Stage

NEEDS_SERVER = True
WORK = "sign-in page"


def measure(stage: Stage) -> list[Line]:
    """CPU against the floor."""
    seen = side_by_side(
        stage,
        {"page": Call("/accounts/login/"), "floor": Call("/floor/sign-in/")},
        requests=100,
    )
    page, floor = seen["page"], seen["floor"]
    return [
        Line("P13", WORK, "CPU / floor", page.ratio(floor), "×", 2.5, 1.5),
        *page.facts("P13", WORK),
        *floor.facts("P13", "floor: Django's form in a bare page"),
    ]
