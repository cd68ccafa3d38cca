"""What a form must hold before it may go out: F1 to F4 (domain.md b.3.4), pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from expectations.choices import Feasibility, PriorityClass


@dataclass(frozen=True)
class Line:
    """What the rules ask of one item."""

    code: str
    statement: str
    priority_class: str
    has_criterion: bool
    has_due: bool
    has_owner: bool
    verdict: str = ""
    verdict_at: dt.datetime | None = None
    revisit_on: dt.date | None = None


@dataclass(frozen=True)
class Gap:
    """One thing that is missing: the rule, the item (empty: the form) and a sentence."""

    rule: str
    code: str
    sentence: str


def gaps(lines: Iterable[Line], *, now: dt.datetime, verdict_max_d: int = 30) -> list[Gap]:
    """Everything that F1–F4 still ask for; empty means the form may go out.

    A verdict is too old when more than `verdict_max_d` days have passed, to the second.
    """
    rows = list(lines)
    found = []
    promised = [row for row in rows if row.priority_class in _PROMISED]
    if not promised:
        found.append(Gap("F1", "", _("The form promises nothing yet: add a must or a negotiable.")))
    for row in rows:
        if not row.priority_class:
            found.append(_gap("F1", row, _("%(code)s has no class yet.")))
        elif row.priority_class == PriorityClass.DEFERRED:
            found.extend(_deferred(row))
        else:
            found.extend(_promise(row))
        if row.priority_class == PriorityClass.MUST:
            found.extend(_verdict(row, now, verdict_max_d))
    return found


_PROMISED = (PriorityClass.MUST, PriorityClass.NEGOTIABLE)


def _promise(row: Line) -> list[Gap]:
    asked = [
        (row.has_criterion, _("%(code)s has no criterion: say how it is shown.")),
        (row.has_due, _("%(code)s has no due date.")),
        (row.has_owner, _("%(code)s has no owner.")),
    ]
    return [_gap("F2", row, sentence) for is_there, sentence in asked if not is_there]


def _verdict(row: Line, now: dt.datetime, verdict_max_d: int) -> list[Gap]:
    if row.verdict == Feasibility.INFEASIBLE:
        return [_gap("F3", row, _("%(code)s is a must and not feasible: negotiate it first."))]
    if not row.verdict or row.verdict_at is None:
        return [_gap("F3", row, _("%(code)s is a must without a feasibility verdict."))]
    if now - row.verdict_at > dt.timedelta(days=verdict_max_d):
        sentence = _("The verdict on %(code)s is older than %(days)d days.")
        return [Gap("F3", row.code, sentence % {"code": row.code, "days": verdict_max_d})]
    return []


def _deferred(row: Line) -> list[Gap]:
    if row.revisit_on is None:
        return [_gap("F4", row, _("%(code)s is deferred; give the day to look at it again."))]
    return []


def _gap(rule: str, row: Line, sentence: str) -> Gap:
    return Gap(rule, row.code, sentence % {"code": row.code})
