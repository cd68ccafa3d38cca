"""P7: a ticket by REST: entitlement, clocks, timers, trail and outbox in one transaction."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable

from django.db import connection

from bench.lines import Line
from bench.load import Call, side_by_side
from bench.people import person, session, token
from bench.stage import Stage
from service.models import ServiceContract, Ticket

NEEDS_SERVER = True
WORK = "ticket create by REST"


def measure(stage: Stage) -> list[Line]:
    """CPU against a bare insert, SQL, and growth with the number of tickets."""
    zhou = person("zhou")
    contract = ServiceContract.objects.filter(status="active").select_related("customer").first()
    ours = {
        "title": "链路中断",
        "customer": contract.customer_id,
        "severity": "major",
        "text": "两端告警",
    }
    bare = {
        "title": "链路中断",
        "customer": contract.customer_id,
        "severity": 2,
        "text": "两端告警",
    }
    bare |= {"channel": "api", "reported_at": "2026-11-20T10:00:00+08:00"}
    calls = {
        "product": _post("/api/v1/tickets/", token(zhou, "tickets:write", "tickets:read"), ours),
        "floor": _post("/floor/api/tickets/", session(zhou), bare),
    }
    before = Ticket.objects.count()
    seen = side_by_side(stage, calls, requests=25)
    _forget_bare()
    product, floor = seen["product"], seen["floor"]
    return [
        Line("P7", WORK, "CPU / floor create", product.ratio(floor), "×", 3.0, 2.0),
        Line("P7", WORK, "SQL queries", product.sql, "", 14, note=f"{before:,} tickets"),
        *product.facts("P7", WORK),
        *floor.facts("P7", "floor: bare create of a ticket row"),
    ]


def _post(path: str, headers: dict[str, str], body: dict) -> Call:
    return Call(
        path,
        {**headers, "Content-Type": "application/json"},
        "POST",
        _bodies(json.dumps(body).encode()),
        201,
    )


def _bodies(raw: bytes) -> Callable[[], tuple[bytes, dict[str, str]]]:
    numbers = itertools.count(time.time_ns() // 1000)
    return lambda: (raw, {"X-Bench-Number": str(next(numbers))})


def _forget_bare() -> None:
    """The floor's rows have no clocks: they go, so that other rows of the bench stay true."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM service_ticket WHERE code LIKE 'F%' AND terms = '{}'")
