"""When each periodic job last ran: a gap over five minutes is recorded and shown as a banner."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from core.models import Heartbeat, HeartbeatGap

GAP = dt.timedelta(minutes=5)
# The job whose silence means that timers stand still.
WATCHED = "sweep"


def beat(
    name: str, *, now: dt.datetime, took_ms: int = 0, facts: Mapping[str, Any] | None = None
) -> HeartbeatGap | None:
    """Record that a job ran; returns the gap when the watched job was silent for over five minutes.

    Of several workers that come back at once, one records the gap. A clock that went back
    moves nothing.
    """
    values = {"beat_at": now, "took_ms": took_ms, "facts": dict(facts or {})}
    last = Heartbeat.objects.filter(name=name).values_list("beat_at", flat=True).first()
    with transaction.atomic():
        if last is None:
            Heartbeat.objects.bulk_create([Heartbeat(name=name, **values)], ignore_conflicts=True)
            return None
        hits = Heartbeat.objects.filter(name=name, beat_at=last, beat_at__lte=now).update(**values)
        if not hits or name != WATCHED or now - last <= GAP:
            return None
        return HeartbeatGap.objects.create(since=last, until=now)


def silent_since(now: dt.datetime) -> dt.datetime | None:
    """The last beat of the timers when it is over five minutes old, else None."""
    last = Heartbeat.objects.filter(name=WATCHED).values_list("beat_at", flat=True).first()
    return last if last is not None and now - last > GAP else None


def last_facts() -> tuple[dt.datetime, dict[str, Any]] | None:
    """When the timers last ran and what was written down with it."""
    return Heartbeat.objects.filter(name=WATCHED).values_list("beat_at", "facts").first()
