"""How much there is to be, what the stages share, and how one is run and timed."""

from __future__ import annotations

import datetime as dt
import random
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import connection, reset_queries, transaction

from accounts.models import OrgUnit
from core.models import TrailEntry, User
from huaweicrm.demo.world import World

Say = Callable[[str], object]


@dataclass(frozen=True)
class Size:
    """How many of what; `trail`: interactions are added until the trail has as many entries."""

    customers: int
    contacts: int
    tickets: int
    interactions: int
    regions: int
    offices: int
    trail: int = 0


SIZES = {
    "medium": Size(1_000, 10_000, 10_000, 10_000, regions=2, offices=3),
    "large": Size(10_000, 100_000, 100_000, 20_000, regions=4, offices=5, trail=1_000_000),
    "xlarge": Size(100_000, 300_000, 300_000, 100_000, regions=6, offices=10),
}


@dataclass
class Office:
    """A representative office of ours with its people by role."""

    unit: OrgUnit
    head: User
    people: dict[str, list[User]]


@dataclass(slots=True)
class Client:
    """What later stages need of a customer."""

    id: int
    name: str
    office: int
    team: tuple[int, int, int]
    contacts: list[int] = field(default_factory=list)
    contract: tuple[int, str, str, dt.date, dt.date] | None = None


@dataclass
class Bulk:
    """What the stages hand on. `at` is the day on which the bulk was entered first."""

    world: World
    size: Size
    seed: int
    batch: int = 1000
    offices: list[Office] = field(default_factory=list)
    clients: list[Client] = field(default_factory=list)

    @property
    def now(self) -> dt.datetime:
        """The instant the demo is told from."""
        return self.world.now

    def rng(self, *name: object) -> random.Random:
        """Random numbers of a stage and batch: the same for the same seed."""
        return random.Random(":".join(str(part) for part in (self.seed, *name)))

    def ago(self, days: float) -> dt.datetime:
        """So many days before now."""
        return self.now - dt.timedelta(days=days)


def run(name: str, work: Callable[[Bulk], int], bulk: Bulk, say: Say) -> None:
    """Run a stage in one transaction and say how fast it was. When it fails, what the stages
    before it wrote stands, and of this one nothing; the error goes on."""
    started, cpu = time.perf_counter(), time.process_time()
    before = _entries()
    try:
        with transaction.atomic():
            rows = work(bulk)
    except Exception:
        say(f"Stage “{name}” failed and left nothing; the stages before it stand: see the error,")
        say("then empty the database and load again.")
        raise
    forget_queries()
    took = max(time.perf_counter() - started, 0.001)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    say(
        f"{name:<14}{rows:>9,} rows {took:8.1f} s {rows / took:>9,.0f} rows/s"
        f"  trail +{_entries() - before:,}  cpu {time.process_time() - cpu:.0f} s  peak {peak} MB"
    )


def forget_queries() -> None:
    """Django keeps the SQL of a debug run: far too much here."""
    if connection.queries_logged:
        reset_queries()


def _entries() -> int:
    return TrailEntry.objects.count()
