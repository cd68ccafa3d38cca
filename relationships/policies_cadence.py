"""Numbers of rhythm and coverage that an admin may change."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core import policy


def _days(key: str, default: int, rule: str, help_text: object, most: int = 1000) -> policy.Policy:
    return policy.declare(
        key, int, default, rule=rule, unit="d", help=help_text, minimum=1, maximum=most
    )


COVERAGE_DAYS = _days(
    "coverage.days", 90, "R-R12", _("Whoever was met within this counts as covered.")
)
COVERAGE_COLD_DAYS = _days(
    "coverage.cold", 180, "R-R12", _("After this a part of the coverage matrix is called cold.")
)


def _count(key: str, default: int, rule: str, help_text: object) -> policy.Policy:
    return policy.declare(key, int, default, rule=rule, help=help_text, minimum=0, maximum=1000)


WEEKLY_INTERACTIONS = _count(
    "cadence.weekly_interactions",
    5,
    "R-R7",
    _("Interactions with customers that an account manager has in a week at least."),
)
WEEKLY_CONTACTS = _count(
    "cadence.weekly_contacts",
    50,
    "R-R8",
    _("Different people that the front line meets in a week, where that rule is switched on."),
)
WEEKLY_MEETINGS = _count(
    "cadence.weekly_meetings",
    2,
    "R-R9",
    _("Meetings with customers that vice presidents and above have in a week at least."),
)
BENCHMARKS = _count(
    "cadence.benchmarks", 1, "R-R10", _("Benchmark meetings a year with an S or A customer.")
)
BENCHMARKS_TARGET = _count(
    "cadence.benchmarks_target", 2, "R-R10", _("Benchmark meetings a year that we aim for.")
)
VISITS = _count(
    "cadence.visits", 1, "R-R10", _("Executive visits a year, there or here, with S and A.")
)
VISITS_TARGET = _count(
    "cadence.visits_target", 2, "R-R10", _("Executive visits a year that we aim for.")
)
NUMBERS = {
    "interactions": (WEEKLY_INTERACTIONS, WEEKLY_INTERACTIONS),
    "distinct_contacts": (WEEKLY_CONTACTS, WEEKLY_CONTACTS),
    "exec_meetings": (WEEKLY_MEETINGS, WEEKLY_MEETINGS),
    "benchmark_meetings": (BENCHMARKS, BENCHMARKS_TARGET),
    "exec_visits": (VISITS, VISITS_TARGET),
}
"""Minimum and target by what is counted, for rules without numbers of their own."""
PRESENT_DAYS = policy.declare(
    "cadence.present",
    int,
    3,
    rule="R-R7",
    unit="d",
    minimum=1,
    maximum=7,
    help=_("A week asks something of whoever is at work on at least so many of its days."),
)
GRACE_HOURS = policy.declare(
    "cadence.grace",
    int,
    12,
    rule="R-R7",
    unit="h",
    minimum=0,
    maximum=160,
    help=_("A week is judged this long after its end, so that the last visits can be logged."),
)
CATCH_UP_WEEKS = policy.declare(
    "cadence.catch_up",
    int,
    8,
    rule="R-R7",
    minimum=1,
    maximum=60,
    help=_("So many past weeks are judged afterwards when nothing ran for long."),
)
TIER_FACTOR = {
    key: policy.declare(
        f"cadence.factor.{key}",
        int,
        default,
        rule="R-R4",
        minimum=1,
        maximum=20,
        help=_("The interval at which key people are met is multiplied by this in such a tier."),
    )
    for key, default in {"s": 1, "a": 1, "b": 2, "c": 3}.items()
}
UNPLACED_DAYS = _days(
    "cadence.unplaced",
    14,
    "R-R4",
    _("Who sits on a key seat and was never placed is met so often."),
)
WEEK_CAP = policy.declare(
    "cadence.week_cap",
    int,
    5,
    rule="R-R4",
    minimum=1,
    maximum=50,
    help=_("So many people stand on the list of the week, and so many tasks to meet somebody."),
)
TASK_DAYS = _days(
    "cadence.task",
    7,
    "R-R4",
    _("A task to meet somebody who is overdue is due after this."),
    most=60,
)
