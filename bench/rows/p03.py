"""P3: the customer list of the API with a token, beside a bare ModelSerializer."""

from __future__ import annotations

from bench.lines import Line
from bench.load import Call, side_by_side
from bench.people import person, session, token
from bench.stage import Stage

NEEDS_SERVER = True
WORK = "API list of customers, 50 rows, token"


def measure(stage: Stage) -> list[Line]:
    """CPU against the floor, SQL, KB."""
    zhou = person("zhou")
    seen = side_by_side(
        stage,
        {
            "api": Call("/api/v1/customers/", token(zhou, "customers:read")),
            "floor": Call("/floor/api/customers/", session(zhou)),
            "raw": Call("/floor/raw/customers/"),
        },
    )
    api, floor = seen["api"], seen["floor"]
    return [
        Line("P3", WORK, "CPU / floor", api.ratio(floor), "×", 1.6, 1.0),
        Line("P3", WORK, "SQL queries", api.sql, "", 4),
        Line("P3", WORK, "body", api.size / 1024, "KB", 40),
        *api.facts("P3", WORK),
        *floor.facts("P3", "floor: bare ModelSerializer, 50 rows, session"),
        *seen["raw"].facts("P3", "floor: raw SQL and json, 50 rows"),
    ]
