"""What runs late, for `/readyz` and for the line above every page: one question to the database."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists

from core.models import Heartbeat, OutboxMessage, Timer

TIMER_LATE = dt.timedelta(seconds=120)
OUTBOX_LATE = dt.timedelta(minutes=5)
# A receiver that fails twice over a minute is an outside failure, not a bad moment.
FAILING_TRIES, FAILING_FOR = 2, dt.timedelta(seconds=60)


@dataclass(frozen=True)
class Lateness:
    """`timers`: one is due for over two minutes. `outbox`: a message lies untried for over five.
    `outside`: a receiver keeps failing; nothing of ours is late."""

    last_beat: dt.datetime | None = None
    timers: bool = False
    outbox: bool = False
    outside: bool = False


def lateness(now: dt.datetime) -> Lateness:
    """How things stand at `now`."""
    pending = OutboxMessage.objects.filter(state=OutboxMessage.State.PENDING)
    failing = pending.filter(attempts__gte=FAILING_TRIES, first_tried_at__lt=now - FAILING_FOR)
    facts = {
        "timers": Exists(Timer.objects.due(now - TIMER_LATE)),
        "outbox": Exists(pending.filter(due_at__lt=now - OUTBOX_LATE)),
        "outside": Exists(failing),
    }
    rows = Heartbeat.objects.annotate(**facts).order_by("-beat_at")
    row = rows.values_list("beat_at", *facts).first()
    if row is not None:
        return Lateness(*row)
    return Lateness(
        None,
        Timer.objects.due(now - TIMER_LATE).exists(),
        pending.filter(due_at__lt=now - OUTBOX_LATE).exists(),
        failing.exists(),
    )
