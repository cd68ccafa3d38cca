"""What happens by itself on the floor of promises; each handler looks at the facts again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from core.models import Timer
from expectations.actions import commitment, noticework, reminders
from expectations.choices import NoticeStatus
from expectations.models import Commitment, CustomerNotice

NOTICE_ROWS = ("risk__project__customer", "risk__owner", "customer")


def notice_step(timers: list[Timer], *, now: dt.datetime) -> None:
    """Alerts of 72-hour notices (clocks.md 6.2) and missing answers (R-E6)."""
    rows = CustomerNotice.objects.select_related(*NOTICE_ROWS).in_bulk(
        [timer.about_id for timer in timers]
    )
    for timer in timers:
        if timer.about_id in rows:
            noticework.step(rows[timer.about_id], now=now)


def expected_timers() -> Iterator[tuple[str, str, int, Any]]:
    """(kind, label, id, due) of every notice that waits for something, computed from the facts.

    The moment is the next one after the last look at the notice, which is when its timer was armed.
    """
    rows = CustomerNotice.objects.exclude(
        status__in=[NoticeStatus.CANCELLED, NoticeStatus.SETTLED]
    ).select_related(*NOTICE_ROWS)
    looked = dict(
        Timer.objects.armed().filter(kind=noticework.STEP).values_list("about_id", "armed_at")
    )
    for notice in rows.iterator():
        at = looked.get(notice.pk, notice.updated_at)
        moment = noticework.next_moment(notice, at, first=at == notice.created_at)
        if moment is not None:
            yield noticework.STEP, "expectations.customernotice", notice.pk, moment


def commitment_due(timers: list[Timer], *, now: dt.datetime) -> None:
    """Owners hear of promises that are due soon; owner, promiser and AR of those overdue."""
    rows = Commitment.objects.open().filter(pk__in=[timer.about_id for timer in timers])
    reminders.remind(list(rows.select_related("customer", "owner", "made_by")), now=now)


def expected_commitments() -> Iterator[tuple[str, str, int, Any]]:
    """(kind, label, id, due) of every open promise whose owner waits for a word."""
    looked = dict(
        Timer.objects.armed().filter(kind=commitment.DUE).values_list("about_id", "armed_at")
    )
    for row in Commitment.objects.open().iterator():
        moment = commitment.next_moment(row, looked.get(row.pk, row.updated_at))
        if moment is not None:
            yield commitment.DUE, "expectations.commitment", row.pk, moment
