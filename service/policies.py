"""Adjustable numbers of the service floor (domain.md c.5, clocks.md)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core import policy

SILENCE_D = policy.declare(
    "ticket.silence_d",
    int,
    7,
    rule="R-T1",
    unit="d",
    minimum=1,
    maximum=60,
    help=_("A resolved ticket without an answer closes after this time and two reminders."),
)
REMINDERS_D = policy.declare(
    "ticket.reminders_d",
    list,
    [3, 5],
    rule="R-T1",
    unit="d",
    help=_("Days after the resolution on which the customer is reminded to confirm it."),
)
REOPEN_D = policy.declare(
    "ticket.reopen_d",
    int,
    10,
    rule="R-T1",
    unit="d",
    minimum=0,
    maximum=90,
    help=_("A closed ticket may be reopened for this time; later a new, linked one is opened."),
)
PAUSE_BD = policy.declare(
    "ticket.pause_bd",
    int,
    5,
    rule="R-T2",
    unit="bd",
    minimum=1,
    maximum=60,
    help=_("A pause this long is brought to the service manager."),
)
REPORT_PAST_H = policy.declare(
    "ticket.report_past_h",
    int,
    24,
    rule="d.3",
    unit="h",
    minimum=0,
    help=_("A report that is older needs a reason."),
)
BULLETIN_FIRST_MIN = policy.declare(
    "bulletin.first_min",
    int,
    30,
    rule="R-T7",
    unit="min",
    minimum=1,
    help=_("The first bulletin of a critical ticket, after acceptance."),
)
BULLETIN_RESTORED_MIN = policy.declare(
    "bulletin.restored_min",
    int,
    30,
    rule="R-T7",
    unit="min",
    minimum=1,
    help=_("The restoration bulletin, after restoration."),
)
BULLETIN_CAUSE_BD = policy.declare(
    "bulletin.cause_bd",
    int,
    5,
    rule="R-T7",
    unit="bd",
    minimum=1,
    help=_("The root cause bulletin, after restoration."),
)
REASON_BD = policy.declare(
    "breach.reason_bd",
    int,
    1,
    rule="clocks.md 5",
    unit="bd",
    minimum=1,
    help=_("A missed target needs its reason within this time."),
)
TIGHTEN_PCT = policy.declare(
    "sla.tighten_pct",
    int,
    75,
    rule="R-S4",
    unit="%",
    minimum=1,
    maximum=99,
    help=_("A tightened target is this share of the one it replaces, rounded down."),
)
EXPIRING_D = policy.declare(
    "contract.expiring_d",
    int,
    90,
    rule="R-T9",
    unit="d",
    minimum=1,
    help=_("A contract counts as expiring from this many days before its end."),
)
CONTRACT_ALERTS_D = policy.declare(
    "contract.alerts_d",
    list,
    [90, 60, 30, 7],
    rule="R-T9",
    unit="d",
    help=_("Days before the end on which account manager and renewal owner hear of it."),
)


def _duty(line: str, help_text):
    return policy.declare(f"duty.{line}", list, [], rule="R-T4", help=help_text)


L2_DUTY = _duty("l2", _("User names on duty for the second line; per unit with unit:ID."))
L3_DUTY = _duty("l3", _("User names on duty for the third line; per unit with unit:ID."))
RND_DUTY = _duty("rnd", _("User names on duty in R&D; empty: the R&D assessors of the unit."))
RND_MANAGER = _duty("rnd_manager", _("User names of the R&D managers who are called at 150 %."))
LATE_ALERT_MIN = policy.declare(
    "alert.late_min",
    int,
    5,
    rule="clocks.md 5",
    unit="min",
    minimum=1,
    help=_("An alert noticed this long after its time is worded as late."),
)
DIGEST_OVER = policy.declare(
    "alert.digest_over",
    int,
    20,
    rule="clocks.md 5",
    minimum=1,
    help=_("More late alerts than this for one person become one digest."),
)
UNRESTORED_H = policy.declare(
    "escalation.unrestored_h",
    int,
    4,
    rule="clocks.md 5",
    unit="h",
    minimum=1,
    help=_("A critical ticket that is not restored by then goes to the step of 150 %."),
)
