"""Figures of scorecards that the books give (R-K4): None where nothing is booked."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Max, Sum

from accounts import scorecards
from accounts.models import RevenueRecord
from accounts.scorecards import Asked
from accounts.tiers import add_months

CURRENCY = "CNY"


def orders(asked: Asked) -> Decimal | None:
    """Orders of the period."""
    return _sum(asked, "order_amount")


def revenue(asked: Asked) -> Decimal | None:
    """Revenue of the period."""
    return _sum(asked, "revenue")


def gross_profit(asked: Asked) -> Decimal | None:
    """Gross profit of the period."""
    return _sum(asked, "gross_profit")


def cash_collected(asked: Asked) -> Decimal | None:
    """Cash of the period."""
    return _sum(asked, "cash_collected")


def revenue_per_head(asked: Asked) -> Decimal | None:
    """Revenue by the people of the unit, as the books count them."""
    people = _rows(asked, asked.first, asked.last).aggregate(most=Max("headcount_of_unit"))["most"]
    earned = revenue(asked)
    if not people or earned is None:
        return None
    return (earned / people).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def effective_growth(asked: Asked) -> Decimal | None:
    """Growth against the same months of the year before, while the margin does not fall."""
    before = _both(asked, add_months(asked.first, -12), add_months(asked.last, -12))
    now = _both(asked, asked.first, asked.last)
    if before is None or now is None or before[0] <= 0:
        return None
    margins = [profit / earned if earned else Decimal(0) for earned, profit in (before, now)]
    return scorecards.growth(before[0], now[0], *margins)


def _rows(asked: Asked, first: dt.date, last: dt.date):
    rows = RevenueRecord.objects.filter(month__gte=first, month__lte=last, currency=CURRENCY)
    return rows.filter(customer__in=asked.customers)


def _sum(asked: Asked, what: str) -> Decimal | None:
    return _rows(asked, asked.first, asked.last).aggregate(total=Sum(what))["total"]


def _both(asked: Asked, first: dt.date, last: dt.date) -> tuple[Decimal, Decimal] | None:
    sums = _rows(asked, first, last).aggregate(earned=Sum("revenue"), profit=Sum("gross_profit"))
    return None if sums["earned"] is None else (sums["earned"], sums["profit"])
