"""SIGTERM while eight clients ask without a break: gunicorn, and the embedded server."""

from __future__ import annotations

import signal
import sys
import time

from bench.faults import tally
from bench.faults.house import House
from huaweicrm.testing import hammer, processes

WAYS = {"gunicorn": ("-m", "gunicorn"), "serve": ("manage.py", "serve")}
ROUNDS = 3


def run(house: House) -> tally.Tally:
    """Three times each."""
    out = tally.Tally()
    house.migrate()
    house.environment["DEBUG"] = "1"
    for name, words in WAYS.items():
        for number in range(1, ROUNDS + 1):
            _once(house, out, f"{name} {number}", words)
    return out


def _once(house: House, out: tally.Tally, name: str, words: tuple[str, ...]) -> None:
    port = processes.free_port()
    house.environment["PORT"] = str(port)
    part = house.add(name, sys.executable, *words)
    house.wait(60, lambda: processes.answers(port))
    part.wanted = False
    clients = hammer.Hammer(port, "/accounts/login/")
    clients.start()
    house.wait(60, lambda: clients.counts["answered"] > 100)
    began, before = time.monotonic(), clients.counts["answered"]
    part.alive.send_signal(signal.SIGTERM)
    code = part.alive.wait(30)
    took = time.monotonic() - began
    clients.wait()
    after = clients.counts["answered"] - before
    out.figures[f"{name}: answered before / after SIGTERM"] = f"{before} / {after}"
    lost = clients.counts["dropped"] + clients.counts["failed"]
    out.zero(f"{name}: dropped or failed", lost + abs(code))
    out.most(f"{name}: ended within", took, 20, " s")
