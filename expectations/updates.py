"""A told customer hears of a later date: since when that is owed, pure (clocks.md 6.5, R-E7)."""

from __future__ import annotations

from datetime import datetime

from expectations.notices import NoticeFacts


def owed_since(facts: NoticeFacts, told_at: datetime | None) -> datetime | None:
    """When the date first moved later without the customer hearing of it since.

    None while nobody was told, the last date said still stands, or the risk is over or has struck.
    """
    over = facts.closed_at is not None or facts.actual_impact_at is not None
    if told_at is None or over or not facts.customer_impacting:
        return None
    versions = sorted(facts.impacts, key=lambda version: version.recorded_at)
    last = max(facts.told, key=lambda record: record.delivered_at, default=None)
    heard_at = told_at if last is None else last.delivered_at
    if last is not None and last.stated_impact_at == versions[-1].impact_at:
        return None
    later = (
        after.recorded_at
        for before, after in zip(versions, versions[1:], strict=False)
        if after.impact_at > before.impact_at and after.recorded_at >= heard_at
    )
    return next(later, None)
