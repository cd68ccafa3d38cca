"""Delivers the outbox: leases rows, sends outside any transaction, retries, gives up after a day.

At most one deliverer holds a row; one that froze past its lease may repeat a message, always with
the same outward key.
"""

from __future__ import annotations

import datetime as dt
import logging
import random
import secrets
import time
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import F, Q, QuerySet

from core import digests, policies, policy
from core.channels import FAILURES, Channels, Undeliverable
from core.clockguard import GUARD
from core.models import OutboxMessage, Timer

logger = logging.getLogger("core.delivery")
LEASE_S = 60
BATCH = 20
RETRY_S = (10, 30, 60, 120, 300, 600, 1800, 3600)
DEAD_AFTER = dt.timedelta(hours=24)
QUIET_S = 30
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


def deliver(now: dt.datetime, *, limit: int = 500, budget_s: float = 45.0) -> Delivered:
    """Send what is due, at most `limit` rows or `budget_s` seconds. Any number may run at once.

    Mail to customers and webhooks are held while the policies say so (an admin releases them).
    While the wall clock cannot be trusted nothing leaves (core/clockguard.py).
    Late notices wait until the sweep has caught up, so that a flood becomes one digest (clocks 5).
    """
    done, clock, tried = Delivered(), _Clock(now), 0
    if GUARD.holds or not due(now).exists():
        return done
    done.held = _hold(now)
    waiting = Q(pk__in=[])
    if Timer.objects.due(now - dt.timedelta(seconds=60)).exists():
        recent = now - dt.timedelta(seconds=120)
        waiting = Q(once__startswith="note:", created_at__gt=recent)
    else:
        done.digests = digests.fold(now)
    channels = Channels()
    try:
        while tried < limit and time.monotonic() - clock.since < budget_s:
            batch = _lease(now, clock.now(), min(BATCH, limit - tried), waiting)
            if not batch:
                break
            tried += len(batch)
            _send_batch(batch, channels, clock, done)
    finally:
        channels.close()
    return done


def due(now: dt.datetime) -> QuerySet:
    """Pending rows whose time has come and that nobody holds."""
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    return OutboxMessage.objects.filter(free, state=State.PENDING, due_at__lte=now)


def _hold(now: dt.datetime) -> int:
    shut = Q(pk__in=[])
    if not policy.get(policies.CUSTOMER_MAIL, at=now):
        shut |= Q(to_customer=True)
    if not policy.get(policies.WEBHOOKS, at=now):
        shut |= Q(channel="webhook")
    return due(now).filter(shut, released_at=None).update(state=State.HELD)


def _lease(now: dt.datetime, current: dt.datetime, size: int, waiting: Q) -> list[OutboxMessage]:
    ids = list(
        due(now).exclude(waiting).order_by("due_at", "id").values_list("pk", flat=True)[:size]
    )
    if not ids:
        return []
    token = secrets.token_hex(16)
    due(now).filter(pk__in=ids).update(
        lease_token=token, lease_until=current + dt.timedelta(seconds=LEASE_S)
    )
    rows = OutboxMessage.objects.filter(pk__in=ids, lease_token=token, state=State.PENDING)
    return list(rows.order_by("due_at", "id"))


def _send_batch(
    batch: list[OutboxMessage], channels: Channels, clock: _Clock, done: Delivered
) -> None:
    chats = sorted((row for row in batch if row.channel == "apprise"), key=lambda row: row.address)
    for row in batch:
        if row.channel != "apprise":
            _send([row], channels, clock, done)
    for address, group in groupby(chats, key=lambda row: row.address):
        rows = list(group)
        later = _next_slot(address, rows, clock.now())
        if later is None:
            _send(rows, channels, clock, done)
        else:
            done.later += _held_by_us(rows).update(due_at=later, lease_until=None, lease_token="")


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


def _send(rows: list[OutboxMessage], channels: Channels, clock: _Clock, done: Delivered) -> None:
    until = clock.now() + dt.timedelta(seconds=LEASE_S)
    if _held_by_us(rows).update(lease_until=until) != len(rows):
        return  # frozen past the lease: somebody else has them now
    try:
        facts = channels.send(rows, now=clock.now())
    except Undeliverable as error:
        _mark_failed(rows, error, clock.now(), done, for_ever=True)
    except FAILURES as error:
        _mark_failed(rows, error, clock.now(), done)
    except Exception as error:
        logger.exception("delivery_failed", extra={"message": rows[0].pk})
        _mark_failed(rows, error, clock.now(), done)
    else:
        _mark_sent(rows, facts, clock.now(), done)


def _held_by_us(rows: list[OutboxMessage]) -> QuerySet:
    return OutboxMessage.objects.filter(
        pk__in=[row.pk for row in rows],
        lease_token__in={row.lease_token for row in rows},
        state=State.PENDING,
    )


def _mark_sent(
    rows: list[OutboxMessage], facts: dict[str, Any], now: dt.datetime, done: Delivered
) -> None:
    for row in rows:
        done.sent += _held_by_us([row]).update(
            state=State.SENT,
            sent_at=now,
            attempts=F("attempts") + 1,
            extra={**row.extra, **facts},
            lease_until=None,
            lease_token="",
            last_error="",
        )


def _mark_failed(
    rows: list[OutboxMessage],
    error: Exception,
    now: dt.datetime,
    done: Delivered,
    *,
    for_ever: bool = False,
) -> None:
    for row in rows:
        first = row.first_tried_at or now
        dead = for_ever or now - first >= DEAD_AFTER
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
