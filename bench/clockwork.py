"""What the rows about timers share: a moment with so many due, and what a sweep of them costs."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

from bench.stage import cpu_s
from core.models import Timer

FAR = dt.timedelta(days=3650)


@dataclass
class Cost:
    """Seconds of the clock, of this process and of its PostgreSQL, and statements."""

    wall: float = 0.0
    app: float = 0.0
    database: float = 0.0
    sql: int = 0
    in_sql: float = 0.0

    @property
    def cpu(self) -> float:
        """Seconds of processor time, application and database."""
        return self.app + self.database


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written is taken back; no statement is too long."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
        yield
        transaction.set_rollback(True)


@contextmanager
def costing() -> Iterator[Cost]:
    """What happens inside costs so much."""
    cost, backend = Cost(), _backend()

    def counted(execute, sql, params, many, context):
        begun = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            cost.sql += 1
            cost.in_sql += time.perf_counter() - begun

    wall, app, database = time.perf_counter(), cpu_s(os.getpid()), cpu_s(backend)
    with connection.execute_wrapper(counted):
        yield cost
    cost.wall = time.perf_counter() - wall
    cost.app, cost.database = cpu_s(os.getpid()) - app, cpu_s(backend) - database


def _backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def due_next(kind: str, number: int) -> dt.datetime:
    """Puts off every other timer and returns a moment at which so many of this kind are due."""
    rows = Timer.objects.armed().filter(kind=kind).order_by("due_at", "id")
    chosen = list(rows.values_list("pk", "due_at")[:number])
    last = max(due_at for _pk, due_at in chosen)
    others = Timer.objects.armed().exclude(pk__in=[pk for pk, _due_at in chosen])
    others.update(next_try_at=last + FAR)
    return last + dt.timedelta(seconds=5)


def future_timers(number: int, since: dt.datetime) -> None:
    """So many more timers that are due later, a minute apart."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_timer (kind, about_label, about_id, due_at, next_try_at, epoch,"
            " state, attempts, facts, last_error, armed_at) SELECT 'bench.later', 'bench.row', n,"
            " at, at, 1, 'armed', 0, '{}', '', %s FROM generate_series(1, %s) n,"
            " LATERAL (SELECT %s::timestamptz + n * interval '1 minute' AS at) later",
            [since, number, since],
        )
        cursor.execute("ANALYZE core_timer")
