"""P8: a sweep with nothing to do, with ten thousand timers in the future and with a million."""

from __future__ import annotations

import datetime as dt
import statistics

from bench import clockwork
from bench.lines import Line
from bench.stage import Stage
from core import timers
from core.models import Timer
from huaweicrm import heartbeat

NEEDS_SERVER = False
WORK = "idle sweep"
ROUNDS = 50


def measure(stage: Stage) -> list[Line]:
    """Milliseconds in the database and statements, and what a hundred times the timers add."""
    with clockwork.undone():
        first = Timer.objects.armed().order_by("next_try_at").first()
        now = first.next_try_at - dt.timedelta(minutes=1)
        some, _sql = _idle(now)
        here = Timer.objects.armed().count()
        clockwork.future_timers(1_000_000, now)
        many, sql = _idle(now)
        with clockwork.costing() as beat:
            heartbeat.run("sweep", now=now)
    return [
        Line("P8", WORK, "CPU in the database", many, "ms", 1.0, 0.3, "1,000,000 timers"),
        Line("P8", WORK, "SQL queries", sql, "", 3, note=f"with its heartbeat {beat.sql}"),
        Line("P8", WORK, f"1 M timers / {here:,}", many / some, "×", 1.2),
    ]


def _idle(now: dt.datetime) -> tuple[float, int]:
    """Processor time of PostgreSQL in ms, and statements: the median of ten rounds."""
    times = []
    for _round in range(10):
        with clockwork.costing() as cost:
            for _each in range(ROUNDS):
                timers.sweep(now)
        times.append(cost.database * 1000 / ROUNDS)
    return statistics.median(times), cost.sql // ROUNDS
