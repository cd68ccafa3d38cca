"""Delivers the outbox: leases rows, sends outside any transaction, retries, gives up after a day.

At most one deliverer holds a row; one that froze past its lease may repeat a message, always with
the same outward key. Several wires send at once, so that one receiver that hangs holds up a wire
and not the house; the wires touch no database, the calling thread writes down what became of a few
at a time. So many rounds as have a seat send at once: each takes a place that the
sweep needs too, and a round more sends no faster.
"""

from __future__ import annotations

import datetime as dt
import logging
import queue
import random
import secrets
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from core import digests, nudge, policies, policy
from core.channels import FAILURES, Channels, Job, Undeliverable
from core.chat_rates import next_slot
from core.clockguard import GUARD, Watch
from core.models import OutboxMessage, Timer

logger = logging.getLogger("core.delivery")
# Longer than a batch may wait for a wire and be sent; shorter than the recovery we promise.
LEASE_S = 25
# A lease that ends later than any could was written by a clock that has gone back since.
STRAY_LEASE = dt.timedelta(minutes=10)
# A round holds so many at most, and takes more when half of them are through.
BATCH, WIRES = 24, 8
# What has come back is written down together: so many at most, and so long after the first.
TOGETHER, GATHER_S = 4, 0.01
# Where one writes at a time a round may wait long until it may write, and a kill sends again what
# has gone out meanwhile: so many at most, without those whose receiver takes longer than this.
OPEN_ALONE, QUICK_S, LOOK_S = 2, 0.1, 0.005
# So many rounds send at once; who has leased nothing for so long has left its seat.
SEATS, SEAT_S, SEEN = 2, 2.0, 100
RETRY_S = (10, 30, 60, 120, 300, 600, 1800, 3600)
DEAD_AFTER = dt.timedelta(hours=24)
# So many tries at least, however the hours went by: a night without workers, a clock set ahead.
DEAD_TRIES = 8
# What falls due while a round goes on is held and folded like the rest, so often.
AFRESH = dt.timedelta(seconds=0.2)
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


_Ended = tuple[list[OutboxMessage], dict[str, Any], BaseException | None]


@dataclass
class _Round:
    """What one round of delivery has on its wires."""

    channels: Channels
    pool: ThreadPoolExecutor
    clock: _Clock
    done: Delivered
    sending: int = 0
    ended: queue.SimpleQueue[_Ended] = field(default_factory=queue.SimpleQueue)
    alone: bool = field(default_factory=lambda: _alone())
    begun: dict[int, float] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    over: bool = False

    def __enter__(self) -> _Round:
        return self

    def __exit__(self, *_error: object) -> None:
        self.over = True  # who still waits for room lets it be

    def start(self, batch: list[OutboxMessage], until: float) -> None:
        """Hand leased rows to the wires. `until`: the monotonic end of their lease."""
        chats = [row for row in batch if row.channel == "apprise"]
        for row in batch:
            if row.channel != "apprise":
                self._submit([row], until)
        chats.sort(key=lambda row: row.address)
        for address, group in groupby(chats, key=lambda row: row.address):
            rows = list(group)
            later = next_slot(address, rows, self.clock.now())
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
            self.sending += 1
            self.pool.submit(self._send, job, until, rows)

    def _send(self, job: Job, until: float, rows: list[OutboxMessage]) -> None:
        """On a wire: send when there is room, unless the lease is over, and say how it ended."""
        me = rows[0].pk
        try:
            while not self._is_over(until) and not self._may_send(me):
                time.sleep(LOOK_S)
            if self._is_over(until):
                raise _LeaseOver
            self.ended.put((rows, job(), None))
        except BaseException as error:  # noqa: BLE001 - told to the round, which writes it down
            self.ended.put((rows, {}, error))
        finally:
            self.begun.pop(me, None)

    def _is_over(self, until: float) -> bool:
        return self.over or time.monotonic() >= until

    def _may_send(self, me: int) -> bool:
        if not self.alone:
            return True
        with self.lock:
            now = time.monotonic()
            fresh = sum(now - began < QUICK_S for began in list(self.begun.values()))
            if fresh + self.ended.qsize() >= OPEN_ALONE:
                return False
            self.begun[me] = now
            return True

    def settle(self) -> None:
        """Wait until something has come back from a wire and write down what became of it."""
        sent: list[tuple[OutboxMessage, dict[str, Any]]] = []
        for rows, facts, error in self._back():
            if error is None:
                sent += [(row, facts) for row in rows]
            elif not isinstance(error, _LeaseOver):
                _note_failure(rows, error, self.clock.now(), self.done)
        _mark_sent(sent, self.clock.now(), self.done)

    def _back(self) -> list[_Ended]:
        """What has come back: the first, and others while there is enough left on the wires."""
        back = [self.ended.get()]
        end = time.monotonic() + GATHER_S
        while len(back) < min(1 if self.alone else TOGETHER, self.sending):
            left = end - time.monotonic() if self.sending - len(back) > BATCH // 2 else 0.0
            try:
                back.append(self.ended.get(left > 0, max(left, 0.0)))
            except queue.Empty:
                break
        self.sending -= len(back)
        return back


