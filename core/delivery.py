"""Delivers the outbox: leases rows, sends outside any transaction, retries, gives up after a day.

At most one deliverer holds a row; one that froze past its lease may repeat a message, always with
the same outward key. Several wires send at once, so that one receiver that hangs holds up a wire
and not the house; the wires touch no database, all bookkeeping is done by the calling thread.
"""

from __future__ import annotations

import datetime as dt
import logging
import random
import secrets
import time
from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from core import digests, policies, policy
from core.channels import FAILURES, Channels, Job, Undeliverable
from core.clockguard import GUARD, Watch
from core.models import OutboxMessage, Timer

logger = logging.getLogger("core.delivery")
# Longer than a batch may wait for a wire and be sent; shorter than the recovery we promise.
LEASE_S = 25
# A lease that ends later than any could was written by a clock that has gone back since.
STRAY_LEASE = dt.timedelta(minutes=10)
BATCH = 20
WIRES = 8
RETRY_S = (10, 30, 60, 120, 300, 600, 1800, 3600)
DEAD_AFTER = dt.timedelta(hours=24)
# So many tries at least, however the hours went by: a night without workers, a clock set ahead.
DEAD_TRIES = 8
QUIET_S = 30
# What falls due while a round goes on is held and folded like the rest, so often.
AFRESH = dt.timedelta(seconds=0.2)
PER_MINUTE = {"dingtalk": 20, "feishu": 100}
State = OutboxMessage.State


@dataclass
class Delivered:
    """What one round did."""

    sent: int = 0
    failed: int = 0
    dead: int = 0
    held: int = 0
    later: int = 0
    digests: int = 0


class _Clock:
    """`now` of the caller, moved by the time that sending takes."""

    def __init__(self, now: dt.datetime) -> None:
        self.start, self.since = now, time.monotonic()

    def now(self) -> dt.datetime:
        return self.start + dt.timedelta(seconds=time.monotonic() - self.since)


class _LeaseOver(Exception):
    """The process stood still past the lease: somebody else sends this by now."""


@dataclass
class _Round:
    """What one round of delivery has on its wires."""

    channels: Channels
    pool: ThreadPoolExecutor
    clock: _Clock
    done: Delivered
    sending: dict[Future, list[OutboxMessage]] = field(default_factory=dict)

    def start(self, batch: list[OutboxMessage], until: float) -> None:
        """Hand leased rows to the wires. `until`: the monotonic end of their lease."""
        chats = [row for row in batch if row.channel == "apprise"]
        for row in batch:
            if row.channel != "apprise":
                self._submit([row], until)
        chats.sort(key=lambda row: row.address)
        for address, group in groupby(chats, key=lambda row: row.address):
            rows = list(group)
            later = _next_slot(address, rows, self.clock.now())
            if later is None:
                self._submit(rows, until)
            else:
                free = {"due_at": later, "lease_until": None, "lease_token": ""}
                self.done.later += _held_by_us(rows).update(**free)

    def _submit(self, rows: list[OutboxMessage], until: float) -> None:
        try:
            job = self.channels.job(rows, now=self.clock.now())
        except Undeliverable as error:
            _mark_failed(rows, error, self.clock.now(), self.done, for_ever=True)
        else:
            self.sending[self.pool.submit(_on_wire, job, until)] = rows

    def settle(self) -> None:
        """Wait until something has come back from a wire and write down what became of it."""
        ended, _running = wait(self.sending, return_when=FIRST_COMPLETED)
        sent: list[tuple[OutboxMessage, dict[str, Any]]] = []
        for future in ended:
            rows, error = self.sending.pop(future), future.exception()
            if error is None:
                sent += [(row, future.result()) for row in rows]
            elif not isinstance(error, _LeaseOver):
                _note_failure(rows, error, self.clock.now(), self.done)
        _mark_sent(sent, self.clock.now(), self.done)


def _on_wire(job: Job, until: float) -> dict[str, Any]:
    if time.monotonic() >= until:
        raise _LeaseOver
    return job()


def deliver(now: dt.datetime, *, limit: int = 5000, budget_s: float = 10.0) -> Delivered:
    """Send what is due, at most `limit` rows or `budget_s` seconds. Any number may run at once.

    Mail to customers and webhooks are held while the policies say so (an admin releases them).
    While the wall clock cannot be trusted nothing leaves (core/clockguard.py).
    Late notices wait until the sweep has caught up, so that a flood becomes one digest (clocks 5).
    What falls due while a round goes on is taken too, under the same conditions.
    """
    done, clock, watch, tried = Delivered(), _Clock(now), Watch(), 0
    if GUARD.holds or not due(now).exists():
        return done
    until_then, staying = now, _prepare(now, done)
    with Channels() as channels, ThreadPoolExecutor(WIRES, thread_name_prefix="wire") as pool:
        run = _Round(channels, pool, clock, done)
        while True:
            room = min(BATCH, limit - tried) if len(run.sending) <= WIRES // 2 else 0
            in_time = time.monotonic() - clock.since < budget_s
            if room > 0 and in_time and not watch.has_jumped():
                until, current = time.monotonic() + LEASE_S, clock.now()
                if current - until_then >= AFRESH:
                    until_then, staying = current, _prepare(current, done)
                batch = _lease(until_then, clock.now(), room, staying)
                tried += len(batch)
                run.start(batch, until)
            if not run.sending:
                break
            run.settle()
    return done


