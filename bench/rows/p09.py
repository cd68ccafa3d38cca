"""P9: a sweep of due clocks with their real effects: crossings, breaches, calls, notices, mail."""

from __future__ import annotations

from bench import clockwork
from bench.lines import Line
from bench.stage import Stage
from core import timers
from core.models import Event, Notification, OutboxMessage

NEEDS_SERVER = False
WORK = "sweep of due clocks"
EFFECTS = (Notification, OutboxMessage, Event)


def measure(stage: Stage) -> list[Line]:
    """Timers a second, by the clock and by processor time; statements of small and large sweeps."""
    _swept(100)  # calendars, policies and plans are known from here on
    few, _fired, _effects = _swept(100)
    cost, fired, effects = _swept(500)
    more, fired_more, _effects = _swept(4000)
    said = ", ".join(
        f"{number:,} {model._meta.verbose_name_plural}" for model, number in effects.items()
    )
    return [
        Line("P9", WORK, "500 due", cost.wall, "s", 0.3, note=f"{cost.cpu:.2f} s CPU; {said}"),
        Line("P9", WORK, "by the clock", fired_more / more.wall, "timers/s", 2000, 10_000),
        Line("P9", WORK, "by processor time", fired_more / more.cpu, "timers/CPU s",
             note=f"{1000 * more.database / fired_more:.2f} ms of it PostgreSQL"),
        Line("P9", WORK, "SQL of 500 / of 100", cost.sql / few.sql, "×", 1.5,
             note=f"{cost.sql} and {few.sql}"),
    ]  # fmt: skip


def _swept(number: int) -> tuple[clockwork.Cost, int, dict]:
    with clockwork.undone():
        now = clockwork.due_next("service.clock", number)
        before = {model: model.objects.count() for model in EFFECTS}
        with clockwork.costing() as cost:
            swept = timers.sweep(now)
        effects = {model: model.objects.count() - count for model, count in before.items()}
    return cost, swept.fired, effects
