"""What makes an insight whole, for how long it holds, and who must have one (C126, C128).

No table, no clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from accounts.choices import Tier
from accounts.tiers import add_months

TEXTS = ("industry_analysis", "customer_plan", "direction", "pains", "competitor_view")
REQUIRED = ("industry_analysis", "customer_plan", "direction", "pains", "main_business_position")
"""What a published one says; the view of the competitors may stay empty."""
MISSING, EXPIRING, CURRENT = "missing", "expiring", "current"


def missing(values: Mapping[str, Any]) -> list[str]:
    """The required parts that are empty, in their order."""
    return [name for name in REQUIRED if not str(values.get(name) or "").strip()]


def is_mandatory(tier: int | None) -> bool:
    """Key accounts have one, refreshed yearly."""
    return tier in (Tier.S, Tier.A)


def last_day(published: dt.date, months: int) -> dt.date:
    """The last day on which it holds."""
    return add_months(published, months)


def state(valid_until: dt.date | None, *, today: dt.date, remind_days: int) -> str:
    """Missing (none, or past its last day), expiring (within the reminder), or current."""
    if valid_until is None or valid_until < today:
        return MISSING
    return EXPIRING if (valid_until - today).days <= remind_days else CURRENT
