"""What happens by itself on the floor of promises; each handler looks at the facts again."""

from __future__ import annotations

import datetime as dt

from core.models import Timer
from expectations.actions import noticework
from expectations.models import CustomerNotice


def notice_step(timers: list[Timer], *, now: dt.datetime) -> None:
    """Alerts of 72-hour notices (clocks.md 6.2) and missing answers (R-E6)."""
    rows = CustomerNotice.objects.select_related(
        "risk__project__customer", "risk__owner", "customer"
    ).in_bulk([timer.about_id for timer in timers])
    for timer in timers:
        if timer.about_id in rows:
            noticework.step(rows[timer.about_id], now=now)
