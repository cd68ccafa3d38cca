"""`/healthz`: the process answers. `/readyz`: it should get traffic; what is late and why."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import clock
from core.lateness import lateness
from core.later import Later
from huaweicrm import prepare

quickbroker: Any = Later("huaweicrm.quickbroker")  # who has no broker needs no client of one


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
    """Migrations, the oldest due timer (over 120 s late fails), the outbox (a message that lies
    for 5 min fails; receivers that keep failing only degrade)."""
    if prepare.pending_migrations():
        return {"migrations": "failed"}
    late = lateness(now)
    return {
        "migrations": "ok",
        "timers": "failed" if late.timers else "ok",
        "outbox": "failed" if late.outbox else "degraded" if late.outside else "ok",
    }


def broker_check() -> str:
    """The broker only speeds things up: without it the state is degraded, never failed."""
    if not settings.REDIS_URL or quickbroker.answers(settings.REDIS_URL):
        return "ok"
    return "degraded"
