"""Reads of agreements: what is locked in them, and when somebody has to think of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.choices import OPEN_STAGES
from accounts.models import Opportunity
from accounts.opportunities import totals
from relationships.agreements import alert_days
from relationships.choices_agreement import AgreementStatus, LockStatus
from relationships.models import LockedProject, StrategicAgreement


@dataclass(frozen=True)
class Milestone:
    """A day on which an agreement asks for something: for calendars."""

    on: dt.date
    kind: str
    """`starts`, `renewal` or `ends`."""
    agreement: StrategicAgreement


def milestones(user: Any, start: dt.date, end: dt.date, days: Sequence[int]) -> list[Milestone]:
    """Days from start to before end of agreements in this person's sight, the first one first:
    one query. `days` are those of R-R14 (`agreement_force.alert_days`)."""
    rows = StrategicAgreement.objects.visible_to(user).filter(
        status__in=(AgreementStatus.SIGNED, AgreementStatus.IN_FORCE)
    )
    last = end + dt.timedelta(days=max(days, default=0))
    near = rows.filter(starts_on__lt=end, ends_on__gte=start, ends_on__lt=last) | rows.filter(
        starts_on__gte=start, starts_on__lt=end
    )
    found = []
    for row in near.select_related("customer").order_by("ends_on", "id"):
        found.append(Milestone(row.ends_on, "ends", row))
        if row.status == AgreementStatus.SIGNED:
            found.append(Milestone(row.starts_on, "starts", row))
        else:
            found += [Milestone(on, "renewal", row) for on in alert_days(row.ends_on, days)]
    return sorted(
        (each for each in found if start <= each.on < end), key=lambda each: (each.on, each.kind)
    )


def with_locked(rows: QuerySet[StrategicAgreement]) -> QuerySet[StrategicAgreement]:
    """With the number of projects locked in each."""
    return rows.annotate(
        locked_count=Count("locked", filter=~Q(locked__status=LockStatus.RELEASED))
    )


def locked_in(row: StrategicAgreement, user: Any) -> list[LockedProject]:
    """Its projects that this person sees, year by year."""
    rows = LockedProject.objects.visible_to(user).filter(agreement=row)
    found = list(rows.select_related("opportunity__customer").order_by("year", "id"))
    for each in found:
        each.agreement = row
    return found


def sums_of(rows: Sequence[LockedProject]) -> list[tuple[str, list[tuple[str, Decimal]]]]:
    """(state, [(currency, sum)]) of what was locked; currencies are never added up."""
    found = totals((row.status, row.currency, row.value) for row in rows)
    return [
        (status.label, sorted(found[status].items())) for status in LockStatus if status in found
    ]


def lockable(row: StrategicAgreement, user: Any) -> QuerySet[Opportunity]:
    """Open deals of the customer and of everybody below it that no agreement has locked."""
    rows = Opportunity.objects.visible_to(user).filter(
        customer__path__startswith=row.customer.path, stage__in=OPEN_STAGES
    )
    taken = LockedProject.objects.counting().values("opportunity_id")
    return rows.exclude(pk__in=taken).order_by("expected_close", "id")
