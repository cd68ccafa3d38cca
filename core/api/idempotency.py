"""Idempotency-Key: the first answer to a POST is kept 24 h, in the transaction of its effect."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from core.api.problems import IdempotencyRefused
from core.api.throttles import principal_of
from core.errors import Invalid
from core.models import IdempotencyRecord
from core.trail import canonical

KEPT = dt.timedelta(hours=24)
MAX_KEY = 200
HEADERS = ("ETag", "Location")
"""Of an answer: what a repeated one says as the first did."""


def once(
    request: Any, now: dt.datetime, effect: Callable[[], Response], *, whole: bool = False
) -> Response:
    """Run an effect in one transaction; repeat the first answer when the key is known.

    An effect that is a `whole` transaction itself needs none around it where there is no key.

    Raises IdempotencyRefused (409) for the same key with another body or while the first runs.
    A failed effect leaves nothing, so it may be tried again with the same key.
    """
    key = _key_of(request)
    if whole and not key:
        return effect()
    with transaction.atomic():
        if not key:
            return effect()
        record, is_new = _claimed(request, key, now)
        if not is_new:
            return _repeated(record)
        response = effect()
        record.status = response.status_code
        record.body = JSONRenderer().render(response.data).decode()
        record.headers = {name: response[name] for name in HEADERS if name in response}
        record.save(update_fields=["status", "body", "headers"])
        return response


def _key_of(request: Any) -> str:
    key = request.headers.get("Idempotency-Key", "")
    if key and (len(key) > MAX_KEY or not (key.isascii() and key.isprintable())):
        raise Invalid(_("Idempotency-Key takes 1 to 200 visible ASCII characters."))
    return key


def _claimed(request: Any, key: str, now: dt.datetime) -> tuple[IdempotencyRecord, bool]:
    where = {
        "principal": principal_of(request),
        "method": request.method,
        "path": request.path[:300],
        "key": key,
    }
    fingerprint = hashlib.sha256(canonical(request.data).encode()).hexdigest()
    _lock(where)
    rows = IdempotencyRecord.objects.filter(**where)
    rows.filter(created_at__lte=now - KEPT).delete()
    record = rows.first()
    if record is None:
        try:
            with transaction.atomic():
                return (
                    IdempotencyRecord.objects.create(
                        **where, fingerprint=fingerprint, created_at=now
                    ),
                    True,
                )
        except IntegrityError:
            record = rows.get()
    if record.fingerprint != fingerprint:
        raise IdempotencyRefused(
            "idempotency-conflict", _("This key was sent with another body before.")
        )
    if record.status is None:
        raise _running()
    return record, False


def _lock(where: dict[str, str]) -> None:
    """PostgreSQL says at once that the first request runs; SQLite has one writer at a time."""
    if connection.vendor != "postgresql":
        return
    digest = hashlib.sha256("\n".join(where.values()).encode()).digest()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(%s)",
            [int.from_bytes(digest[:8], "big", signed=True)],
        )
        if not cursor.fetchone()[0]:
            raise _running()


def _running() -> IdempotencyRefused:
    return IdempotencyRefused(
        "idempotency-running", _("The first request with this key is still running.")
    )


def _repeated(record: IdempotencyRecord) -> Response:
    return Response(
        json.loads(record.body) if record.body else None,
        status=record.status,
        headers={**(record.headers or {}), "Idempotency-Replayed": "true"},
    )


def forget_old(now: dt.datetime) -> int:
    """Delete answers older than 24 h; a periodic job."""
    deleted, _by_model = IdempotencyRecord.objects.filter(created_at__lte=now - KEPT).delete()
    return deleted
