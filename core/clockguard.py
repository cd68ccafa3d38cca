"""Holds outside channels while the wall clock cannot be trusted.

A wall clock that jumps (a wrong NTP server, a restored snapshot) makes timers fire that are not
due. Rows can be put right; a mail cannot be called back. So nothing leaves the house until three
ticks, seconds apart, agree with the monotonic clock again. A process that starts goes on from the
reading that the last heartbeat left, so that a restart forgets nothing.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time

from core import clock

logger = logging.getLogger("core.clockguard")
DRIFT_S = 300.0
AGREEING_TICKS = 3
TICK_S = 4.0


class ClockGuard:
    """Compares the wall with the monotonic clock, tick by tick."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: tuple[dt.datetime, float] | None = None
        self._missing = 0
        self._counted = 0.0

    @property
    def is_new(self) -> bool:
        """True before the first reading."""
        return self._last is None

    def resume(self, wall: dt.datetime, monotonic: float, *, holds: bool) -> None:
        """Go on from a reading that another process of this machine has left."""
        with self._lock:
            if self._last is None:
                self._last = (wall, monotonic)
                self._missing = AGREEING_TICKS if holds else 0

    @property
    def holds(self) -> bool:
        """True while outside channels wait."""
        return self._missing > 0

    def tick(self, wall: dt.datetime, monotonic: float) -> bool:
        """Note one reading of both clocks (monotonic in seconds); returns `holds`."""
        with self._lock:
            last, self._last = self._last, (wall, monotonic)
            if last is None:
                return self.holds
            drift = (wall - last[0]).total_seconds() - (monotonic - last[1])
            if abs(drift) > DRIFT_S:
                logger.warning("clock_jumped", extra={"drift_s": int(drift)})
                self._missing, self._counted = AGREEING_TICKS, monotonic
            elif self._missing and monotonic - self._counted >= TICK_S:
                self._missing, self._counted = self._missing - 1, monotonic
            return self.holds


class Watch:
    """Tells whether the wall clock jumped since a stretch of work began."""

    def __init__(self) -> None:
        self._wall, self._monotonic = clock.now(), time.monotonic()

    def has_jumped(self) -> bool:
        """True when wall and monotonic clock no longer agree."""
        passed = (clock.now() - self._wall).total_seconds()
        return abs(passed - (time.monotonic() - self._monotonic)) > DRIFT_S


GUARD = ClockGuard()
