"""One process that is everything: waitress threads, a Celery worker and beat over memory://.

For one machine and about twenty people on SQLite. Ctrl-C or SIGTERM drains: no new request, the
running ones end, the running jobs end, all within twenty seconds.
"""

from __future__ import annotations

import logging
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from celery.beat import Scheduler, Service
from kombu.exceptions import OperationalError
from waitress import create_server, wasyncore
from waitress.channel import HTTPChannel
from waitress.task import WSGITask

from core.environment import flag
from huaweicrm import serving
from huaweicrm.celery import TASK
from huaweicrm.celery import app as celery_app

logger = logging.getLogger("huaweicrm.embedded")
WEB_THREADS = 8
JOB_THREADS = 2
DRAIN_WEB_S = 8.0
DRAIN_JOBS_S = 8.0
# A client that keeps its connection may be asking this very moment: it is answered with a goodbye.
LINGER_S = 2.0
# What fell due while nothing ran does not wait for the first tick of the beat.
AT_ONCE = ("sweep", "consume", "deliver")
_RUNNING = threading.Event()


class LastAnswer(WSGITask):
    """An answer that says goodbye while the server is leaving, so that no client asks again."""

    def build_response_header(self) -> bytes:
        """As waitress."""
        if getattr(self.channel.server, "is_leaving", False):
            self.request.headers["CONNECTION"] = "close"
        return super().build_response_header()


class Channel(HTTPChannel):
    """As waitress, with these answers."""

    task_class = LastAnswer


def is_running() -> bool:
    """True in the process whose worker listens on memory://."""
    return _RUNNING.is_set()


class Embedded:
    """Web, worker and beat of one process; `run` returns when a signal has drained them."""

    def __init__(self, application: Any, sock: socket.socket) -> None:
        self.stopping = threading.Event()
        self.server = create_server(
            application,
            sockets=[sock],
            threads=WEB_THREADS,
            ident="",
            clear_untrusted_proxy_headers=not flag("TRUSTED_PROXY"),
        )
        self.server.channel_class = Channel
        self.worker = celery_app.WorkController(
            pool="threads",
            concurrency=JOB_THREADS,
            hostname="embedded@localhost",
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
            quiet=True,
        )
        self.beat = Service(celery_app, scheduler_cls=Scheduler, max_interval=1)
        self.threads: dict[str, threading.Thread] = {}

    def run(self, ready: Callable[[], None]) -> None:
        """Start the three, call `ready`, wait for SIGINT or SIGTERM, drain."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_args: self.stopping.set())
        self._start("worker", self.worker.start)
        self._start("beat", self.beat.start)
        self._start("web", self.server.run)
        _RUNNING.set()
        with suppress(OperationalError):  # a broker that is away: the beat asks it again and again
            for name in AT_ONCE:
                celery_app.send_task(TASK, (name,), retry=False, expires=30)
        ready()
        while not self.stopping.wait(1.0):
            for name, thread in self.threads.items():
                if not thread.is_alive():
                    logger.error("thread_ended", extra={"thread_name": name})
                    self.stopping.set()
        self.drain()

    def drain(self) -> None:
        """Stop taking requests, let the running ones and the running jobs end."""
        _RUNNING.clear()
        self.beat.stop(wait=False)
        self._drain_web()
        self._drain_jobs()

    def _start(self, name: str, target: Callable[[], object]) -> None:
        thread = threading.Thread(target=target, name=name, daemon=True)
        self.threads[name] = thread
        thread.start()

    def _drain_web(self) -> None:
        self.server.is_leaving = True
        if serving.shut(self.server.socket):
            time.sleep(serving.QUIET_S)  # the loop takes in whoever stands in the queue
        self.server.trigger.pull_trigger(lambda: wasyncore.dispatcher.close(self.server))
        began = time.monotonic()
        while (since := time.monotonic() - began) < DRAIN_WEB_S and self.server.active_channels:
            if since > LINGER_S and not self._busy():
                break
            time.sleep(0.05)
        self.server.task_dispatcher.shutdown(cancel_pending=True, timeout=1)
        with suppress(OSError):  # a listener that was asked once more in its end took it along
            self.server.trigger.pull_trigger(lambda: wasyncore.close_all(self.server._map))

    def _busy(self) -> bool:
        channels = list(self.server.active_channels.values())
        return any(channel.requests or channel.total_outbufs_len for channel in channels)

    def _drain_jobs(self) -> None:
        stopper = threading.Thread(target=self.worker.stop, daemon=True)
        stopper.start()
        stopper.join(DRAIN_JOBS_S)
        self.threads["worker"].join(max(0.0, 1.0))
