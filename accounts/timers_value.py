"""What happens by itself about the worth of customers: nightly proposals, reviews (R-A3)."""

from __future__ import annotations

import datetime as dt
import zoneinfo

from django.db.models import Q

from accounts import cashflow, policies_value
from accounts.actions import cash_flow
from accounts.choices import OPEN_DESIGNATIONS, DesignationStatus, FitTrend
from accounts.models import CashFlowDesignation, Customer, OrgUnit, StrategyFitAssessment
from accounts.queries_value import Figures, latest_fits, revenue_by_unit
from core import policy
from core.actors import Actor
from core.errors import Refused

SYSTEM = Actor.system()
HOUR = 3
"""The hour of the night, where the unit is, in which its customers are looked at."""


def propose_cash_flow(*, now: dt.datetime) -> None:
    """Heartbeat: at night propose what R-A3 asks for; remind of reviews that are due."""
    for unit in OrgUnit.objects.open().order_by("pk"):
        local = now.astimezone(zoneinfo.ZoneInfo(unit.timezone))
        if local.hour == HOUR:
            propose_in(unit, local.date(), now=now)
    rows = CashFlowDesignation.objects.filter(
        status=DesignationStatus.CONFIRMED,
        review_on__lte=now.date(),
        customer__is_archived=False,
    )
    for row in rows.select_related("customer__owning_unit").iterator(chunk_size=200):
        cash_flow.remind_of_review(row, now=now)


def propose_in(unit: OrgUnit, day: dt.date, *, now: dt.datetime) -> int:
    """Propose the customers of one unit that fulfil R-A3; how many. Twice is once."""
    most = max(1, policy.get(policies_value.CASH_IN_A_ROW, at=now))
    asked = StrategyFitAssessment.objects.filter(
        Q(trend=FitTrend.DIVERGING) | Q(fit__lt=policy.get(policies_value.CASH_FIT, at=now)),
        status="approved",
    )
    customers = (
        Customer.objects.current()
        .filter(owning_unit=unit, cash_flow=False, pk__in=asked.values("customer"))
        .exclude(designations__status__in=OPEN_DESIGNATIONS)
    )
    fits = latest_fits(customers.order_by().values("pk"), most)
    if not fits:
        return 0
    made = 0
    for (_unit, currency), sums in revenue_by_unit([unit.pk], day).items():
        median = cashflow.median_of(list(sums.values()))
        for pk in sorted(fits.keys() & sums.keys()):
            figures = Figures(fits[pk], sums[pk], median, currency)
            if figures.grounds(now) and _proposed(pk, figures, now):
                del fits[pk]
                made += 1
    return made


def _proposed(pk: int, figures: Figures, now: dt.datetime) -> bool:
    customer = Customer.objects.select_related("owning_unit").get(pk=pk)
    try:
        cash_flow.propose_by_rule(customer, figures, by=SYSTEM, now=now)
    except Refused:
        return False
    return True
