"""How often a chat robot may be told something."""

from __future__ import annotations

import datetime as dt

from core.models import OutboxMessage

QUIET_S = 30
PER_MINUTE = {"dingtalk": 20, "feishu": 100}


def next_slot(address: str, rows: list[OutboxMessage], now: dt.datetime) -> dt.datetime | None:
    """None: send now. Else when: 30 s of messages to one robot are one; robots have a rate."""
    minute = now - dt.timedelta(seconds=60)
    sent = OutboxMessage.objects.filter(
        channel="apprise", state=OutboxMessage.State.SENT, address=address, sent_at__gt=minute
    )
    times = sorted(set(sent.values_list("sent_at", flat=True)))
    if not times:
        return None
    if len(times) >= PER_MINUTE.get(address.partition("://")[0], 20):
        return times[0] + dt.timedelta(seconds=61)
    ready = times[-1] + dt.timedelta(seconds=QUIET_S)
    urgent = any(row.once.startswith("page:") for row in rows)
    return None if urgent or ready <= now else ready
