"""P5: the ticket queue by next breach as a page, beside a bare template."""

from __future__ import annotations

from bench.lines import Line
from bench.load import Call, side_by_side
from bench.people import person, session
from bench.stage import Stage

NEEDS_SERVER = True
WORK = "ticket queue, 50 rows"


def measure(stage: Stage) -> list[Line]:
    """CPU against the floor, SQL; of all tickets, and of one group."""
    head, engineer = session(person("zhou")), session(person("eng1a"))
    seen = side_by_side(
        stage,
        {
            "all": Call("/tickets/?scope=all", head),
            "group": Call("/tickets/", engineer),
            "floor": Call("/floor/tickets/", head),
        },
    )
    page, floor = seen["all"], seen["floor"]
    return [
        Line("P5", WORK, "CPU / floor", page.ratio(floor), "×", 1.6, 1.0),
        Line("P5", WORK, "SQL queries", page.sql, "", 8),
        *page.facts("P5", WORK),
        *seen["group"].facts("P5", "ticket queue of an engineer's group"),
        *floor.facts("P5", "floor: bare template, 50 rows, session"),
    ]
