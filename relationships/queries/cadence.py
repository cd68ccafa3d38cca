"""Reads of cadence: what the week asks of one person, what weeks came to."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from accounts.models import Customer, UserProfile, roles_of, seat_of
from core import policy
from core.kept import NEVER, NOBODY, KeptQuery
from relationships import policies_cadence as policies
from relationships.cadence import Week
from relationships.choices import (
    OF_PEOPLE,
    CadenceMetric,
    CadenceSubject,
    CadenceWindow,
)
from relationships.models import CadenceResult, CadenceRule, Interaction

BENCHMARK = ("benchmark_meeting",)
VISITS = ("executive_visit_out", "executive_visit_in")
CODES = {CadenceMetric.BENCHMARK_MEETINGS: BENCHMARK, CadenceMetric.EXEC_VISITS: VISITS}


@dataclass(frozen=True)
class Line:
    """One rule and how far this week has come."""

    rule: CadenceRule
    actual: int
    minimum: int

    @property
    def lacks(self) -> int:
        """So many are missing."""
        return max(0, self.minimum - self.actual)

    @property
    def fits_dots(self) -> bool:
        """Few enough to be drawn one by one."""
        return 0 < self.minimum <= 10


def numbers_of(rule: CadenceRule, *, at: dt.datetime) -> tuple[int, int]:
    """Minimum and target: of the rule itself, else of the policy of what it counts."""
    scope = (f"unit:{rule.unit_id}",) if rule.unit_id else ()
    least, aim = policies.NUMBERS[rule.metric]
    minimum = policy.get(least, scope, at=at) if rule.minimum is None else rule.minimum
    target = policy.get(aim, scope, at=at) if rule.target is None else rule.target
    return minimum, max(minimum, target)


def weekly_lines(user: Any, *, now: dt.datetime, zone: zoneinfo.ZoneInfo) -> list[Line]:
    """What this ISO week asks of a person and what was done: one query."""
    week, roles = Week.of(now, zone), frozenset(roles_of(user))
    units = [int(part) for part in seat_of(user).split("/") if part]
    kept = _WEEKLY.get((roles, len(units)))
    if kept is None:
        above = [NOBODY - 1 - place for place in range(len(units))]
        rows = _weekly(NO_WEEK, NOBODY, roles, above)
        kept = KeptQuery(lambda: rows, _said(NO_WEEK, NOBODY, above))
        _WEEKLY[roles, len(units)] = kept
    found = {}
    for rule in kept.rows(_said(week, user.pk, units)):
        minimum, _target = numbers_of(rule, at=now)
        line = Line(rule, rule.actual, minimum)
        if minimum and line.minimum >= found.get(rule.metric, line).minimum:
            found[rule.metric] = line
    return list(found.values())


NO_WEEK = Week.of(NEVER, zoneinfo.ZoneInfo("UTC"))
_WEEKLY: dict[tuple[frozenset[str], int], KeptQuery] = {}


def _said(week: Week, user_id: int, units: Sequence[int]) -> dict[str, Any]:
    """What `_weekly` asks with."""
    said = {f"unit{place}": unit for place, unit in enumerate(units)}
    span = {"monday": week.monday, "starts": week.starts_at, "ends": week.ends_at}
    return {"user": user_id, **span, **said}


def _weekly(
    week: Week, user_id: int, roles: frozenset[str], units: Sequence[int]
) -> QuerySet[CadenceRule]:
    """Rules for a person of a week, with what was done: written once for people alike."""
    mine = Interaction.objects.held().between(week.starts_at, week.ends_at)
    mine = mine.filter(participants=user_id).order_by()
    counts = [
        When(metric=metric, then=_number(rows, what))
        for metric, (rows, what) in _counted(mine).items()
    ]
    vp = UserProfile.objects.here().filter(user=user_id, is_vp_or_above=True)
    asked = Q(subject=CadenceSubject.ROLE, subject_key__in=sorted(roles))
    asked |= Q(Exists(vp), subject=CadenceSubject.VP)
    rules = CadenceRule.objects.on(week.monday).filter(
        asked, Q(unit=None) | Q(unit__in=units), window=CadenceWindow.ISO_WEEK
    )
    rules = rules.annotate(actual=Case(*counts, default=Value(0), output_field=IntegerField()))
    return rules.order_by("rule", "unit", "id")


def _counted(rows: QuerySet[Interaction]) -> dict[str, tuple[QuerySet[Interaction], str]]:
    """What is counted of interactions, by metric of people."""
    return {
        CadenceMetric.INTERACTIONS: (rows, "pk"),
        CadenceMetric.DISTINCT_CONTACTS: (rows, "contacts"),
        CadenceMetric.EXEC_MEETINGS: (rows.filter(type__is_meeting=True), "pk"),
    }


def _number(rows: QuerySet[Interaction], what: str) -> Coalesce:
    counted = rows.annotate(one=Value(1)).values("one").annotate(n=Count(what, distinct=True))
    return Coalesce(Subquery(counted.values("n")), Value(0))


def counts_of_people(metric: str, week: Week) -> dict[int, int]:
    """{user id: how many of a metric in a week}: one query."""
    held = Interaction.objects.held().between(week.starts_at, week.ends_at).order_by()
    rows, what = _counted(held)[metric]
    grouped = rows.filter(participants__isnull=False).values_list("participants")
    return dict(grouped.annotate(Count(what, distinct=True)))


def counts_of_customers(
    metric: str, customers: Sequence[int], *, since: dt.datetime, until: dt.datetime
) -> dict[int, int]:
    """{customer id: meetings of a kind with somebody who decides}: one query (R-R10)."""
    return _by_metric(customers, since, until).get(metric, {})


def _by_metric(
    customers: Sequence[int], since: dt.datetime, until: dt.datetime
) -> dict[str, dict[int, int]]:
    """The same of every kind at once, by metric: one query."""
    decides = Interaction.contacts.through.objects.filter(
        interaction=OuterRef("pk"), contact__is_decision_layer=True
    )
    rows = Interaction.objects.held().between(since, until).order_by()
    metrics = {code: metric for metric, codes in CODES.items() for code in codes}
    rows = rows.filter(Exists(decides), customer__in=customers, type__code__in=metrics)
    found: dict[str, dict[int, int]] = {}
    for customer, code, number in rows.values_list("customer_id", "type__code").annotate(
        Count("pk")
    ):
        counts = found.setdefault(metrics[code], {})
        counts[customer] = counts.get(customer, 0) + number
    return found


@dataclass(frozen=True)
class Minimum:
    """What a key customer asks for in a year, and what was done of it (R-R10)."""

    customer: Customer
    rule: CadenceRule
    actual: int
    minimum: int
    target: int
    is_advice: bool = False
    """Of a cash-flow customer (R-A4), for whom may know that it is one."""

    @property
    def is_met(self) -> bool:
        """The minimum stands."""
        return self.actual >= self.minimum


def minima_of(
    customers: Sequence[Customer], *, now: dt.datetime, advised: Collection[int] = ()
) -> list[Minimum]:
    """Benchmark meetings and executive visits of these customers against their minima, what lacks
    first and what is advice only (`advised`: ids) last: a query for the rules and one for each
    span of days."""
    rules = CadenceRule.objects.on(now.date()).filter(subject=CadenceSubject.TIER)
    found = []
    spans: dict[int, dict[str, dict[int, int]]] = {}
    ids = [one.pk for one in customers]
    for rule in rules:
        days = rule.days or 0
        if days not in spans:
            spans[days] = _by_metric(ids, now - dt.timedelta(days=days), now)
        counts = spans[days].get(rule.metric, {})
        minimum, target = numbers_of(rule, at=now)
        found += [
            Minimum(one, rule, counts.get(one.pk, 0), minimum, target, one.pk in advised)
            for one in customers
            if one.get_tier_display().lower() == rule.subject_key
        ]
    return sorted(
        found, key=lambda each: (each.is_advice, each.actual - each.minimum, each.customer.pk)
    )


def weeks_of(user: Any, *, most: int = 12) -> list[CadenceResult]:
    """What the last weeks of a person came to, the latest first: one query."""
    rows = CadenceResult.objects.filter(user=user.pk).select_related("rule")
    return list(rows.order_by("-ends_on", "rule")[:most])


def week_of_people(user: Any, sunday: dt.date | None) -> tuple[dt.date | None, QuerySet]:
    """Results of one's people for a week (default: the last one judged), below first."""
    rows = CadenceResult.objects.visible_to(user).of_people()
    latest = sunday or rows.order_by("-ends_on").values_list("ends_on", flat=True).first()
    return latest, rows.filter(ends_on=latest, rule__subject__in=OF_PEOPLE)
