"""One process on SQLite, killed again and again in the middle of its work."""

from __future__ import annotations

import datetime as dt
import random
import signal
import sqlite3
import time
from pathlib import Path

from django.utils import timezone

from bench.faults import load, tally
from bench.faults.house import House
from bench.faults.storm import readiness, wait_for_quiet


def run(house: House, *, timers: int, seed: int, kills: int) -> tally.Tally:
    """Kill `manage.py serve` so many times while it sweeps, consumes and delivers."""
    out, rng = tally.Tally(), random.Random(seed)
    house.migrate()
    now = timezone.now()
    first = now + dt.timedelta(seconds=10 + timers // 60)
    tally.remember_due(load.fill(timers, seed=seed, now=now, first=first, span_s=4 * kills))
    house.environment["DEBUG"] = "1"
    port = int(house.environment["PORT"])
    serve = house.add_python("serve", "manage.py", "serve", "--port", str(port))
    house.wait(300, lambda: timezone.now() >= first)
    for _number in range(kills):
        house.wait(60, lambda: readiness(port)[:3].isdigit())  # the port opens long before
        house.wait(rng.uniform(0.3, 3.0))
        house.signal(serve, signal.SIGKILL)
    ended = time.monotonic()
    recovered, quiet = wait_for_quiet(house, ended, 300)
    out.figures["timers due"] = tally.one("SELECT COUNT(*) FROM bench_due")
    out.figures["killed -9"] = kills
    out.most("recovery inside, timers and events", recovered, 30, " s")
    out.figures["last message out, with its back-off"] = f"{quiet:.0f} s"
    tally.inside(out)
    tally.outside(out, house.folder / "sink.log")
    house.signal(serve, signal.SIGKILL)
    path = Path(house.environment["DATA_DIR"]) / "huaweicrm.sqlite3"
    with sqlite3.connect(path) as opened:
        said = opened.execute("PRAGMA integrity_check").fetchall()
    out.figures["integrity_check"] = said[0][0]
    out.zero("integrity not ok", 0 if said == [("ok",)] else 1)
    return out
