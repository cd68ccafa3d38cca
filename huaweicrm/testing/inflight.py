"""Requests that a live server still answers: a test waits for them before its rows go."""

from __future__ import annotations

import threading
import time

from django.core.signals import request_finished, request_started

WAIT_S = 5.0
_threads: set[threading.Thread] = set()


def listen() -> None:
    """Note from now on which threads answer something (the test's own client is none of them)."""
    request_started.connect(_started, weak=False, dispatch_uid="inflight")
    request_finished.connect(_finished, weak=False, dispatch_uid="inflight")


def settle() -> None:
    """Return when nothing is being answered any more, at the latest after `WAIT_S` seconds.

    A closed tab ends no request: what it still writes would meet tables that are being emptied.
    """
    until = time.monotonic() + WAIT_S
    while any(thread.is_alive() for thread in set(_threads)) and time.monotonic() < until:
        time.sleep(0.02)
    _threads.clear()


def _started(**_more: object) -> None:
    if threading.current_thread() is not threading.main_thread():
        _threads.add(threading.current_thread())


def _finished(**_more: object) -> None:
    _threads.discard(threading.current_thread())
