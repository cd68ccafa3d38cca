"""Runs the stages of a larger size, one transaction each, and says how fast they were."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from huaweicrm.demo.bulk import agreements, clients, offices, persons, tickets, touches
from huaweicrm.demo.bulk.stage import SIZES, Bulk, Say, Size, run
from huaweicrm.demo.world import World

Stage = tuple[str, Callable[[Bulk], int]]
STAGES: tuple[Stage, ...] = (
    ("organisation", offices.found),
    ("customers", clients.fill),
    ("contacts", persons.fill),
    ("contracts", agreements.fill),
    ("tickets", tickets.fill),
    ("interactions", touches.fill),
)


def load(
    world: World, size: str | Size, *, seed: int, say: Say, stages: Sequence[Stage] = STAGES
) -> Bulk:
    """Add the bulk of a size to a told world. A failing stage is named; its error goes on."""
    bulk = Bulk(world, SIZES[size] if isinstance(size, str) else size, seed)
    for name, work in stages:
        run(name, work, bulk, say)
    return bulk
