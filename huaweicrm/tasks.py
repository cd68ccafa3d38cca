"""Celery tasks: take a name or ids, read the clock, call one function. No retries: rows wait."""

from __future__ import annotations

from django.conf import settings
from django.db import close_old_connections
from kombu.exceptions import KombuError

from core import clock
from huaweicrm import embedded, heartbeat
from huaweicrm.celery import TASK, app


@app.task(name=TASK, max_retries=0)
def run(name: str) -> None:
    """Run one periodic job now."""
    try:
        heartbeat.run(name, now=clock.now())
    finally:
        close_old_connections()


def nudge(name: str) -> None:
    """Ask a worker for one run of a job. Raises OSError when the broker cannot be reached.

    Without a broker, and outside `manage.py serve`, nobody would listen: nothing is sent.
    """
    if not settings.REDIS_URL and not embedded.is_running():
        return
    try:
        run.apply_async((name,), retry=False, expires=30)
    except KombuError as error:
        raise ConnectionError(str(error)) from error
