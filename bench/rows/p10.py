"""P10: from due to the hands of the channel, with a worker killed and two schedulers.

`P10=RATE,SECONDS,OPEN` scales it: 500 due a second for 60 seconds beside a million open timers.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
from contextlib import closing

import psycopg2

from bench.faults.house import BASE, UNSET, House, new_house, staff
from bench.lines import Line
from bench.stage import Stage

NEEDS_SERVER = False
WORK = "from due to the channel"
DEFAULT = "500,60,1000000"
SWEEP_S = 1
TAIL_S, START_S = 90, 240


def measure(stage: Stage) -> list[Line]:
    """Seconds from due to the receiver of mail, in a house of its own with a sweep each second."""
    rate, seconds, many = (int(word) for word in os.environ.get("P10", DEFAULT).split(","))
    with new_house(stage.seed) as house:
        house.environment |= {
            "SWEEP_S": str(SWEEP_S),
            "DJANGO_SETTINGS_MODULE": "huaweicrm.settings",
        }
        (house.folder / "mood").write_text("ok")
        house.run("migrate", "-v0")
        staff(house)
        if not house.wait(START_S, lambda: _beats(house)):
            raise RuntimeError("no worker has begun")
        first = dt.datetime.fromisoformat(_run(house, "fill", rate, seconds, many).strip())
        late = max(0.0, (_now() - first).total_seconds())
        house.wait(max(0.0, (first - _now()).total_seconds()) + seconds / 3)
        house.signal(house.parts["worker1"], signal.SIGKILL)
        house.wait(seconds * 2 / 3)
        house.wait(TAIL_S + seconds, lambda: _taken(house) >= rate * seconds)
        house.wait(2)
        said = _said(house)
        said["came"] = max(said["came"], 1)
    note = (
        f"{said['came']:,.0f} mails, {rate} due a second for {seconds} s, {many:,} open;"
        f" worst {said['worst']:.1f} s, filled {late:.0f} s late"
    )
    return [
        Line(
            "P10", WORK, "p50 of lateness", said["p50"], "s", None, note=f"sweep each {SWEEP_S} s"
        ),
        Line("P10", WORK, "p99 of lateness", said["p99"], "s", SWEEP_S + 0.5, SWEEP_S + 0.2, note),
        Line("P10", WORK, "lost", said["lost"], "", 0),
        Line("P10", WORK, "effects doubled", said["doubled"], "", 0),
        Line("P10", WORK, "received twice, with one key", 100 * said["repeated"] / said["came"],
             "%", 1, note="a deliverer killed between sending and writing it down"),
    ]  # fmt: skip


def _beats(house: House) -> bool:
    """Whether somebody has swept."""
    if house.database is None:
        return False
    with closing(psycopg2.connect(house.database.url)) as link, link.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM core_heartbeat WHERE name = 'sweep'")
        return cursor.fetchone()[0] > 0


def _taken(house: House) -> int:
    """Lines in the book of the receivers."""
    return (house.folder / "sink.log").read_bytes().count(b"\n")


def _said(house: House) -> dict[str, float]:
    return json.loads(_run(house, "read", house.folder / "sink.log"))


def _run(house: House, *words: object) -> str:
    clean = {key: value for key, value in os.environ.items() if key not in UNSET}
    env = {**clean, **house.environment, "STATEMENT_TIMEOUT": "600"}
    done = subprocess.run(
        [sys.executable, "-m", "bench.faults.pace", *map(str, words)],
        cwd=BASE, env=env, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    return done.stdout


def _now() -> dt.datetime:
    return dt.datetime.now(dt.timezone.utc)
