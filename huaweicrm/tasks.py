"""Celery tasks: take a name or ids, read the clock, call one function. No retries: rows wait."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import close_old_connections

from core import clock
from core.later import Later
from huaweicrm import embedded, heartbeat
from huaweicrm.alone import Alone
from huaweicrm.celery import AFTER_OTHERS, TASK, app

ALONE = Alone()
quickbroker: Any = Later("huaweicrm.quickbroker")


@app.task(name=TASK, max_retries=0)
def run(name: str) -> None:
    """Run one periodic job now."""
    try:
        if embedded.is_running():
            ALONE.run(name, lambda: heartbeat.run(name, now=clock.now()))
        else:
            heartbeat.run(name, now=clock.now())
    finally:
        close_old_connections()


def nudge(name: str) -> None:
    """Ask a worker for one run of a job. Raises OSError within a second when the broker is away.

    Without a broker, and outside `manage.py serve`, nobody would listen: nothing is sent.
    """
    if not settings.REDIS_URL:
        if embedded.is_running():
            run.apply_async((name,), retry=False, expires=30)
        return
    priority = AFTER_OTHERS.get(name, 0)
    quickbroker.publish(run, settings.REDIS_URL, name, expires=30, priority=priority)
