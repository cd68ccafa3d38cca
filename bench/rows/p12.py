"""P12: memory of a worker and of the embedded process, and what they keep after much work."""

from __future__ import annotations

import http.client
import itertools
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.lines import Line
from bench.load import Call, link_to
from bench.people import person, session
from bench.rows import p14
from bench.stage import BASE, Installed, Stage
from huaweicrm.testing import processes

NEEDS_SERVER = True
REQUESTS, TICKS = 10_000, 720
SELDOM = 240
"""Jobs of half an hour and more run at every so many ticks: nightly ones at each take hours."""
FILLED_S = 300
"""So long may the first start take, which loads the small demo."""
READERS = ("zhou", "shen", "mo", "admin")
PAGES = ("/", "/risks/", "/commitments/", "/search/?q=lan", "/me/notifications/", *p14.LISTS)
TICK = """
import django, gc, os; django.setup()
from core import clock
from huaweicrm import heartbeat
from bench.rows.p12 import SELDOM, TICKS, pss
often = [name for name, (period, _path) in heartbeat.jobs().items() if period < 1800]
def tick(number):
    for turn in range(number):
        heartbeat.run_all(often if turn % SELDOM else heartbeat.jobs(), clock.now)
    gc.collect()
    return pss(os.getpid())
first = tick(TICKS // 10); print(first, tick(TICKS))
"""


def measure(stage: Stage) -> list[Line]:
    """Proportional set size, in MB."""
    workers = _workers(stage)
    ticked = _ticked(stage)
    return [*workers, *ticked, _embedded()]


def pss(pid: int) -> float:
    """MB of a process, shared pages counted by share."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return next(int(line.split()[1]) for line in rollup.splitlines() if line[:4] == "Pss:") / 1024


def _workers(stage: Stage) -> list[Line]:
    """Of the product alone: floors are not in anybody's workers."""
    readers = [session(person(name)) for name in READERS]
    alone = Installed(
        stage.database_url,
        stage.folder,
        size=stage.size,
        seed=stage.seed,
        redis_url=stage.redis_url,
    )
    with alone:
        alone.serve()
        _ask(alone, readers, REQUESTS // 10)
        first = max(pss(pid) for pid in alone.pids()[1:])
        _ask(alone, readers, REQUESTS)
        last = max(pss(pid) for pid in alone.pids()[1:])
    note = f"the larger of two, after {REQUESTS // 10:,} requests {first:.0f} MB"
    return [
        Line("P12", "gunicorn worker", "PSS", last, "MB", 90, 70, note),
        Line(
            "P12", "gunicorn worker", f"growth over {REQUESTS:,} requests", last - first, "MB", 10
        ),
    ]


def _ask(stage: Stage, readers: list[dict[str, str]], number: int) -> None:
    """So many requests by one client for each reader, the pages in turn."""

    def client(headers: dict[str, str]) -> None:
        link = link_to(stage)
        for path in itertools.islice(itertools.cycle(PAGES), number // len(readers)):
            Call(path, headers).send(link)
        link.close()

    with ThreadPoolExecutor(len(readers)) as pool:
        for done in [pool.submit(client, headers) for headers in readers]:
            done.result()


def _ticked(stage: Stage) -> list[Line]:
    done = subprocess.run(
        [sys.executable, "-c", TICK],
        cwd=BASE, env=stage.environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    first, last = map(float, done.stdout.split()[-2:])
    return [
        Line("P12", "every job of the heartbeat", f"growth over {TICKS} ticks", last - first, "MB",
             10, note=f"{last:.0f} MB at the end"),
    ]  # fmt: skip


def _embedded() -> Line:
    """`manage.py serve --demo` on SQLite, after its first pages."""
    with tempfile.TemporaryDirectory(prefix="huaweicrm-embedded-") as name:
        port = processes.free_port()
        clean = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        server = processes.spawn(
            [sys.executable, "manage.py", "serve", "--demo"],
            log=Path(name) / "log", cwd=BASE,
            env={**clean, "DATA_DIR": name, "PORT": str(port), "DEBUG": "0", "REDIS_URL": "",
                 "DJANGO_SETTINGS_MODULE": "huaweicrm.settings"},
        )  # fmt: skip
        try:
            processes.wait_until(lambda: _is_ready(port), server, Path(name) / "log", FILLED_S)
            for _round in range(50):
                _is_ready(port, "/login/")
            return Line("P12", "embedded process", "PSS", pss(server.pid), "MB", 120, 90)
        finally:
            processes.stop(server)


def _is_ready(port: int, path: str = "/readyz") -> bool:
    try:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        link.request("GET", path)
        return link.getresponse().status == 200
    except OSError:
        return False
