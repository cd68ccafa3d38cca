"""A hint that work is waiting: the periodic jobs would find it anyway, a few seconds later.

A nudge never fails its caller and is never the only path.
"""

from __future__ import annotations

import logging
import threading
import time
from functools import partial

from django.db import transaction

from core import registry

logger = logging.getLogger("core.nudge")
SPACING_S = 0.5
REST_S = 30.0
_LOCK = threading.Lock()
_QUIET_UNTIL: dict[str, float] = {}


def soon(job: str) -> None:
    """After this transaction, ask for one run of a periodic job: `sweep`, `consume`, `deliver`."""
    transaction.on_commit(partial(_send, job), robust=True)


def _send(job: str) -> None:
    """Pass the hint on, at most twice a second a job; after a failure rest for 30 s."""
    at = time.monotonic()
    with _LOCK:
        if at < max(_QUIET_UNTIL.get(job, 0.0), _QUIET_UNTIL.get("", 0.0)):
            return
        _QUIET_UNTIL[job] = at + SPACING_S
    path = registry.entry("NUDGE")
    if path is None:
        return
    try:
        registry.load(path)(job)
    except OSError as error:
        _QUIET_UNTIL[""] = time.monotonic() + REST_S
        logger.warning("nudge_failed", extra={"job": job, "why": type(error).__name__})
