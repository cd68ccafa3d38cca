"""Holds outside channels while the wall clock cannot be trusted.

A wall clock that jumps (a wrong NTP server, a restored snapshot) makes timers fire that are not
due. Rows can be put right; a mail cannot be called back. So nothing leaves the house until three
ticks in a row agree with the monotonic clock again.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading

logger = logging.getLogger("core.clockguard")
DRIFT_S = 300.0
AGREEING_TICKS = 3


class ClockGuard:
    """Compares the wall with the monotonic clock, tick by tick."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: tuple[dt.datetime, float] | None = None
        self._missing = 0

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
                self._missing = AGREEING_TICKS
            elif self._missing:
                self._missing -= 1
            return self.holds


GUARD = ClockGuard()
