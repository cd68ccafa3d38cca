"""The stage of the bench: demo data, gunicorn with the floors beside the product."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psutil
import psycopg2

from huaweicrm.testing import processes

BASE = Path(__file__).resolve().parent.parent
WORKERS, THREADS, START_S = 2, 4, 180


def cpu_s(pid: int) -> float:
    """CPU seconds of a process since its start, user and system; 0 when it is gone.

    The scheduler's nanoseconds where the kernel tells them, else the ticks of /proc/PID/stat.
    """
    try:
        tasks = [task / "schedstat" for task in Path(f"/proc/{pid}/task").iterdir()]
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9
    except (OSError, ValueError, IndexError):
        pass
    try:
        times = psutil.Process(pid).cpu_times()
        return times.user + times.system
    except psutil.Error:
        return 0.0


class Stage:
    """Where rows are measured. `serve()` starts gunicorn once; everything stops with the stage."""

    def __init__(
        self, database_url: str, folder: Path, *, size: str, seed: int, redis_url: str = ""
    ) -> None:
        self.database_url, self.folder = database_url, folder
        self.size, self.seed, self.redis_url = size, seed, redis_url
        self.port = processes.free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self._server: subprocess.Popen | None = None
        self._stack = ExitStack()

    @property
    def environment(self) -> dict[str, str]:
        """The environment of every process of the stage: production's, on plain http."""
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "bench.floors.settings",
            "PYTHONPATH": str(BASE),
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "DATA_DIR": str(self.folder),
            "DEBUG": "0",
            "SECRET_KEY": "only-for-this-bench-" + "x" * 50,
            "EVIDENCE_KEY": "only-for-this-bench-" + "y" * 50,
            "SITE_URL": self.base_url,
            "ALLOWED_HOSTS": "127.0.0.1",
            "TWO_STEP_FORCED": "0",
            "LOG_LEVEL": "WARNING",
        }

    @property
    def command(self) -> list[str]:
        """How gunicorn is started."""
        return [
            *(sys.executable, "-m", "gunicorn", "bench.floors.wsgi", "-k", "gthread"),
            *("-w", str(WORKERS), "--threads", str(THREADS), "-b", f"127.0.0.1:{self.port}"),
            *("--keep-alive", "30", "--log-level", "warning"),
        ]

    def __enter__(self) -> Stage:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop gunicorn."""
        if self._server is not None:
            processes.stop(self._server)
            self._server = None

    def manage(self, *args: str) -> str:
        """Run `manage.py …`; its output. CalledProcessError when it fails."""
        done = subprocess.run(
            [sys.executable, "manage.py", *args],
            cwd=BASE,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"manage.py {' '.join(args)}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def serve(self) -> None:
        """Start gunicorn with two workers, as docs/operations.md says, and wait for it."""
        if self._server is not None:
            return
        if not (self.folder / "static").exists():
            self.manage("collectstatic", "--noinput", "-v0")
        log = self.folder / f"gunicorn-{self.port}.log"
        self._server = processes.spawn(self.command, log=log, cwd=BASE, env=self.environment)
        processes.wait_until(self._answers, self._server, log, START_S)

    def _answers(self) -> bool:
        try:
            link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            link.request("GET", "/healthz")
            return link.getresponse().status == 200
        except OSError:
            return False

    def pids(self) -> list[int]:
        """Gunicorn's master and workers."""
        if self._server is None:
            return []
        master = psutil.Process(self._server.pid)
        return [master.pid, *(child.pid for child in master.children(recursive=True))]

    def database_pids(self) -> list[int]:
        """The PostgreSQL processes of this database, without the one that is asked."""
        with self.connect() as link, link.cursor() as cursor:
            cursor.execute(
                "SELECT pid FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            found = [pid for (pid,) in cursor.fetchall()]
        link.close()
        return found

    def connect(self, name: str = "") -> psycopg2.extensions.connection:
        """A connection of our own to this database, or to another on the same server."""
        return psycopg2.connect(self.url_of(name))

    def url_of(self, name: str = "") -> str:
        """The address of another database on the same server."""
        parts = urlsplit(self.database_url)
        path = f"/{name}" if name else parts.path
        return urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))

    def load(self) -> str:
        """How busy the machine is: load averages, and the cores there are."""
        one, five, fifteen = os.getloadavg()
        return f"load {one:.1f} {five:.1f} {fifteen:.1f} on {os.cpu_count()} cores"

    def wait_for_quiet(self, seconds: float = 1.0) -> None:
        """Let what the last step began come to rest."""
        time.sleep(seconds)


class Installed(Stage):
    """The product without floors, as an installation starts it: by gunicorn.conf.py."""

    @property
    def environment(self) -> dict[str, str]:
        """As of every stage, with the place to listen at."""
        place = {"HOST": "127.0.0.1", "PORT": str(self.port)}
        return {**super().environment, **place, "WEB_CONCURRENCY": str(WORKERS)}

    @property
    def command(self) -> list[str]:
        """As docs/operations.md says."""
        return [sys.executable, "-m", "gunicorn"]
