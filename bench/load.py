"""A bounded client on the loopback: interleaved rounds, medians, CPU of what served."""

from __future__ import annotations

import http.client
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bench.lines import Line
from bench.stage import Stage, cpu_s

ROUNDS, REQUESTS, BATCH_S, TOGETHER = 5, 20, 4.0, 8


@dataclass(frozen=True)
class Call:
    """One request. `bodies` makes the body of the n-th and whatever headers change with it."""

    path: str
    headers: dict[str, str] = field(default_factory=dict)
    method: str = "GET"
    bodies: Callable[[], tuple[bytes, dict[str, str]]] | None = None
    expected: int = 200

    def send(self, link: http.client.HTTPConnection, **more: str) -> tuple[float, int, str]:
        """Send it; milliseconds, bytes and the counted SQL. RuntimeError for another status."""
        body, changing = self.bodies() if self.bodies else (None, {})
        started = time.perf_counter()
        link.request(self.method, self.path, body, {**self.headers, **changing, **more})
        response = link.getresponse()
        text = response.read()
        took = (time.perf_counter() - started) * 1000
        if response.status != self.expected:
            raise RuntimeError(f"{self.method} {self.path}: {response.status} {text[:400]!r}")
        return took, len(text), response.headers.get("X-Bench-SQL", "")


@dataclass
class Seen:
    """What a request cost: a value a round, and what is the same each time."""

    cpu: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    alone: list[float] = field(default_factory=list)
    together: list[float] = field(default_factory=list)
    sql: int = 0
    size: int = 0

    @property
    def cpu_ms(self) -> float:
        """CPU of application and database a request: the median over the rounds."""
        return statistics.median(self.cpu)

    def percentile(self, share: float) -> float:
        """Milliseconds within which this share of the requests was answered, one at a time."""
        ordered = sorted(self.took)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    def ratio(self, floor: Seen) -> float:
        """CPU against that of a floor, round by round: the median."""
        pairs = zip(self.cpu, floor.cpu, strict=True)
        return statistics.median(mine / its for mine, its in pairs)

    def facts(self, row: str, work: str) -> list[Line]:
        """The lines that are shown and not judged."""
        return [
            Line(row, work, "CPU", self.cpu_ms, "ms"),
            Line(row, work, "SQL", self.sql, ""),
            Line(row, work, "size", self.size / 1024, "KB"),
            Line(row, work, "alone", statistics.median(self.alone), "req/s"),
            *(
                [Line(row, work, "with 8", statistics.median(self.together), "req/s")]
                if self.together
                else []
            ),
            Line(row, work, "p50", self.percentile(0.5), "ms"),
            Line(row, work, "p95", self.percentile(0.95), "ms"),
        ]


def link_to(stage: Stage) -> http.client.HTTPConnection:
    """A connection to the server of a stage."""
    parts = urlsplit(stage.base_url)
    return http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)


def together(stage: Stage, call: Call, requests: int, clients: int = TOGETHER) -> float:
    """Requests per second with several clients at once; none sends more than its share."""
    wrong: list[BaseException] = []

    def client() -> None:
        link = link_to(stage)
        until = time.monotonic() + BATCH_S
        try:
            for _each in range(max(1, requests // clients)):
                call.send(link)
                done.append(1)
                if time.monotonic() > until:
                    break
        except (OSError, RuntimeError, http.client.HTTPException) as error:
            wrong.append(error)
        finally:
            link.close()

    done: list[int] = []
    threads = [threading.Thread(target=client) for _each in range(clients)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise wrong[0]
    return len(done) / (time.perf_counter() - started)


def spent(stage: Stage) -> dict[int, float]:
    """CPU seconds of every process that serves, by process."""
    return {pid: cpu_s(pid) for pid in [*stage.pids(), *stage.database_pids()]}


def alone(stage: Stage, call: Call, seen: Seen, requests: int) -> None:
    """One batch, one request after the other, with the CPU that it took."""
    link = link_to(stage)
    call.send(link)
    before, started = spent(stage), time.perf_counter()
    took: list[float] = []
    while len(took) < requests and time.perf_counter() - started < BATCH_S:
        took.append(call.send(link)[0])
    wall = time.perf_counter() - started
    after = spent(stage)
    link.close()
    used = sum(max(0.0, value - before.get(pid, 0.0)) for pid, value in after.items())
    seen.cpu.append(used * 1000 / len(took))
    seen.took += took
    seen.alone.append(len(took) / wall)


def warm(stage: Stage, call: Call, seen: Seen) -> None:
    """Let both workers meet the address, then count its SQL and bytes once they know it."""
    together(stage, call, 32)
    for _each in range(8):
        link = link_to(stage)
        _took, seen.size, counted = call.send(link, **{"X-Bench-Count": "1"})
        seen.sql = int(counted or 0)
        link.close()


def side_by_side(
    stage: Stage,
    calls: dict[str, Call],
    *,
    rounds: int = ROUNDS,
    requests: int = REQUESTS,
    crowd: Sequence[str] | None = None,
) -> dict[str, Seen]:
    """Measure calls in turn, round after round; each round begins with another one.

    `crowd` names the calls that are also measured with eight clients at once (default: all).
    """
    stage.serve()
    seen = {name: Seen() for name in calls}
    for name, call in calls.items():
        warm(stage, call, seen[name])
    names = list(calls)
    for turn in range(rounds):
        order = names[turn % len(names) :] + names[: turn % len(names)]
        for name in order:
            alone(stage, calls[name], seen[name], requests)
        for name in order if turn < 3 else ():
            if crowd is None or name in crowd:
                seen[name].together.append(together(stage, calls[name], requests * 2))
    return seen
