"""Jobs of one process that must not stand in their own way.

A round of delivery lasts as long as there is something to deliver. When the next one is due, a
second thread would take it, and with two threads nobody would be left to sweep and to consume.
"""

from __future__ import annotations

import threading
from collections.abc import Callable


class Alone:
    """Runs each job in one thread at a time; who comes meanwhile leaves word that it is run once
    more, so that what was asked for after its beginning is done too."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[str] = set()
        self._again: set[str] = set()

    def run(self, name: str, job: Callable[[], object]) -> None:
        """Run now, or as soon as the run of another thread has ended. What a job raises ends it."""
        with self._lock:
            if name in self._running:
                self._again.add(name)
                return
            self._running.add(name)
        try:
            job()
            while self._is_asked_again(name):
                job()
        finally:
            with self._lock:
                self._running.discard(name)
                self._again.discard(name)

    def _is_asked_again(self, name: str) -> bool:
        """Whether somebody came meanwhile; else the job is over in the same moment."""
        with self._lock:
            if name in self._again:
                self._again.discard(name)
                return True
            self._running.discard(name)
            return False
