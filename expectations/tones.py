"""Which tone a deadline, a verdict or a state has; pure (DESIGN.md 4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from expectations.choices import (
    CommitmentStatus,
    Health,
    MilestoneStatus,
    NoticeStatus,
    NoticeVerdict,
    ReportStatus,
    RiskStatus,
)

HOUR = 3600
STEPS = ((48, "ok"), (24, "watch"), (4, "risk"))
"""At least so many hours left: that tone; below the last, and past it, a breach."""

VERDICTS = {
    NoticeVerdict.PENDING: "info",
    NoticeVerdict.ON_TIME: "ok",
    NoticeVerdict.LATE: "risk",
    NoticeVerdict.LATE_SHORT_KNOWN: "watch",
    NoticeVerdict.LATE_PULLED_IN: "watch",
    NoticeVerdict.AFTER_IMPACT: "breach",
    NoticeVerdict.OVERDUE: "breach",
    NoticeVerdict.MISSED: "breach",
    NoticeVerdict.MISSED_NO_IMPACT: "risk",
    NoticeVerdict.NOT_REQUIRED: "none",
}
NOTICES = {
    NoticeStatus.PENDING: "none",
    NoticeStatus.DRAFTED: "info",
    NoticeStatus.APPROVED: "watch",
    NoticeStatus.SENT: "ok",
    NoticeStatus.ACKNOWLEDGED: "ok",
    NoticeStatus.SETTLED: "none",
    NoticeStatus.CANCELLED: "none",
}
RISKS = {
    RiskStatus.OPEN: "risk",
    RiskStatus.MITIGATING: "watch",
    RiskStatus.OCCURRED: "breach",
    RiskStatus.ACCEPTED: "none",
    RiskStatus.CLOSED: "ok",
}
COMMITMENTS = {
    CommitmentStatus.PROPOSED: "none",
    CommitmentStatus.CONFIRMED: "info",
    CommitmentStatus.AT_RISK: "risk",
    CommitmentStatus.MET: "ok",
    CommitmentStatus.MISSED: "breach",
    CommitmentStatus.WITHDRAWN: "none",
    CommitmentStatus.REPLACED: "none",
}
MILESTONES = {
    MilestoneStatus.PLANNED: "none",
    MilestoneStatus.AT_RISK: "risk",
    MilestoneStatus.DONE: "ok",
    MilestoneStatus.MISSED: "breach",
}
HEALTH = {Health.GREEN: "ok", Health.AMBER: "watch", Health.RED: "breach"}
REPORTS = {
    ReportStatus.DRAFT: "none",
    ReportStatus.SUBMITTED: "ok",
    ReportStatus.ACKNOWLEDGED: "ok",
    ReportStatus.RETURNED: "watch",
}


@dataclass(frozen=True)
class Clock:
    """A deadline as a ring wants it: hours left (below 0 when past), tone, instant."""

    hours: float
    tone: str
    due: datetime

    @property
    def is_over(self) -> bool:
        """The deadline has passed."""
        return self.hours < 0


def clock_of(due: datetime, now: datetime) -> Clock:
    """Hours to a deadline and their tone: 48 h ok, 24 h watch, 4 h risk, else breach."""
    hours = (due - now).total_seconds() / HOUR
    tone = next((tone for least, tone in STEPS if hours >= least), "breach")
    return Clock(hours, tone, due)


def exposure_tone(exposure: int) -> str:
    """1 to 25: from 15 a risk, from 8 to be watched."""
    return "risk" if exposure >= 15 else "watch" if exposure >= 8 else "none"
