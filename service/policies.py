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
BACKDATE_H = policy.declare(
    "ticket.backdate_h",
    int,
    24,
    rule="clocks.md 4",
    unit="h",
    minimum=0,
    help=_("Back-dating an event further than this needs a second person."),
)
FUTURE_S = policy.declare(
    "ticket.future_s",
    int,
    120,
    rule="clocks.md 4",
    unit="s",
    minimum=0,
    help=_("An event may lie this far in the future; clocks of machines differ."),
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
