"""`/healthz`: the process answers. `/readyz`: it should get traffic; what is late and why."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu import Connection
from kombu.exceptions import KombuError

from core import clock
from core.models import OutboxMessage, Timer
from huaweicrm import prepare

TIMER_LATE = dt.timedelta(seconds=120)
OUTBOX_LATE = dt.timedelta(minutes=5)
QUICK = {"socket_connect_timeout": 1, "socket_timeout": 1}


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the process answers; touches nothing else."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 ok or degraded, 503 failed; one word per check, no names and no figures of business."""
    now = clock.now()
    try:
        checks = {"database": "ok", **database_checks(now)}
    except DatabaseError:
        checks = {"database": "failed"}
    checks["broker"] = broker_check()
    words = set(checks.values())
    status = "failed" if "failed" in words else "degraded" if "degraded" in words else "ok"
    return JsonResponse(
        {"status": status, "checks": checks}, status=503 if status == "failed" else 200
    )


def database_checks(now: dt.datetime) -> dict[str, Any]:
    """Migrations, the oldest due timer (over 120 s late fails), the outbox (over 5 min fails)."""
    if prepare.pending_migrations():
        return {"migrations": "failed"}
    late_timer = Timer.objects.due(now - TIMER_LATE).exists()
    late_mail = OutboxMessage.objects.filter(
        state=OutboxMessage.State.PENDING, due_at__lt=now - OUTBOX_LATE
    ).exists()
    return {
        "migrations": "ok",
        "timers": "failed" if late_timer else "ok",
        "outbox": "failed" if late_mail else "ok",
    }


def broker_check() -> str:
    """The broker only speeds things up: without it the state is degraded, never failed."""
    if not settings.REDIS_URL:
        return "ok"
    try:
        with Connection(settings.REDIS_URL, transport_options=QUICK) as connection:
            connection.ensure_connection(max_retries=1, timeout=1)
    except (OSError, KombuError):
        return "degraded"
    return "ok"
