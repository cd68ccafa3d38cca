"""`python -m bench.chaos`: strikes the product where it hurts and counts what is lost or doubled.

    --timers N     due timers of the storm (10000)
    --seed S       of the data, the kills and the moods of the receivers (1)
    --only PART    storm, embedded, downtime, step, drain, outside; may be repeated
    --kills N      of the embedded server (20)
    --short        the storm in its short form, as the suite runs it

Everything runs on the loopback in a temporary folder. Exit code 0 when every promise held.
"""

from __future__ import annotations

import argparse
import importlib
import os
import subprocess
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import django

from bench.faults.house import UNSET, House, new_house

if TYPE_CHECKING:
    from bench.faults.tally import Tally

PARTS = ("storm", "embedded", "downtime", "step", "drain", "outside")


def main() -> int:
    """Run the parts one after the other, each in a process of its own."""
    words = argparse.ArgumentParser(prog="bench.chaos", description=__doc__)
    words.add_argument("--timers", type=int, default=10_000)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--only", action="append", choices=PARTS)
    words.add_argument("--kills", type=int, default=20)
    words.add_argument("--short", action="store_true")
    words.add_argument("--here", help=argparse.SUPPRESS)
    asked = words.parse_args()
    if asked.here:
        return run_part(asked.here, asked)
    chosen = asked.only or (["storm"] if asked.short else PARTS)
    if not asked.short:
        machine = f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
        print(f"{time.strftime('%Y-%m-%d %H:%M %Z')}, {machine}, seed {asked.seed}")
    codes = [
        subprocess.call([sys.executable, "-m", "bench.chaos", "--here", name, *sys.argv[1:]])
        for name in chosen
    ]
    return max(codes)


def run_part(name: str, asked: argparse.Namespace) -> int:
    """One part on a house of its own; 0 when it held."""
    production = name not in ("embedded", "drain")
    started, load = time.monotonic(), os.getloadavg()[0]
    for name_of in UNSET:
        os.environ.pop(name_of, None)
    with new_house(asked.seed, production=production) as house:
        os.environ.update(house.environment)
        os.environ["DJANGO_SETTINGS_MODULE"] = "huaweicrm.settings"
        django.setup()
        out = _part(name, house, asked)
        took = time.monotonic() - started
        out.print(f"{name} ({took:.0f} s, load {load:.1f} → {os.getloadavg()[0]:.1f})")
        if out.wrong and os.environ.get("CHAOS_LOGS"):
            for part in house.parts.values():
                print(f"--- {part.name}\n{part.log.read_text(errors='replace')[-3000:]}")
        sys.stdout.flush()
    return 1 if out.wrong else 0


def _part(name: str, house: House, asked: argparse.Namespace) -> Tally:
    """Imported late: the settings are read at import, and each part has its own."""
    part = importlib.import_module(f"bench.faults.{name}")
    few = max(50, asked.timers // 5)
    if name == "storm":
        plan = part.SHORT if asked.short else part.Plan(asked.timers, asked.seed)
        return part.run(house, replace(plan, seed=asked.seed))
    if name == "embedded":
        return part.run(house, timers=few, seed=asked.seed, kills=asked.kills)
    if name == "drain":
        return part.run(house)
    if name == "outside":
        return part.run(house, seed=asked.seed)
    return part.run(house, timers=few, seed=asked.seed)


if __name__ == "__main__":
    sys.exit(main())
