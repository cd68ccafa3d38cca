"""The last scene: a year of account health, one relation that fades and one that grows."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.utils import timezone

from accounts.actions import health
from accounts.health import Evidence
from accounts.timers_health import measure
from core.actors import Actor
from core.inserts import insert_rows
from huaweicrm.demo.world import World
from relationships import timers_layers
from relationships.actions import layers
from relationships.cells import Share
from relationships.power import Figures

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
    _layers(world, today)


def _layers(world: World, today: dt.date) -> None:
    """Months of the layers as they grew, then this one as it stands."""
    for step, day in enumerate(_month_ends(today)[-6:]):
        now = world.now + (day - today)
        rows = [
            layers.row_of(world.customers[name].pk, day, figures, share, grade, [], now=now)
            for name, (figures, share, grade) in _grown(step).items()
        ]
        insert_rows(rows)
    timers_layers.measure(now=world.now)


def _grown(step: int) -> dict[str, tuple[Figures, Share, str]]:
    """Seats, coverage and its grade of two customers, half a year ago to last month."""
    return {
        "lanhai": (Figures(-6 + 3.0 * step, 12, 4 + step // 2, 3), Share(8, 3 + step // 2, 8, 4),
                   "B" if step > 3 else "C"),
        "lingdong": (Figures(40 - 5.0 * step, 2, 2, 0), Share(2, 2, 2, 2), "B"),
    }  # fmt: skip


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
