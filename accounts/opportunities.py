"""Deals: which stage follows which, what a closing step must say, what a pipeline holds.

No table, no clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from accounts.choices import OPEN_STAGES, Stage

WINNABLE = (Stage.PROPOSING, Stage.NEGOTIATING)
"""Nothing is won that was never offered."""


def may_follow(after: str, before: str) -> bool:
    """True when a deal may go from `before` to `after` (reopening is a step of its own)."""
    if before not in OPEN_STAGES or after == before:
        return False
    if after == Stage.WON:
        return before in WINNABLE
    return True


def lacking(stage: str, *, reason: str, lost_to: str) -> tuple[str, ...]:
    """Fields that a closing step must fill: a lost deal says why and to whom, a shelved one why."""
    needed = {"reason": reason, "lost_to": lost_to}
    wanted = {Stage.LOST: ("reason", "lost_to"), Stage.SHELVED: ("reason",)}.get(stage, ())
    return tuple(name for name in wanted if not needed[name].strip())


def is_late(stage: str, expected_close: dt.date, today: dt.date) -> bool:
    """Open after the day on which it should have been decided; not yet on the day itself."""
    return stage in OPEN_STAGES and expected_close < today


def totals(rows: Iterable[tuple[str, str, Decimal | None]]) -> dict[str, dict[str, Decimal]]:
    """Sum of amounts by stage and currency; different currencies are never added up."""
    found: dict[str, dict[str, Decimal]] = {}
    for stage, currency, amount in rows:
        sums = found.setdefault(stage, {})
        sums[currency] = sums.get(currency, Decimal(0)) + (amount or Decimal(0))
    return found
