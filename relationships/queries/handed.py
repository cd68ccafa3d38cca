"""What a handover did to where people stand: how much goes stale, how much support was kept."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from accounts.models import AccountAssignment
from relationships.choices import GridStatus
from relationships.models import GridAssessment


@dataclass(frozen=True)
class Kept:
    """Of `people` who were placed at a handover, `kept` support us as much as then or more."""

    people: int
    kept: int

    @property
    def percent(self) -> int:
        """The share, 0 without anybody."""
        return round(100 * self.kept / self.people) if self.people else 0


def support_kept(customer_id: int, *, at: dt.datetime, until: dt.datetime) -> Kept:
    """Support of each person when the seat changed hands and at `until`: one query (R-A6)."""
    rows = GridAssessment.objects.counted().filter(customer=customer_id, decided_at__lte=until)
    before: dict[int, int] = {}
    after: dict[int, int] = {}
    said = rows.order_by("decided_at", "id").values_list("contact", "support", "decided_at")
    for contact, support, decided_at in said:
        after[contact] = support
        if decided_at <= at:
            before[contact] = support
    return Kept(len(before), sum(after[contact] >= was for contact, was in before.items()))


def intimacy_of(seat: AccountAssignment) -> int:
    """How many scores go stale when this seat changes hands, those of single deals too."""
    rows = GridAssessment.of_all_kinds.filter(
        customer=seat.customer_id, counterpart=seat.user_id, status=GridStatus.CONFIRMED
    )
    return rows.count()
