"""What the delivery manager writes while the weeks pass: one report late, the last one open."""

from __future__ import annotations

import datetime as dt

from core.errors import Refused
from expectations.actions import report as reports
from expectations.choices import ProjectStatus, ReportStatus
from expectations.models import Project, WeeklyReport
from huaweicrm.demo.world import World

HOUR = dt.timedelta(hours=1)
LATE = 45 * dt.timedelta(minutes=1)
TEXTS = [
    ("设备全部上架，完成 8 个站点加电。", "开始单站调测。", "进度正常，8 个站点已加电。"),
    ("单站调测完成 12 个。", "准备第一次割接演练。", "调测完成 12 个站点，下周演练。"),
    ("第一次割接演练通过，回退 0 次。", "割接方案定稿。", "演练一次通过，没有回退。"),
    ("割接方案评审两轮。", "等第三方接口说明。", "方案评审中，第三方接口说明待到。"),
]


def begin_week(now: dt.datetime) -> None:
    """The drafts of a week for the projects that had started by then."""
    rows = Project.objects.filter(status=ProjectStatus.EXECUTING, started_at__lte=now)
    reports.draft_all(rows.select_related("customer", "calendar", "customer__calendar"), now=now)


def write(world: World, moment: dt.datetime) -> None:
    """Submit the drafts whose time has come by `moment`; every fourth one late, today's not."""
    rows = WeeklyReport.objects.filter(status=ReportStatus.DRAFT, due_at__lte=moment)
    for row in rows.exclude(due_at__gt=world.now - dt.timedelta(days=5)).order_by("due_at", "id"):
        late = row.iso_week % 4 == 0
        if late and row.due_at + LATE > moment:
            continue
        _submit(world, row, row.due_at + LATE if late else row.due_at - HOUR)


def _submit(world: World, row: WeeklyReport, now: dt.datetime) -> None:
    done, ahead, summary = TEXTS[row.iso_week % len(TEXTS)]
    by = world.by("fr")
    reports.edit_report(
        row,
        {
            "overall": "amber" if row.iso_week % 3 == 0 else "green",
            "schedule": "green",
            "quality": "green",
            "done": done,
            "next": ahead,
            "portal_summary": summary,
            "ar_section": "客户关系平稳。",
        },
        by=by,
        now=now - HOUR,
        carry={
            number: {"done": True, "reason": ""}
            for number in range(len(row.snapshot.get("carry", [])))
        },
    )
    try:
        reports.submit(row, by=by, now=now)
        reports.publish(row, by=by, now=now + 10 * dt.timedelta(minutes=1))
    except Refused:
        return  # something overdue is not explained yet: the draft stays, as it would in life
