"""Figures of scorecards that need the floors above: attainment, satisfaction, activity."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from accounts.scorecards import Asked
from expectations import attainment as rates
from expectations.attainment import Due
from expectations.models import ExpectationItem
from relationships.choices import InteractionStatus
from relationships.models import Interaction


def attainment(asked: Asked) -> Decimal | None:
    """R-K1 over the items of these customers that were due in the period."""
    rows = ExpectationItem.objects.filter(
        customer__in=asked.customers, due_on__gte=asked.first, due_on__lte=asked.last
    )
    columns = rows.values_list("priority_class", "status", "due_on", "outcome_on")
    return rates.rate(Due(*row) for row in columns.iterator())


def satisfaction(asked: Asked) -> Decimal | None:
    """R-K2: the product holds no surveys yet, so there is no evidence."""
    return None


def contact_activity(asked: Asked) -> Decimal | None:
    """Interactions held in the period; of a person, those that the person logged."""
    end = asked.last + dt.timedelta(days=1)
    rows = Interaction.objects.filter(
        customer__in=asked.customers,
        status=InteractionStatus.HELD,
        starts_at__date__gte=asked.first,
        starts_at__date__lt=end,
    )
    if asked.person is not None:
        rows = rows.filter(created_by=asked.person)
    return Decimal(rows.count())
