"""Reads over weekly reports: what the week held, what is left over, who is late, Friday cards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from core import policy
from core.models import User
from core.once import once
from core.worktime import Calendar as WorkCalendar
from expectations.choices import (
    COMMITMENT_OPEN,
    RISK_OPEN,
    MemberStatus,
    MilestoneStatus,
    NoticeStatus,
    ProjectRole,
    ReportStatus,
)
from expectations.models import (
    Commitment,
    CustomerNotice,
    Milestone,
    Project,
    ProjectMember,
    Risk,
    WeeklyReport,
)
from expectations.policies_delivery import (
    REPORT_HEAD_HOUR,
    REPORT_HOUR,
    REPORT_REMINDER_H,
    REPORT_WEEKDAY,
)
from expectations.queries.people import site_calendar
from expectations.weekly import WeeklyTimes, weekly_times

UNSUBMITTED = (ReportStatus.DRAFT, ReportStatus.RETURNED)


def times_of(
    iso_year: int, iso_week: int, calendar: WorkCalendar, *, at: dt.datetime
) -> WeeklyTimes | None:
    """Reminder, due and escalation of a week's report by the policies in force (W1, R-E11)."""
    return weekly_times(
        iso_year,
        iso_week,
        calendar,
        weekday=policy.get(REPORT_WEEKDAY, at=at),
        at=dt.time(policy.get(REPORT_HOUR, at=at)),
        reminder_h=policy.get(REPORT_REMINDER_H, at=at),
        escalation_at=dt.time(policy.get(REPORT_HEAD_HOUR, at=at)),
    )


def times_of_report(report: WeeklyReport) -> WeeklyTimes | None:
    """The times of a report as they were when its draft was made."""
    calendar = site_calendar(report.project)
    return times_of(report.iso_year, report.iso_week, calendar, at=report.created_at)


def facts_of(report: WeeklyReport, *, now: dt.datetime) -> dict[str, Any]:
    """Milestones, open risks, commitments and notices as they stand: plain values, four queries.

    Dates are ISO text; keys milestones, progress, risks, commitments, notices.
    """
    milestones = list(report.project.milestones.all())
    return {
        "taken_at": now.isoformat(),
        "milestones": [_milestone(one) for one in milestones],
        "progress": _progress(milestones, now.date()),
        "risks": [_risk(one) for one in open_risks(report.project)],
        "commitments": [_commitment(one, now) for one in due_commitments(report.project, now)],
        "notices": [_notice(one) for one in notices_of(report.project)],
    }


def open_risks(project: Project) -> list[Risk]:
    """Open risks of a project with their notices."""
    rows = project.risks.filter(status__in=RISK_OPEN)
    rows = rows.select_related("notice__risk", "owner").order_by("impact_at", "id")
    return once(("open_risks", project.pk), lambda: list(rows))


def due_commitments(project: Project, now: dt.datetime) -> list[Commitment]:
    """Open promises of a project that are overdue or due within two weeks."""
    until = now + dt.timedelta(days=14)
    rows = Commitment.objects.filter(project=project, status__in=COMMITMENT_OPEN)
    rows = rows.filter(due_at__lte=until).select_related("owner").order_by("due_at", "id")
    return once(("due_commitments", project.pk, now), lambda: list(rows))


def notices_of(project: Project) -> list[CustomerNotice]:
    """Notices of a project that are still alive."""
    rows = CustomerNotice.objects.filter(risk__project=project)
    rows = rows.exclude(status__in=[NoticeStatus.CANCELLED, NoticeStatus.SETTLED])
    return once(("notices", project.pk), lambda: list(rows.select_related("risk")))


def _milestone(one: Milestone) -> dict[str, Any]:
    return {
        "id": one.pk,
        "name": one.name,
        "baseline_on": one.baseline_on.isoformat(),
        "forecast_on": one.forecast_on.isoformat() if one.forecast_on else "",
        "actual_on": one.actual_on.isoformat() if one.actual_on else "",
        "status": one.status,
        "weight": one.weight,
        "customer_visible": one.customer_visible,
    }


def _progress(milestones: list[Milestone], today: dt.date) -> dict[str, int]:
    """Per cent done and planned, by weight; the base is the sum of the weights."""
    base = sum(one.weight for one in milestones)
    done = sum(one.weight for one in milestones if one.status == MilestoneStatus.DONE)
    planned = sum(one.weight for one in milestones if one.baseline_on <= today)
    share = (lambda part: round(100 * part / base)) if base else (lambda part: 0)
    return {"done": share(done), "planned": share(planned), "base": base}


