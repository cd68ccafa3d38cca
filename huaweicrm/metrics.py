"""`/metrics`: figures for Prometheus. No names, no customers: counts, ages and durations.

Durations of requests are counted in each web process; gunicorn's processes share them through the
folder PROMETHEUS_MULTIPROC_DIR (gunicorn.conf.py). What waits, and how long, is asked of the
database at each scrape, so any process of any machine gives the same answer.
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
import time
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from core import clock, policy
from core.models import Heartbeat, LoginAttempt, OutboxMessage
from core.policies_signin import ATTEMPTS, LOCK_MIN
from huaweicrm import VERSION

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15)
MOST = 100_000
LATEST = 1000
_OWN = CollectorRegistry()
REQUESTS = Histogram(
    "huaweicrm_request_seconds",
    "Time to answer, by method, route and status.",
    ["method", "route", "status"],
    buckets=SECONDS,
    registry=_OWN,
)
DATABASE = Histogram(
    "huaweicrm_request_database_seconds",
    "Time that the database took of a request.",
    buckets=SECONDS,
    registry=_OWN,
)
NEVER = "CAST(NULL AS timestamp)"
# Counting stops at MOST rows; each part is served by an index of its own.
LEVELS = {
    "timers_open": f"SELECT id, {NEVER} AS at FROM core_timer WHERE state = 'armed'",
    "timers_due": "SELECT id, next_try_at AS at FROM core_timer WHERE state = 'armed'"
    " AND next_try_at <= %s ORDER BY next_try_at",
    "timers_dead": f"SELECT id, {NEVER} AS at FROM core_timer WHERE state = 'dead'",
    # Since it was first tried, or should have been: what is held for working hours is not late.
    "outbox_waiting": "SELECT id, CASE WHEN first_tried_at IS NOT NULL THEN first_tried_at"
    " WHEN due_at <= %s THEN due_at END AS at FROM core_outboxmessage"
    " WHERE state = 'pending' ORDER BY due_at",
    "outbox_dead": f"SELECT id, {NEVER} AS at FROM core_outboxmessage WHERE state = 'dead'",
}


def observe(method: str, route: str, status: int, seconds: float, database_s: float) -> None:
    """Count one answered request; called by core.requestlog."""
    REQUESTS.labels(method, route, str(status)).observe(seconds)
    DATABASE.observe(database_s)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """The text for Prometheus: with `Authorization: Bearer $METRICS_TOKEN`, or under DEBUG."""
    if not may_read(request):
        return HttpResponse("Set METRICS_TOKEN and send it as a bearer token.\n", status=403)
    asked = CollectorRegistry()
    asked.register(_Given(list(gauges(clock.now()))))
    return HttpResponse(
        generate_latest(counted()) + generate_latest(asked), content_type=CONTENT_TYPE_PLAIN_0_0_4
    )


def may_read(request: HttpRequest) -> bool:
    """Closed unless a token is set. The address proves nothing: a proxy is always on loopback."""
    if not settings.METRICS_TOKEN:
        return settings.DEBUG
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").encode()
    return secrets.compare_digest(given, settings.METRICS_TOKEN.encode())


def counted() -> CollectorRegistry:
    """What the web processes of this machine have counted."""
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return _OWN
    shared = CollectorRegistry()
    multiprocess.MultiProcessCollector(shared)
    return shared


class _Given:
    """A collector of metrics that were made already."""

    def __init__(self, found: list[Metric]) -> None:
        self.found = found

    def collect(self) -> Iterable[Metric]:
        return self.found


def gauges(now: dt.datetime) -> Iterator[Metric]:
    """What the database says, in at most five statements; only `up` when it says nothing."""
    yield _gauge("build_info", "The version that answers.", {(VERSION,): 1}, ["version"])
    started = time.perf_counter()
    try:
        beats = {
            (name,): max(0.0, (now - at).total_seconds())
            for name, at in Heartbeat.objects.values_list("name", "beat_at")
        }
        took = time.perf_counter() - started
        found = [
            _gauge("heartbeat_age_seconds", "Since a periodic job last ran.", beats, ["job"]),
            _gauge("database_ping_seconds", "One small statement.", {(): took}),
            *_levels(now),
            _latest(),
            *_lockouts(now),
        ]
    except DatabaseError:
        yield _gauge("database_up", "1 while the database answers.", {(): 0})
        return
    yield _gauge("database_up", "1 while the database answers.", {(): 1})
    yield from found


def _levels(now: dt.datetime) -> Iterator[Metric]:
    parts = " UNION ALL ".join(
        f"SELECT '{name}', COUNT(*), MIN(at) FROM ({query} LIMIT {MOST}) {name}"
        for name, query in LEVELS.items()
    )
    with connection.cursor() as cursor:
        cursor.execute(parts, [connection.ops.adapt_datetimefield_value(now)] * 2)
        found = {name: (count, at) for name, count, at in cursor.fetchall()}
    for name, (count, _at) in found.items():
        yield _gauge(name, f"Counted up to {MOST}.", {(): count})
    for name in ("timers_due", "outbox_waiting"):
        age = _age(found[name][1], now)
        yield _gauge(f"{name}_oldest_seconds", "Age of the oldest.", {(): age})


def _age(at: Any, now: dt.datetime) -> float:
    moment = parse_datetime(at) if isinstance(at, str) else at
    if moment is None:
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.timezone.utc)
    return max(0.0, (now - moment).total_seconds())


def _latest() -> Metric:
    newest = OutboxMessage.objects.order_by("-id").values("pk")[:LATEST]
    rows = OutboxMessage.objects.filter(pk__in=newest).order_by().values_list("channel", "state")
    said = {(channel, state): count for channel, state, count in rows.annotate(Count("pk"))}
    text = f"What became of the newest {LATEST} messages."
    return _gauge("outbox_latest", text, said, ["channel", "state"])


def _lockouts(now: dt.datetime) -> Iterator[Metric]:
    since = now - dt.timedelta(minutes=policy.get(LOCK_MIN, at=now))
    failed = LoginAttempt.objects.filter(at__gt=since).order_by().values("login", "ip")
    counts = list(failed.annotate(count=Count("pk")).values_list("count", flat=True))
    locked = sum(count >= policy.get(ATTEMPTS, at=now) for count in counts)
    yield _gauge("signin_failures", "Failed sign-ins within the lock time.", {(): sum(counts)})
    yield _gauge("signin_locked", "Accounts locked for an address now.", {(): locked})


def _gauge(name: str, text: str, values: dict[tuple, float], labels: Iterable[str] = ()) -> Metric:
    made = GaugeMetricFamily(f"huaweicrm_{name}", text, labels=list(labels))
    for key, value in values.items():
        made.add_metric([str(part) for part in key], float(value))
    return made