def deliver(now: dt.datetime, *, limit: int = 5000, budget_s: float = 10.0) -> Delivered:
    """Send what is due, at most `limit` rows or `budget_s` seconds. Any number may run at once.

    Mail to customers and webhooks are held while the policies say so (an admin releases them).
    While the wall clock cannot be trusted nothing leaves (core/clockguard.py).
    Late notices wait until the sweep has caught up, so that a flood becomes one digest (clocks 5).
    What falls due while a round goes on is taken too, under the same conditions.
    """
    done, clock, watch, tried = Delivered(), _Clock(now), Watch(), 0
    if GUARD.holds or not due(now).exists() or not _has_seat(now):
        return done
    with (
        Channels() as lines,
        ThreadPoolExecutor(WIRES, thread_name_prefix="wire") as pool,
        _Round(lines, pool, clock, done) as run,
    ):
        taking = _Taking(clock, done, now, _prepare(now, done))
        while True:
            room = min(BATCH - run.sending, limit - tried) if run.sending <= BATCH // 2 else 0
            in_time = time.monotonic() - clock.since < budget_s
            if room > 0 and in_time and not watch.has_jumped():
                until = time.monotonic() + LEASE_S
                batch = taking.lease(room)
                if not batch and not run.sending:
                    batch = taking.last(room)
                tried += len(batch)
                run.start(batch, until)
            if not run.sending:
                break
            run.settle()
    if not in_time or tried >= limit:
        nudge.soon("deliver")
    return done


@dataclass
class _Taking:
    """What a round takes: what was due at `until`, under the conditions of then."""

    clock: _Clock
    done: Delivered
    until: dt.datetime
    staying: Q
    me: str = field(default_factory=lambda: secrets.token_hex(8))

    def lease(self, room: int) -> list[OutboxMessage]:
        """Up to so many rows; conditions that have grown old are looked at anew."""
        now = self.clock.now()
        if now - self.until >= AFRESH:
            self._look(now)
        return _lease(self.until, self.clock.now(), room, self.staying, self.me)

    def last(self, room: int) -> list[OutboxMessage]:
        """As `lease`, before the end of a round: what came meanwhile, for which nobody else may
        have been let in."""
        now = self.clock.now()
        if not due(now).exclude(self.staying).exists():
            return []
        self._look(now)
        return _lease(now, now, room, self.staying, self.me)

    def _look(self, now: dt.datetime) -> None:
        self.until, self.staying = now, _prepare(now, self.done)


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


def _has_seat(now: dt.datetime) -> bool:
    """Whether fewer rounds than there are seats have leased something within the last SEAT_S. Two
    who ask at once may both sit down: one too many does no harm."""
    rows = OutboxMessage.objects.filter(state=State.PENDING, due_at__lte=now)
    held = rows.order_by("due_at", "id").values_list("lease_token", "lease_until")[:SEEN]
    ahead, fresh = now + dt.timedelta(seconds=LEASE_S), dt.timedelta(seconds=SEAT_S)
    seated = {token[:16] for token, until in held if until and abs(until - ahead) < fresh}
    return len(seated) < seats()


def seats() -> int:
    """How many rounds may send at once; where one writes at a time a second gains nothing."""
    return 1 if _alone() else SEATS


def _alone() -> bool:
    """Whether one writes at a time."""
    return not connection.features.has_select_for_update_skip_locked


def _lease(
    now: dt.datetime, current: dt.datetime, size: int, staying: Q, me: str = ""
) -> list[OutboxMessage]:
    """Up to `size` rows, due by `now`, that are ours until the lease ends; those being leased are
    passed. `me`: the first half of the token, the same for all leases of a round."""
    rows = due(now).exclude(staying).order_by("due_at", "id")
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True)
    token = (me or secrets.token_hex(8)) + secrets.token_hex(8)
    until = current + dt.timedelta(seconds=LEASE_S)
    with transaction.atomic():
        if connection.vendor == "postgresql":
            _commit_at_ease()
        batch = list(rows[:size])
        if batch:
            OutboxMessage.objects.filter(pk__in=[row.pk for row in batch]).update(
                lease_token=token, lease_until=until
            )
    for row in batch:
        row.lease_token, row.lease_until = token, until
    return batch


def _commit_at_ease() -> None:
    """This transaction does not wait for the disk. A lease that a crash of the database takes away
    sets its messages free at once instead of after LEASE_S; what is sent is written down with the
    disk, and so are all leases before it."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")


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
    """Write down what went out, in one transaction; one statement for rows with the same facts."""
    alike: dict[str, tuple[dict[str, Any], list[OutboxMessage]]] = {}
    for row, facts in sent:
        extra = {**row.extra, **facts}
        alike.setdefault(repr(extra), (extra, []))[1].append(row)
    if not alike:
        return
    with transaction.atomic():
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
