"""Reads over notices: the timers that must be armed, and the lists that pages show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from core.models import Timer
from expectations.actions.noticework import STEP, next_moment
from expectations.choices import NoticeStatus
from expectations.models import CustomerNotice


def expected_timers() -> Iterator[tuple[str, str, int, Any]]:
    """(kind, label, id, due) of every notice that waits for something, computed from the facts.

    The moment is the next one after the last look at the notice, which is when its timer was armed.
    """
    rows = CustomerNotice.objects.exclude(
        status__in=[NoticeStatus.CANCELLED, NoticeStatus.SETTLED]
    ).select_related("risk__project__customer", "risk__owner", "customer")
    looked = dict(Timer.objects.armed().filter(kind=STEP).values_list("about_id", "armed_at"))
    for notice in rows.iterator():
        at = looked.get(notice.pk, notice.updated_at)
        moment = next_moment(notice, at, first=at == notice.created_at)
        if moment is not None:
            yield STEP, "expectations.customernotice", notice.pk, moment