def _risk(one: Risk) -> dict[str, Any]:
    notice = getattr(one, "notice", None)
    return {
        "id": one.pk,
        "code": one.code,
        "title": one.title,
        "exposure": one.exposure,
        "impact_at": one.impact_at.isoformat() if one.impact_at else "",
        "owner": str(one.owner),
        "notice": notice.pk if notice else None,
        "verdict": notice.verdict if notice else "",
        "told": bool(notice and notice.told_at),
    }


def _commitment(one: Commitment, now: dt.datetime) -> dict[str, Any]:
    return {
        "id": one.pk,
        "code": one.code,
        "text": one.text,
        "due_at": one.due_at.isoformat(),
        "owner": str(one.owner),
        "status": one.status,
        "overdue": one.due_at <= now,
        "explanation": one.explanation,
    }


def _notice(one: CustomerNotice) -> dict[str, Any]:
    return {
        "id": one.pk,
        "code": one.code,
        "title": one.risk.title,
        "due_at": one.due_at.isoformat(),
        "verdict": one.verdict,
        "status": one.status,
    }


def week_before(report: WeeklyReport) -> WeeklyReport | None:
    """The report of the same project before this one, however long ago."""
    earlier = models.Q(iso_year__lt=report.iso_year) | models.Q(
        iso_year=report.iso_year, iso_week__lt=report.iso_week
    )
    rows = WeeklyReport.objects.filter(earlier, project_id=report.project_id)
    return rows.order_by("-iso_year", "-iso_week").first()


def refusals(report: WeeklyReport, *, now: dt.datetime) -> list[str]:
    """What W2 holds against submitting now, a sentence each; empty when it may go."""
    found: list[str] = []
    for risk in open_risks(report.project):
        if not risk.contingency.strip():
            found.append(_("%(code)s has no contingency.") % {"code": risk.code})
        notice = getattr(risk, "notice", None)
        waits = notice is not None and notice.told_at is None
        if waits and notice.status != NoticeStatus.CANCELLED and notice.due_at <= now:
            found.append(
                _("The notice of %(code)s is past its deadline and not sent.") % {"code": risk.code}
            )
    for one in due_commitments(report.project, now):
        if one.due_at <= now and not one.explanation.strip():
            found.append(_("%(code)s is overdue without an explanation.") % {"code": one.code})
    return found


def for_list(user: Any) -> models.QuerySet:
    """Visible reports ready for a list."""
    return WeeklyReport.objects.visible_to(user).select_related("project", "customer")


@dataclass(frozen=True)
class FridayCard:
    """What the delivery manager still owes this week: three lines and it is done."""

    report: WeeklyReport
    is_late: bool
    lacks: tuple[str, ...]


LINES = ("done", "next", "portal_summary")


def friday_cards(user: User, now: dt.datetime) -> list[FridayCard]:
    """Unsubmitted reports whose author is this person, the most urgent first: two queries."""
    mine = ProjectMember.objects.filter(
        user=user, role=ProjectRole.FR, status=MemberStatus.ACTIVE
    ).values("project")
    rows = WeeklyReport.objects.filter(
        project__in=mine, status__in=UNSUBMITTED, due_at__isnull=False
    ).select_related("project", "customer")
    return [
        FridayCard(
            report=row,
            is_late=row.due_at <= now,
            lacks=tuple(name for name in LINES if not getattr(row, name).strip()),
        )
        for row in rows.order_by("due_at", "id")
    ]


def late_reports(reports: models.QuerySet, now: dt.datetime) -> models.QuerySet:
    """Past due and not submitted."""
    return reports.filter(status__in=UNSUBMITTED, submitted_at=None, due_at__lte=now)


def often_late(projects: Iterable[int], now: dt.datetime) -> dict[int, int]:
    """Project id -> late reports in the last four weeks, where two or more (R-E11)."""
    since = now - dt.timedelta(weeks=4)
    late = models.Q(late_minutes__gt=0) | models.Q(
        status__in=UNSUBMITTED, submitted_at=None, due_at__lte=now
    )
    rows = (
        WeeklyReport.objects.filter(late, project__in=list(projects), due_at__gt=since)
        .order_by()
        .values("project")
        .annotate(number=models.Count("pk"))
        .filter(number__gte=2)
    )
    return {row["project"]: row["number"] for row in rows}
