"""Starts servers for a test run that cannot outlive it."""

from __future__ import annotations

import ctypes
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def spawn(
    command: Sequence[str | Path],
    *,
    log: Path,
    dies_by: signal.Signals = signal.SIGKILL,
    **more: Any,
) -> subprocess.Popen:
    """Start a server whose kernel sends it `dies_by` when the thread that started it ends."""

    def die_with_parent() -> None:
        _LIBC.prctl(PR_SET_PDEATHSIG, dies_by)

    with log.open("ab") as out:
        return subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent,
            **more,
        )


def wait_until(
    ready: Callable[[], bool], server: subprocess.Popen, log: Path, seconds: float = 30
) -> None:
    """Wait so long at most; RuntimeError with the log when the server ended or stays silent."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and server.poll() is None:
        if ready():
            return
        time.sleep(0.05)
    stop(server)
    raise RuntimeError(f"{server.args!r} did not start:\n{log.read_text(errors='replace')[-2000:]}")


def answers(port: int) -> bool:
    """True when something listens on the port of the loopback."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def stop(
    server: subprocess.Popen, number: signal.Signals = signal.SIGTERM, seconds: float = 10
) -> int:
    """Stop a server, by force after so many seconds; returns its exit code."""
    if server.poll() is None:
        server.send_signal(number)
        try:
            server.wait(seconds)
        except subprocess.TimeoutExpired:
            server.kill()
    return server.wait()
