"""The whole production form on one machine: servers, workers, beats, web, sinks; kept alive as a
supervisor would, until somebody kills, freezes or empties a part of it."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import redis
from django.core.management import call_command
from django.db import connection

from huaweicrm.testing import database, processes, tls
from huaweicrm.testing.postgres import DURABLE, Cluster, cluster
from huaweicrm.testing.valkey import binary

BASE = Path(__file__).resolve().parent.parent.parent
RESPAWN_S = 0.5
UNSET = ("DATABASE_URL", "REDIS_URL", "DEMO_NOW", "EMAIL_URL", "DEBUG", "SITE_URL")


@dataclass
class Part:
    """One supervised process group."""

    name: str
    command: list[str | Path]
    alive: subprocess.Popen | None = None
    frozen: bool = False
    wanted: bool = True
    kills: int = 0
    died_at: float = 0.0
    log: Path = Path()


@dataclass
class House:
    """Parts by name, and the environment they share."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    parts: dict[str, Part] = field(default_factory=dict)
    database: Cluster | None = None
    broker_port: int = 0
    stack: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> House:
        return self

    def __exit__(self, *_error: object) -> None:
        for part in self.parts.values():
            part.wanted = False
            self.signal(part, signal.SIGKILL)
        self.stack.close()

    def add(self, name: str, *command: str | Path) -> Part:
        """A process to keep alive from now on."""
        part = Part(name, list(command), log=self.folder / f"{name}.log")
        self.parts[name] = part
        self._spawn(part)
        return part

    def add_python(self, name: str, *words: str | Path) -> Part:
        """As `add`, a Python of this environment."""
        return self.add(name, sys.executable, *words)

    def _spawn(self, part: Part) -> None:
        clean = {key: value for key, value in os.environ.items() if key not in UNSET}
        part.frozen = False
        part.alive = processes.spawn(
            part.command,
            log=part.log,
            cwd=BASE,
            env={**clean, **self.environment},
            start_new_session=True,
        )

    def keep(self) -> None:
        """Start again what has died; call it often."""
        at = time.monotonic()
        for part in self.parts.values():
            if not part.wanted or part.alive is None or part.alive.poll() is None:
                continue
            part.died_at = part.died_at or at
            if at - part.died_at >= RESPAWN_S:
                part.died_at = 0.0
                self._spawn(part)

    def signal(self, part: Part, number: signal.Signals) -> None:
        """To the whole group of a part; a part that is gone is left alone."""
        if part.alive is None or part.alive.poll() is not None:
            return
        try:
            os.killpg(part.alive.pid, number)
        except ProcessLookupError:
            return
        part.kills += number == signal.SIGKILL
        if number == signal.SIGKILL:
            part.alive.wait()
        part.frozen = number == signal.SIGSTOP

    def run(self, *words: str) -> str:
        """A `manage.py` command; raises when it fails."""
        clean = {key: value for key, value in os.environ.items() if key not in UNSET}
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=BASE,
            env={**clean, **self.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"manage.py {words} failed:\n{done.stdout[-3000:]}")
        return done.stdout

    def wait(self, seconds: float, until: Callable[[], bool] = lambda: False) -> bool:
        """Supervise for so long, or until something is true; True when it became true."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.keep()
            if until():
                return True
            time.sleep(0.1)
        return until()

    def migrate(self) -> None:
        """The tables of this version: those kept from an earlier run, else made and kept."""
        path = kept_tables()
        if self.database is None:
            if database.template(BASE).exists():
                target = Path(self.environment["DATA_DIR"]) / "huaweicrm.sqlite3"
                database.copy(database.template(BASE), target)
            call_command("migrate", verbosity=0)
        elif not path.exists():
            call_command("migrate", verbosity=0)
            connection.close()
            path.parent.mkdir(parents=True, exist_ok=True)
            self.database.keep(path)

    def flush_broker(self) -> bool:
        """Empty the broker; False while it is away."""
        try:
            redis.Redis(port=self.broker_port, socket_timeout=2).flushall()
        except redis.RedisError:
            return False
        return True


def kept_tables() -> Path:
    """Where a migrated PostgreSQL is kept between runs."""
    return BASE / ".stamps" / "testdb" / f"pg-{database.fingerprint(BASE)}"


def furnish(house: House, seed: int, *, production: bool) -> None:
    """Servers and sinks, and the environment of everything else."""
    folder = house.folder
    folder.chmod(0o755)
    (folder / "data").mkdir()
    web_port, mail_port = processes.free_port(), processes.free_port()
    tls.certificate(folder)
    house.environment = {
        "DATA_DIR": str(folder / "data"),
        "SECRET_KEY": secrets.token_hex(32),
        "EVIDENCE_KEY": "evidence of a bench run",
        "LOG_LEVEL": "WARNING",
        "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
        "WEBHOOK_PRIVATE_HOSTS": "localhost",
        "WEBHOOK_CA_FILE": str(folder / "cert.pem"),
        "SINK_URL": f"https://localhost:{web_port}/hook",
        "PYTHONWARNINGS": "ignore",
    }
    words = [folder, str(seed), str(web_port), str(mail_port)]
    sink = house.add_python("sink", "-m", "bench.faults.sinks", *words)
    ready = lambda: processes.answers(mail_port)  # noqa: E731
    processes.wait_until(ready, sink.alive, sink.log)
    if production:
        house.database = house.stack.enter_context(cluster(DURABLE, kept=kept_tables()))
        house.broker_port = processes.free_port()
        house.environment |= {
            "DATABASE_URL": house.database.url,
            "REDIS_URL": f"redis://127.0.0.1:{house.broker_port}/0",
        }
        port = ("--port", str(house.broker_port), "--bind", "127.0.0.1")
        house.add("broker", binary(), *port, "--save", "", "--appendonly", "no", "--dir", folder)
    else:
        house.environment["PORT"] = str(processes.free_port())


def new_house(seed: int, *, production: bool = True) -> House:
    """A furnished house in a folder of its own."""
    folder = tempfile.TemporaryDirectory(prefix="huaweicrm-chaos-", ignore_cleanup_errors=True)
    house = House(Path(folder.name))
    house.stack.enter_context(folder)
    furnish(house, seed, production=production)
    return house


def staff(house: House, *, workers: int = 2, beats: int = 2, web_port: int = 0) -> None:
    """The processes of the product."""
    celery = ("-m", "celery", "-A", "huaweicrm")
    for number in range(1, workers + 1):
        name = f"worker{number}"
        quiet = ("-l", "warning", "--without-gossip", "--without-mingle")
        house.add_python(name, *celery, "worker", "-c", "2", *quiet, "-n", f"{name}@%h")
    for number in range(1, beats + 1):
        name = f"beat{number}"
        house.add_python(name, *celery, "beat", "-l", "warning", "-s", house.folder / name)
    if web_port:
        house.run("collectstatic", "--noinput")  # without them the server refuses to start
        bind = ("-b", f"127.0.0.1:{web_port}")
        house.add_python("web", "-m", "gunicorn", "huaweicrm.wsgi", *bind)