def due(now: dt.datetime) -> QuerySet:
    """Pending rows whose time has come and that nobody holds."""
    return OutboxMessage.objects.filter(free(now), state=State.PENDING, due_at__lte=now)


def free(now: dt.datetime) -> Q:
    """Nobody holds the row: its lease has ended, or belongs to a clock that was wrong."""
    stray = Q(lease_until__gt=now + STRAY_LEASE)
    return Q(lease_until=None) | Q(lease_until__lt=now) | stray


def _prepare(now: dt.datetime, done: Delivered) -> Q:
    """Hold and fold what is due. Returns what stays here all the same: also what is written between
    this and the lease, with a time that has passed by then."""
    shut = _shut(now)
    done.held += due(now).filter(shut).update(state=State.HELD)
    if Timer.objects.due(now - dt.timedelta(seconds=60)).exists():
        recent = now - dt.timedelta(seconds=120)
        return shut | Q(once__startswith="note:", created_at__gt=recent)
    done.digests += digests.fold(now)
    return shut


def _shut(now: dt.datetime) -> Q:
    shut = Q(pk__in=[])
    if not policy.get(policies.CUSTOMER_MAIL, at=now):
        shut |= Q(to_customer=True, released_at=None)
    if not policy.get(policies.WEBHOOKS, at=now):
        shut |= Q(channel="webhook", released_at=None)
    return shut


def _lease(now: dt.datetime, current: dt.datetime, size: int, staying: Q) -> list[OutboxMessage]:
    """Up to `size` rows, due by `now`, that are ours until the lease ends; those being leased are
    passed."""
    rows = due(now).exclude(staying).order_by("due_at", "id")
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True)
    token, until = secrets.token_hex(16), current + dt.timedelta(seconds=LEASE_S)
    with transaction.atomic():
        batch = list(rows[:size])
        if batch:
            OutboxMessage.objects.filter(pk__in=[row.pk for row in batch]).update(
                lease_token=token, lease_until=until
            )
    for row in batch:
        row.lease_token, row.lease_until = token, until
    return batch


def _next_slot(address: str, rows: list[OutboxMessage], now: dt.datetime) -> dt.datetime | None:
    """None: send now. Else when: 30 s of messages to one robot are one; robots have a rate."""
    minute = now - dt.timedelta(seconds=60)
    sent = OutboxMessage.objects.filter(
        channel="apprise", state=State.SENT, address=address, sent_at__gt=minute
    )
    times = sorted(set(sent.values_list("sent_at", flat=True)))
    if not times:
        return None
    if len(times) >= PER_MINUTE.get(address.partition("://")[0], 20):
        return times[0] + dt.timedelta(seconds=61)
    ready = times[-1] + dt.timedelta(seconds=QUIET_S)
    urgent = any(row.once.startswith("page:") for row in rows)
    return None if urgent or ready <= now else ready


def _note_failure(
    rows: list[OutboxMessage], error: BaseException, now: dt.datetime, done: Delivered
) -> None:
    known = isinstance(error, (Undeliverable, *FAILURES))
    if not known:
        logger.error("delivery_failed", extra={"outbox_id": rows[0].pk}, exc_info=error)
    _mark_failed(rows, error, now, done, for_ever=isinstance(error, Undeliverable))


def _held_by_us(rows: list[OutboxMessage]) -> QuerySet:
    return OutboxMessage.objects.filter(
        pk__in=[row.pk for row in rows],
        lease_token__in={row.lease_token for row in rows},
        state=State.PENDING,
    )


def _mark_sent(
    sent: Iterable[tuple[OutboxMessage, dict[str, Any]]], now: dt.datetime, done: Delivered
) -> None:
    """Write down what went out: one statement for rows with the same facts."""
    alike: dict[str, tuple[dict[str, Any], list[OutboxMessage]]] = {}
    for row, facts in sent:
        extra = {**row.extra, **facts}
        alike.setdefault(repr(extra), (extra, []))[1].append(row)
    for extra, rows in alike.values():
        done.sent += _held_by_us(rows).update(
            state=State.SENT,
            sent_at=now,
            attempts=F("attempts") + 1,
            extra=extra,
            lease_until=None,
            lease_token="",
            last_error="",
        )


def _mark_failed(
    rows: list[OutboxMessage],
    error: BaseException,
    now: dt.datetime,
    done: Delivered,
    *,
    for_ever: bool = False,
) -> None:
    for row in rows:
        first = row.first_tried_at or now
        tried_out = now - first >= DEAD_AFTER and row.attempts + 1 >= DEAD_TRIES
        dead = for_ever or tried_out
        wait = RETRY_S[min(row.attempts, len(RETRY_S) - 1)] * random.uniform(0.8, 1.2)
        hits = _held_by_us([row]).update(
            state=State.DEAD if dead else State.PENDING,
            attempts=F("attempts") + 1,
            first_tried_at=first,
            due_at=now + dt.timedelta(seconds=wait),
            last_error=f"{type(error).__name__}: {error}"[:2000],
            lease_until=None,
            lease_token="",
        )
        done.failed += hits
        done.dead += hits if dead else 0
