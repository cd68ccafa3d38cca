"""Domain events: rows that commit with their cause; each consumer hears each event once.

Registry: CONSUMERS = {"name of consumer": (("event.name", …), "module:handler")}; a handler is
called `handler(event, now=now)` inside a transaction together with its own bookkeeping. A third
item, "module:gate", is asked `gate(at)` when an event is written: while it says no, nobody listens.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Mapping
from typing import Any

from django.db import connection, models, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from core import nudge, registry, trail
from core.actors import Actor
from core.errors import Refused
from core.inserts import insert_rows, new_row
from core.models import Event, EventConsumer, EventDelivery
from core.timers import BACKOFF_S, MAX_ATTEMPTS
from core.trail import as_plain

logger = logging.getLogger("core.events")


def event_for(
    name: str,
    about: models.Model,
    *,
    by: Actor,
    now: dt.datetime,
    scope: models.Model | None = None,
    changed: list[str] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Event:
    """An unsaved event; `facts` go to webhooks as they are: ids and open fields only, never the
    confidential class."""
    kind = "machine" if by.is_machine else "person" if by.user else "system"
    return new_row(
        Event,
        name=name,
        about_label=registry.label_of(about),
        about_id=about.pk,
        about_code=str(getattr(about, "code", "") or ""),
        actor_kind=kind,
        scope_label=registry.label_of(scope) if scope is not None else "",
        scope_id=scope.pk if scope is not None else None,
        changed=changed or [],
        facts=as_plain(facts or {}),
        occurred_at=now,
    )


def emit(name: str, about: models.Model, *, by: Actor, now: dt.datetime, **more: Any) -> Event:
    """Write an event and one pending delivery per consumer that listens to it; keywords as
    `event_for`."""
    event = event_for(name, about, by=by, now=now, **more)
    emit_many([event])
    return event


def emit_many(events: list[Event]) -> None:
    """Write events made by `event_for` with their deliveries: two statements at most."""
    if not events:
        return
    insert_rows(events)
    deliveries = [
        new_row(
            EventDelivery,
            event_id=event.pk,
            consumer=consumer,
            next_try_at=event.occurred_at,
        )
        for event in events
        for consumer in _listening(event.name, event.occurred_at)
    ]
    if deliveries:
        insert_rows(deliveries)
        nudge.soon("consume")


def _listening(name: str, at: dt.datetime) -> list[str]:
    return [
        consumer
        for consumer, (names, _path, *gate) in registry.entry("CONSUMERS", {}).items()
        if (name in names or "*" in names) and all(registry.load(path)(at) for path in gate)
    ]


def _always_listening() -> dict[str, tuple[str, ...]]:
    """Consumers without a gate: those that must hear of everything, also of what was before."""
    return {
        consumer: names
        for consumer, (names, _path, *gate) in registry.entry("CONSUMERS", {}).items()
        if not gate
    }


def consume(now: dt.datetime, *, limit: int = 50, budget_s: float = 45.0) -> int:
    """Run due deliveries, each in its own savepoint with its effect. Returns how many were done.

    Effect and bookkeeping commit together, so each consumer hears each event exactly once.
    """
    _welcome_new_consumers(now)
    done, started = 0, time.monotonic()
    while time.monotonic() - started < budget_s and _pending(now).exists():
        with transaction.atomic():
            rows = _pending(now).select_related("event").order_by("next_try_at", "id")
            if connection.features.has_select_for_update_skip_locked:
                rows = rows.select_for_update(skip_locked=True, of=("self",))
            batch = list(rows[:limit])
            done += sum(_hear(row, now) for row in batch)
        if not batch:
            break
    return done


def _pending(now: dt.datetime) -> models.QuerySet:
    """Due deliveries of consumers known here; those of a newer version wait for it."""
    return EventDelivery.objects.filter(
        state="pending", next_try_at__lte=now, consumer__in=list(registry.entry("CONSUMERS", {}))
    )


def _hear(row: EventDelivery, now: dt.datetime) -> int:
    try:
        with transaction.atomic():
            registry.load(registry.entry("CONSUMERS")[row.consumer][1])(row.event, now=now)
            EventDelivery.objects.filter(pk=row.pk).update(state="done", done_at=now)
        return 1
    except Exception as error:
        logger.exception("consumer_failed", extra={"event": row.event_id})
        dead = row.attempts + 1 >= MAX_ATTEMPTS
        EventDelivery.objects.filter(pk=row.pk).update(
            attempts=F("attempts") + 1,
            state="dead" if dead else "pending",
            last_error=f"{type(error).__name__}: {error}"[:2000].replace("\x00", ""),
            next_try_at=now + dt.timedelta(seconds=BACKOFF_S[min(row.attempts, 7)]),
        )
        return 0


def retry(row: EventDelivery, *, by: Actor, now: dt.datetime) -> None:
    """Let a consumer try a dead delivery again; Refused unless it is dead."""
    with transaction.atomic():
        dead = EventDelivery.objects.filter(pk=row.pk, state="dead")
        if not dead.update(state="pending", attempts=0, next_try_at=now, last_error=""):
            raise Refused(_("This delivery is not dead. Reload the page."))
        trail.record(row, "eventdelivery.retried", by=by, now=now, facts={"event": row.event_id})


def unheard(now: dt.datetime, *, repairing: bool, days: int = 7) -> list[tuple[int, str]]:
    """(event id, consumer) of recent events that a consumer has no duty for.

    It happens when an older version emitted during a rolling update. With `repairing` they are
    written and heard at the next run.
    """
    missing = []
    since = now - dt.timedelta(days=days)
    for name, names in _always_listening().items():
        rows = Event.objects.filter(occurred_at__gte=since).exclude(deliveries__consumer=name)
        if "*" not in names:
            rows = rows.filter(name__in=names)
        missing += [(pk, name) for pk in rows.order_by("id").values_list("pk", flat=True)]
    if repairing:
        EventDelivery.objects.bulk_create(
            [EventDelivery(event_id=pk, consumer=name, next_try_at=now) for pk, name in missing],
            batch_size=500,
            ignore_conflicts=True,
        )
    return missing


_WELCOMED: set[str] = set()


def _welcome_new_consumers(now: dt.datetime) -> None:
    """A consumer that came with a new version hears the backlog too."""
    unknown = set(_always_listening()) - _WELCOMED
    if not unknown:
        return
    known = set(EventConsumer.objects.values_list("name", flat=True))
    for name in sorted(unknown - known):
        names = _always_listening()[name]
        with transaction.atomic():
            _made, is_new = EventConsumer.objects.get_or_create(name=name)
            if not is_new:
                continue
            backlog = Event.objects.exclude(deliveries__consumer=name)
            if "*" not in names:
                backlog = backlog.filter(name__in=names)
            EventDelivery.objects.bulk_create(
                [
                    EventDelivery(event=event, consumer=name, next_try_at=now)
                    for event in backlog.iterator()
                ],
                batch_size=500,
                ignore_conflicts=True,
            )
    _WELCOMED.update(unknown)
