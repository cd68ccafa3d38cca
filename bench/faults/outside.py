"""What is not ours fails: broker away or silent, receivers silent, workers gone."""

from __future__ import annotations

import datetime as dt
import json
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Callable

from django.db import connection
from django.utils import timezone

from bench.faults import load, tally
from bench.faults.house import House, staff
from bench.faults.storm import is_ready, wait_for_quiet
from core.models import Timer
from huaweicrm.testing import processes

WRITES = 10
SLOWEST_S = 5.0


class Client:
    """A machine that opens tickets, and what the house says about itself."""

    def __init__(self, port: int, token: str, customer: int) -> None:
        self.base, self.token, self.customer = f"http://127.0.0.1:{port}", token, customer

    def write(self) -> tuple[int, float]:
        """Open a ticket; status and seconds."""
        body = {"customer": self.customer, "title": "断站", "severity": "major"}
        body |= {"ticket_class": "fault", "channel": "phone"}
        head = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        url, data = f"{self.base}/api/v1/tickets/", json.dumps(body).encode()
        began = time.monotonic()
        try:
            with urllib.request.urlopen(
                urllib.request.Request(url, data, head), timeout=30
            ) as answer:
                status = answer.status
        except urllib.error.HTTPError as error:
            status = error.code
        return status, time.monotonic() - began

    def ready(self) -> tuple[int, dict]:
        """`/readyz`."""
        try:
            with urllib.request.urlopen(f"{self.base}/readyz", timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)


def run(house: House, *, seed: int) -> tally.Tally:
    """One failure after the other."""
    out = tally.Tally()
    house.migrate()
    now = timezone.now()
    load.fill(100, seed=seed, now=now, first=now + dt.timedelta(seconds=20), span_s=5)
    tally.remember_due(now + dt.timedelta(seconds=25))
    customer = tally.one("SELECT MIN(id) FROM accounts_customer")
    connection.close()
    port = processes.free_port()
    staff(house, beats=1, web_port=port)
    house.wait(60, lambda: is_ready(port))
    token = house.run("create_token", "root", "--scopes", "all").split()[-1]
    client = Client(port, token, customer)
    _check(house, out, client, "all there", "ok")
    broker, sink = house.parts["broker"], house.parts["sink"]
    broker.wanted = False
    house.signal(broker, signal.SIGKILL)
    _check(house, out, client, "broker away", "degraded")
    broker.wanted = True
    house.wait(5)
    house.signal(broker, signal.SIGSTOP)
    _check(house, out, client, "broker silent", "degraded")
    house.signal(broker, signal.SIGCONT)
    house.wait(20, lambda: is_ready(port))
    house.signal(sink, signal.SIGSTOP)
    _check(house, out, client, "receivers silent", "degraded", wait_s=150)
    house.signal(sink, signal.SIGCONT)
    _recovered, quiet = wait_for_quiet(house, time.monotonic(), 300)
    out.figures["receivers back: last message out"] = f"{quiet:.0f} s"
    tally.inside(out, without=("notes without mail",))
    tally.outside(out, house.folder / "sink.log")
    _stand_still(house, out, client)
    return out


def _check(
    house: House, out: tally.Tally, client: Client, name: str, wanted: str, *, wait_s: float = 10
) -> None:
    """Ten tickets are opened, quickly enough, and the house knows its state."""
    done = [client.write() for _number in range(WRITES)]
    out.zero(f"{name}: tickets refused", sum(1 for status, _took in done if status != 201))
    out.most(f"{name}: slowest write", max(took for _status, took in done), SLOWEST_S, " s")
    _says(house, out, client, name, lambda found: found == (200, wanted), wait_s)


def _says(
    house: House,
    out: tally.Tally,
    client: Client,
    name: str,
    right: Callable[[tuple[int, str]], bool],
    wait_s: float,
) -> None:
    def found() -> tuple[int, str]:
        status, said = client.ready()
        return status, said["status"]

    house.wait(wait_s, lambda: right(found()))
    status, said = client.ready()
    out.figures[f"{name}: /readyz"] = f"{status} {said['status']} {json.dumps(said['checks'])}"
    if not right((status, said["status"])):
        out.wrong.append(f"{name}: /readyz says {status} {said['status']}")


def _stand_still(house: House, out: tally.Tally, client: Client) -> None:
    """No worker for two minutes: red."""
    for name in ("worker1", "worker2", "beat1"):
        house.parts[name].wanted = False
        house.signal(house.parts[name], signal.SIGKILL)
    at = timezone.now() - dt.timedelta(seconds=130)
    Timer.objects.create(kind="bench", due_at=at, next_try_at=at, armed_at=at)
    _says(house, out, client, "timer 130 s late", lambda found: found[0] == 503, 10)
