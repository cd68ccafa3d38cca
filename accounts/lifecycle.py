"""When a customer is proposed as loyal, dormant, or active again (R-A5).

No table, no clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from accounts.choices import CustomerStatus

YEARS = 4
"""Order years are counted over this many years back."""


@dataclass(frozen=True)
class Cuts:
    """The numbers of R-A5 in force."""

    loyal_years: int = 3
    satisfaction: int = 8
    no_contact_days: int = 180
    no_order_days: int = 365


@dataclass(frozen=True)
class Facts:
    """What the rule looks at. `since`: the day since when the customer is known to us, counted
    from where there was no contact or order yet; `satisfaction` None: never asked."""

    since: dt.date
    last_contact: dt.date | None = None
    last_order: dt.date | None = None
    order_years: int = 0
    satisfaction: Decimal | None = None


def order_years(months: Iterable[dt.date], *, today: dt.date) -> int:
    """How many of the last four calendar years, this one included, have an order."""
    return len({month.year for month in months if today.year - YEARS < month.year <= today.year})


def is_idle(facts: Facts, *, today: dt.date, cuts: Cuts) -> bool:
    """Without a held interaction and without an order for as long as the rule says."""
    contact = facts.last_contact or facts.since
    order = facts.last_order or facts.since
    return (today - contact).days >= cuts.no_contact_days and (
        today - order
    ).days >= cuts.no_order_days


def is_loyal(facts: Facts, cuts: Cuts) -> bool:
    """Enough order years, and satisfied; where nobody was asked, the orders speak alone."""
    content = facts.satisfaction is None or facts.satisfaction >= cuts.satisfaction
    return facts.order_years >= cuts.loyal_years and content


def proposal(status: str, facts: Facts, *, today: dt.date, cuts: Cuts) -> CustomerStatus | None:
    """The step that the rule proposes from here; None: stay. Lost is decided, never proposed."""
    idle = is_idle(facts, today=today, cuts=cuts)
    if status == CustomerStatus.ACTIVE:
        if idle:
            return CustomerStatus.DORMANT
        return CustomerStatus.LOYAL if is_loyal(facts, cuts) else None
    if status == CustomerStatus.LOYAL and (idle or not is_loyal(facts, cuts)):
        return CustomerStatus.ACTIVE
    if status == CustomerStatus.DORMANT and not idle:
        return CustomerStatus.ACTIVE
    return None
