"""P1: the customer list as a page, full layout with every column, beside a bare template."""

from __future__ import annotations

from bench.lines import Line
from bench.load import Call, side_by_side
from bench.people import person, session
from bench.stage import Stage

NEEDS_SERVER = True
WORK = "customer list, 50 rows"


def measure(stage: Stage) -> list[Line]:
    """CPU against the floor, SQL."""
    reader = session(person("zhou"))
    seen = side_by_side(
        stage,
        {
            "page": Call("/customers/", reader),
            "floor": Call("/floor/customers/", reader),
            "raw": Call("/floor/raw/customers/"),
        },
    )
    page, floor = seen["page"], seen["floor"]
    return [
        Line("P1", WORK, "CPU / floor", page.ratio(floor), "×", 1.6, 1.0),
        Line("P1", WORK, "SQL queries", page.sql, "", 8),
        *page.facts("P1", WORK),
        *floor.facts("P1", "floor: bare template, 50 rows, session"),
        *seen["raw"].facts("P1", "floor: raw SQL and json, 50 rows"),
    ]
