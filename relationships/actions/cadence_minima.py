"""Tells whose key customers had too few benchmark meetings or executive visits (R-R10)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from accounts.models import Customer
from accounts.queries import regional_head
from accounts.timers_record import managers_of
from core import notify, outbox
from core.models import Notification, User
from core.notify import Note, Urgency
from relationships.cadence import Week
from relationships.choices import CadenceMetric, CadenceMode, ResultStatus
from relationships.models import CadenceResult, CadenceRule

LACKS, HEADS = "cadence.minima", "cadence.minima.heads"
TITLES = {
    CadenceMetric.BENCHMARK_MEETINGS: gettext_noop(
        "%(customer)s had %(actual)d of %(minimum)d benchmark meetings in %(days)d days; plan one"
        " with somebody who decides"
    ),
    CadenceMetric.EXEC_VISITS: gettext_noop(
        "%(customer)s had %(actual)d of %(minimum)d executive visits in %(days)d days; plan one"
        " with somebody who decides"
    ),
}


@dataclass(frozen=True)
class Lack:
    """A key customer that was owed more than it had."""

    rule: CadenceRule
    customer: Customer
    actual: int
    minimum: int

    def key(self, day: dt.date) -> str:
        """It is said once a quarter."""
        quarter = (day.month + 2) // 3
        return f"{LACKS}:{self.rule.pk}:{self.customer.pk}:{day.year}Q{quarter}"


def is_breach(row: CadenceResult) -> bool:
    """Below a minimum that is more than advice."""
    return row.status == ResultStatus.BELOW and row.mode == CadenceMode.ENFORCED


def tell_of_minima(lacks: Sequence[Lack], week: Week, *, now: dt.datetime) -> None:
    """The account manager of each customer, once a quarter for each rule; who heads the region how
    many customers that were this week. Where nobody manages a customer the head is told of it."""
    day = week.sunday
    # asked by key alone, before anybody is told: telling asks by person, and would begin the
    # quarter anew for whoever took a customer over, and for the head who counts what is new
    kept = {outbox.once_key(each.key(day)) for each in lacks}
    told = set(
        Notification.objects.filter(kind=LACKS, once__in=kept).values_list("once", flat=True)
    )
    new = [each for each in lacks if outbox.once_key(each.key(day)) not in told]
    managers = managers_of([each.customer.pk for each in new])
    heads = _heads(new, now)
    notes = [
        Note(
            managers.get(each.customer.pk) or [heads.get(each.customer.owning_unit_id)], LACKS,
            TITLES[CadenceMetric(each.rule.metric)], each.key(day), _said(each),
            f"/customers/{each.customer.pk}/layers/", Urgency.SOON, each.customer, each.customer,
        )
        for each in new
        if each.rule.metric in TITLES
    ]  # fmt: skip
    notify.tell_many([*notes, *_counted(new, heads, week)], now=now)


def _said(lack: Lack) -> dict[str, str | int]:
    name = lack.customer.display_name
    days = lack.rule.days or 0
    return {"customer": name, "actual": lack.actual, "minimum": lack.minimum, "days": days}


def _heads(lacks: Iterable[Lack], now: dt.datetime) -> dict[int, User | None]:
    """Who heads the region, by owning unit: asked once a unit."""
    found: dict[int, User | None] = {}
    for each in lacks:
        unit = each.customer.owning_unit_id
        if unit not in found:
            found[unit] = regional_head(each.customer, at=now)
    return found


def _counted(lacks: Iterable[Lack], heads: dict[int, User | None], week: Week) -> list[Note]:
    people: dict[int, User] = {}
    customers: dict[int, set[int]] = {}
    for each in lacks:
        head = heads.get(each.customer.owning_unit_id)
        if head is not None:
            people[head.pk] = head
            customers.setdefault(head.pk, set()).add(each.customer.pk)
    title = gettext_noop(
        "%(n)d key customers of yours lack benchmark meetings or executive visits of the year"
    )
    return [
        Note(
            [people[pk]], HEADS, title, f"{HEADS}:{week.sunday}:{min(found)}", {"n": len(found)},
            "/organisational-ways/", Urgency.INFO,
        )
        for pk, found in customers.items()
    ]  # fmt: skip
