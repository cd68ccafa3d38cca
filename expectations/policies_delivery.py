"""Numbers of keeping promises that an admin may change: notices, reports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from core import policy
from expectations.notices import NoticeNumbers

LEAD_H = policy.declare(
    "notice.lead_h",
    int,
    72,
    rule="R-E4",
    unit="h",
    minimum=1,
    maximum=720,
    help=_("Hours before the impact by which the customer must know."),
)
GRACE_H = policy.declare(
    "notice.grace_h",
    int,
    4,
    rule="R-E5",
    unit="h",
    minimum=0,
    maximum=72,
    help=_("Time to tell the customer when a risk becomes known inside the deadline."),
)
GRACE_S_H = policy.declare(
    "notice.grace_s_h",
    int,
    2,
    rule="R-E5",
    unit="h",
    minimum=0,
    maximum=72,
    help=_("The same for a customer of tier S."),
)
TOLERANCE_H = policy.declare(
    "notice.tolerance_h",
    int,
    24,
    rule="R-E7",
    unit="h",
    minimum=0,
    maximum=240,
    help=_("How much earlier the impact may come before a given notice counts no longer."),
)
UPDATE_H = policy.declare(
    "notice.update_h",
    int,
    24,
    rule="R-E7",
    unit="h",
    minimum=1,
    maximum=240,
    help=_("Hours in which a told customer hears that the date has moved later."),
)
REPEAT_KEY_H = policy.declare(
    "notice.repeat_key_h",
    int,
    4,
    rule="R-E4",
    unit="h",
    minimum=1,
    maximum=72,
    help=_("Hours between repeats to the regional head for customers of tier S and A."),
)
REPEAT_H = policy.declare(
    "notice.repeat_h",
    int,
    12,
    rule="R-E4",
    unit="h",
    minimum=1,
    maximum=72,
    help=_("Hours between repeats to the regional head for other customers."),
)
NUDGE_H = policy.declare(
    "notice.nudge_h",
    int,
    24,
    rule="R-E4",
    unit="h",
    minimum=1,
    maximum=240,
    help=_("Hours without a draft after which delivery and account manager are nudged."),
)
CALL_AFTER_H = policy.declare(
    "notice.call_after_h",
    int,
    24,
    rule="R-E6",
    unit="h",
    minimum=1,
    maximum=240,
    help=_("Hours without acknowledgement after which the account manager calls."),
)
HEAD_AFTER_H = policy.declare(
    "notice.head_after_h",
    int,
    48,
    rule="R-E6",
    unit="h",
    minimum=1,
    maximum=240,
    help=_("Hours without acknowledgement after which the regional head is told."),
)
SEND_AT_ONCE_H = policy.declare(
    "notice.send_at_once_h",
    int,
    4,
    rule="R-E4",
    unit="h",
    minimum=0,
    maximum=24,
    help=_("Under so many hours left the delivery manager sends without approval."),
)
REPORT_WEEKDAY = policy.declare(
    "report.weekday",
    int,
    5,
    rule="R-E11",
    minimum=1,
    maximum=7,
    help=_("Day of the ISO week on which the weekly report is due (1 Monday to 7 Sunday)."),
)
REPORT_HOUR = policy.declare(
    "report.hour",
    int,
    18,
    rule="R-E11",
    minimum=0,
    maximum=23,
    help=_("Hour at which the weekly report is due."),
)
REPORT_REMINDER_H = policy.declare(
    "report.reminder_h",
    int,
    24,
    rule="R-E11",
    unit="h",
    minimum=1,
    maximum=96,
    help=_("Hours before the weekly report is due at which its owner is reminded."),
)
REPORT_HEAD_HOUR = policy.declare(
    "report.head_hour",
    int,
    12,
    rule="R-E11",
    minimum=0,
    maximum=23,
    help=_("Hour of the next working day at which the regional head hears of a missing report."),
)
COMMITMENT_REMIND_H = policy.declare(
    "commitment.remind_h",
    int,
    24,
    rule="b.3.2",
    unit="h",
    minimum=1,
    maximum=240,
    help=_("Hours before a commitment is due at which its owner is reminded."),
)
CARRY_WEEKS = policy.declare(
    "report.carry_weeks",
    int,
    3,
    rule="b.3.4",
    unit="weeks",
    minimum=1,
    maximum=52,
    help=_("Weeks after which something carried over needs a reason."),
)


def tier_scope(tier: int | None) -> tuple[str, ...]:
    """The policy scope of a tier; an unassessed customer counts as C."""
    return (f"tier:{'sabc'[(tier or 4) - 1]}",)


def notice_numbers(tier: int | None, *, at: dt.datetime) -> NoticeNumbers:
    """The numbers of the 72-hour notice in force for a customer of this tier (1 is S)."""
    scope: Iterable[str] = tier_scope(tier)
    rank = tier or 4
    return NoticeNumbers(
        lead_h=policy.get(LEAD_H, scope, at=at),
        grace_h=policy.get(GRACE_S_H if rank == 1 else GRACE_H, scope, at=at),
        tolerance_h=policy.get(TOLERANCE_H, scope, at=at),
        repeat_h=policy.get(REPEAT_KEY_H if rank <= 2 else REPEAT_H, scope, at=at),
        nudge_h=policy.get(NUDGE_H, scope, at=at),
    )
