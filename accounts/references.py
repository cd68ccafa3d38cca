"""Reference sites: when a customer's consent is in force, and how long one may run (C097).

No table, no clock.
"""

from __future__ import annotations

import datetime as dt

from accounts.choices_market import ReferenceStatus
from accounts.tiers import add_months


def may_be_shown(
    *, status: str, consent_on: dt.date | None, consent_until: dt.date | None, on: dt.date
) -> bool:
    """Active, and the consent runs on this day, its first and its last included."""
    if status != ReferenceStatus.ACTIVE or consent_on is None or consent_until is None:
        return False
    return consent_on <= on <= consent_until


def too_long(consent_on: dt.date, consent_until: dt.date, *, months: int) -> bool:
    """A consent is asked for again after so many months."""
    return consent_until > add_months(consent_on, months)
