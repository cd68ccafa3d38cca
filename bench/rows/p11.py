"""P11: a published calendar year: open clocks that guessed at its dates are planned anew."""

from __future__ import annotations

from django.db import connection

from bench import clockwork
from bench.lines import Line
from bench.stage import Stage
from core import clock
from core.models import Calendar
from service.actions import replanning
from service.models import SlaClock

NEEDS_SERVER = False
WORK = "publishing a calendar year"
WANTED = 100_000


def measure(stage: Stage) -> list[Line]:
    """Seconds for the open clocks there are, and what that makes of 100,000."""
    with clockwork.undone():
        clocks = _guessing()
        with clockwork.costing() as cost:
            tickets = replanning.replan(now=clock.now(), budget_s=3600)
    share = WANTED / max(clocks, 1)
    note = f"{clocks:,} clocks of {tickets:,} tickets took {cost.cpu:.1f} s of CPU"
    return [
        Line("P11", WORK, f"CPU of {WANTED:,} clocks", cost.cpu * share, "s", 60, 10, note),
        Line("P11", WORK, "SQL a batch of 500", cost.sql / max(1, tickets / 500), ""),
    ]


def _guessing() -> int:
    """Every open clock on a calendar counts as one that guessed; their calendars have moved on."""
    live = SlaClock.objects.live().exclude(calendar=None)
    live.update(is_provisional=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_calendarversion (calendar_id, version, body, published_at)"
            " SELECT calendar_id, version + 1, body, now() FROM core_calendarversion"
            " WHERE (calendar_id, version) IN (SELECT id, version FROM core_calendar)"
        )
        cursor.execute("UPDATE core_calendar SET version = version + 1")
    return live.filter(calendar__in=Calendar.objects.all()).count()
