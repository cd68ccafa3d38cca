"""What happens by itself on the floor of promises; each handler looks at the facts again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from core.models import Timer
from expectations.actions import commitment, noticework, reminders, report, reportwork
from expectations.choices import NoticeStatus, ProjectStatus
from expectations.models import Commitment, CustomerNotice, Project, WeeklyReport

NOTICE_ROWS = ("risk__project__customer", "risk__owner", "customer")


def notice_step(timers: list[Timer], *, now: dt.datetime) -> None:
    """Alerts of 72-hour notices (clocks.md 6.2) and missing answers (R-E6)."""
    rows = CustomerNotice.objects.select_related(*NOTICE_ROWS).in_bulk(
        [timer.about_id for timer in timers]
    )
    noticework.share(rows.values())
    for timer in timers:
        if timer.about_id in rows:
            noticework.step(rows[timer.about_id], now=now)


def _looked(kind: str) -> dict[int, dt.datetime]:
    """When each row was last looked at: its newest timer was armed then, or fired."""
    rows = Timer.objects.filter(kind=kind).order_by("epoch")
    return {
        pk: fired or armed
        for pk, armed, fired in rows.values_list("about_id", "armed_at", "fired_at")
    }


def _fired(kind: str) -> set[int]:
    """The rows of which a timer came already."""
    rows = Timer.objects.filter(kind=kind, fired_at__isnull=False)
    return set(rows.values_list("about_id", flat=True))


def expected_timers(now: dt.datetime | None = None) -> Iterator[tuple[str, str, int, Any]]:
    """(kind, label, id, due) of every notice that waits for something, computed from the facts.

    The moment is the next one after the last look at the notice, which is when its timer was armed.
    """
    rows = CustomerNotice.objects.exclude(
        status__in=[NoticeStatus.CANCELLED, NoticeStatus.SETTLED]
    ).select_related(*NOTICE_ROWS)
    looked, fired = _looked(noticework.STEP), _fired(noticework.STEP)
    for notice in rows.iterator():
        at = looked.get(notice.pk, notice.updated_at)
        first = at == notice.created_at and notice.pk not in fired
        moment = noticework.next_moment(notice, at, first=first)
        if moment is not None:
            yield noticework.STEP, "expectations.customernotice", notice.pk, moment


def commitment_due(timers: list[Timer], *, now: dt.datetime) -> None:
    """Owners hear of promises that are due soon; owner, promiser and AR of those overdue."""
    rows = Commitment.objects.open().filter(pk__in=[timer.about_id for timer in timers])
    reminders.remind(list(rows.select_related("customer", "owner", "made_by")), now=now)


def expected_commitments(now: dt.datetime | None = None) -> Iterator[tuple[str, str, int, Any]]:
    """(kind, label, id, due) of every open promise whose owner waits for a word."""
    looked = _looked(commitment.DUE)
    for row in Commitment.objects.open().iterator():
        moment = commitment.next_moment(row, looked.get(row.pk, row.updated_at))
        if moment is not None:
            yield commitment.DUE, "expectations.commitment", row.pk, moment


def report_step(timers: list[Timer], *, now: dt.datetime) -> None:
    """Reminders of weekly reports, lateness, the regional head (R-E11)."""
    rows = WeeklyReport.objects.select_related("project__customer", "customer").in_bulk(
        [timer.about_id for timer in timers]
    )
    for timer in timers:
        if timer.about_id in rows:
            reportwork.step(rows[timer.about_id], now=now)


def expected_reports(now: dt.datetime | None = None) -> Iterator[tuple[str, str, int, Any]]:
    """(kind, label, id, due) of every report that is still to be submitted."""
    looked = _looked(reportwork.STEP)
    rows = WeeklyReport.objects.filter(submitted_at=None).select_related("project__customer")
    for row in rows.iterator():
        moment = reportwork.next_moment(row, looked.get(row.pk, row.created_at))
        if moment is not None:
            yield reportwork.STEP, "expectations.weeklyreport", row.pk, moment


def draft_reports(*, now: dt.datetime, limit: int = 200) -> int:
    """The draft of the week for executing projects that have none; idempotent (d.2).

    Near a Monday a week begins earlier in the east than in the west: projects without a draft of
    either week are looked at, their own calendar decides.
    """
    weeks = {(now + dt.timedelta(hours=hours)).isocalendar()[:2] for hours in (-12, 14)}
    projects = Project.objects.filter(status=ProjectStatus.EXECUTING)
    wanted = Q()
    for year, week in weeks:
        known = WeeklyReport.objects.filter(iso_year=year, iso_week=week).values("project")
        wanted |= ~Q(pk__in=known)
    rows = projects.filter(wanted).select_related("customer", "calendar", "customer__calendar")
    return report.draft_all(list(rows.order_by("id")[:limit]), now=now)
