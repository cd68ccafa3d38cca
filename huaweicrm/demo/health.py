"""The last scene: a year of account health, one relation that fades and one that grows."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.utils import timezone

from accounts.actions import health
from accounts.health import Evidence
from accounts.timers_health import measure
from core.actors import Actor
from huaweicrm.demo.world import World

MONTHS = 12
# customer -> part -> a year ago, last month
STORIES: dict[str, dict[str, tuple[int, int]]] = {
    "lingdong": {
        "key_index": (84, 63), "universal": (100, 100), "organisational": (75, 10),
        "attainment": (90, 72), "sla": (100, 100),
    },
    "lanhai": {
        "key_index": (44, 53), "universal": (50, 75), "organisational": (25, 25),
        "attainment": (60, 74), "sla": (70, 91),
    },
    "shuoyuan": {"universal": (40, 80), "organisational": (0, 25)},
    "wangchuan": {"universal": (100, 100), "sla": (88, 100)},
}  # fmt: skip


def tell(world: World) -> None:
    """The last day of each month of a year, then last night as it was measured."""
    today = timezone.localdate(world.now)
    for step, day in enumerate(_month_ends(today)):
        now = world.now + (day - today)
        rows = [
            health.row_of(world.customers[name].pk, day, _said(parts, step), now=now)
            for name, parts in STORIES.items()
        ]
        customers = [world.customers[name] for name in STORIES]
        health.keep(customers, rows, day, by=Actor.system(), now=now)
    measure(now=world.now)


def _said(parts: dict[str, tuple[int, int]], step: int) -> dict[str, Evidence]:
    """Each part on its way from the first to the last month."""
    return {
        part: Evidence(Decimal(round(first + (last - first) * step / (MONTHS - 1))), {})
        for part, (first, last) in parts.items()
    }


def _month_ends(today: dt.date) -> list[dt.date]:
    """The last days of the twelve months before this one, oldest first."""
    found = []
    day = today.replace(day=1)
    for _step in range(MONTHS):
        day -= dt.timedelta(days=1)
        found.append(day)
        day = day.replace(day=1)
    return found[::-1]
