"""Judges weeks: rows that are added once and never changed, whoever runs it how often.

People are asked by ISO week in the zone of their unit (R-R7 to R-R9), key customers by the year
behind them (R-R10, told by `cadence_minima`). What lacks is told once, for the latest week only.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from accounts.choices import TIER_KEYS, CustomerStatus, Role
from accounts.models import Customer, UserProfile, UserRole
from accounts.queries import head_of
from accounts.queries_leave import days_away
from core import notify, policy
from core.calendars import STANDARD, named, value_of
from core.inserts import insert_rows, new_row
from core.models import CalendarVersion, User
from core.notify import Note, Urgency
from relationships import policies_cadence as policies
from relationships.actions.cadence_minima import Lack, is_breach, tell_of_minima
from relationships.cadence import Week, judgeable, judged, present_days
from relationships.choices import (
    OF_PEOPLE,
    CadenceMode,
    CadenceSubject,
    ResultStatus,
)
from relationships.models import CadenceResult, CadenceRule
from relationships.queries.cadence import counts_of_customers, counts_of_people, numbers_of

BELOW, HEADS, ROLL_UP = "cadence.below", "cadence.heads", "cadence.rollup"


@dataclass(frozen=True)
class Due:
    """A week that may be judged: since when, and whether it is the latest one."""

    week: Week
    due_at: dt.datetime
    latest: bool


def judge(*, now: dt.datetime) -> int:
    """Heartbeat: judge every week that is due and was not judged. How many rows it added."""
    rules = list(CadenceRule.objects.filter(is_on=True).exclude(subject=CadenceSubject.CELL))
    rules = [rule for rule in rules if rule.subject in OF_PEOPLE or rule.days]
    of_people = [rule for rule in rules if rule.subject in OF_PEOPLE]
    of_tiers = [rule for rule in rules if rule.subject == CadenceSubject.TIER]
    return _judge_people(of_people, now) + _judge_customers(of_tiers, now)


def _dues(zone: zoneinfo.ZoneInfo, now: dt.datetime) -> list[Due]:
    grace = dt.timedelta(hours=policy.get(policies.GRACE_HOURS, at=now))
    most = policy.get(policies.CATCH_UP_WEEKS, at=now)
    weeks = judgeable(now, zone, grace=grace, most=most)
    return [Due(week, due, number == 0) for number, (week, due) in enumerate(weeks)]


def _judge_people(rules: Sequence[CadenceRule], now: dt.datetime) -> int:
    added = 0
    for name, people in _by_zone(_people(rules)).items():
        dues = _dues(zoneinfo.ZoneInfo(name), now)
        known = _known("user", dues)
        for due in dues:
            made: list[CadenceResult] = []
            for rule in _in_force(rules, due.week):
                asked = [
                    one
                    for one in people
                    if _asks(rule, one) and (rule.pk, one.user_id, due.week.sunday) not in known
                ]
                made += _results(rule, asked, due, now)
            added += _keep(made, {one.user_id: one for one in people}, due, now)
    return added


@transaction.atomic
def _keep(
    made: list[CadenceResult], people: dict[int, UserProfile], due: Due, now: dt.datetime
) -> int:
    insert_rows(made, skip_known=True)
    if due.latest and made:
        notify.tell_many(_notes(made, people, due, now), now=now)
    return len(made)


def _people(rules: Sequence[CadenceRule]) -> list[UserProfile]:
    """Everybody of whom some rule may ask something, with `held` roles: two queries."""
    roles = {rule.subject_key for rule in rules if rule.subject == CadenceSubject.ROLE}
    wanted = Q(user__role_rows__role__in=roles)
    if any(rule.subject == CadenceSubject.VP for rule in rules):
        wanted |= Q(is_vp_or_above=True)
    rows = UserProfile.objects.here().filter(wanted, user__is_active=True, user__is_portal=False)
    people = list(
        rows.select_related("user", "unit__head", "unit__acting_head", "unit__calendar")
        .order_by("pk")
        .distinct()
    )
    held: dict[int, set[str]] = {}
    pairs = UserRole.objects.filter(role__in=roles).values_list("user_id", "role")
    for user, role in pairs:
        held.setdefault(user, set()).add(role)
    for one in people:
        one.held = held.get(one.user_id, set())  # type: ignore[attr-defined]
    return people


def _by_zone(people: Iterable[UserProfile]) -> dict[str, list[UserProfile]]:
    found: dict[str, list[UserProfile]] = {}
    for one in people:
        found.setdefault(one.unit.timezone, []).append(one)
    return found


def _asks(rule: CadenceRule, one: UserProfile) -> bool:
    if rule.unit_id and f"/{rule.unit_id}/" not in one.unit.path:
        return False
    if rule.subject == CadenceSubject.VP:
        return one.is_vp_or_above
    return rule.subject_key in one.held  # type: ignore[attr-defined]


def _in_force(rules: Iterable[CadenceRule], week: Week) -> list[CadenceRule]:
    return [
        rule
        for rule in rules
        if (rule.starts_on is None or rule.starts_on <= week.monday)
        and (rule.ends_on is None or rule.ends_on >= week.sunday)
    ]


def _known(of: str, dues: Sequence[Due]) -> set[tuple[int, int, dt.date]]:
    days = [due.week.sunday for due in dues]
    rows = CadenceResult.objects.filter(ends_on__in=days, **{f"{of}__isnull": False})
    return set(rows.values_list("rule_id", f"{of}_id", "ends_on"))


def _results(
    rule: CadenceRule, asked: Sequence[UserProfile], due: Due, now: dt.datetime
) -> list[CadenceResult]:
    """Who joined after the week, or has no rule that asks anything, has no row."""
    minimum, target = numbers_of(rule, at=due.week.ends_at)
    there = [one for one in asked if one.joined_on is None or one.joined_on <= due.week.sunday]
    if not there or not minimum:
        return []
    counts = counts_of_people(rule.metric, due.week)
    away = days_away([one.user_id for one in there], due.week.monday, due.week.sunday)
    needed = policy.get(policies.PRESENT_DAYS, at=due.week.ends_at)
    opened = {one.unit.calendar_id: _open_days(one.unit.calendar, due.week) for one in there}
    found = []
    for one in there:
        days = [
            day
            for day in opened[one.unit.calendar_id]
            if one.joined_on is None or day >= one.joined_on
        ]
        present = present_days(days, away.get(one.user_id, ()))
        actual = counts.get(one.user_id, 0)
        status = judged(actual, minimum, present=present, needed=needed)
        found.append(_row(rule, due, now, status, actual, (minimum, target), user_id=one.user_id))
    return found


def _open_days(calendar: Any, week: Week) -> list[dt.date]:
    """Days of a week that are worked: by the calendar of the unit, else the standard one."""
    try:
        value = value_of(calendar) if calendar is not None else named(STANDARD)
    except CalendarVersion.DoesNotExist:
        return week.days[:5]
    return [day for day in week.days if value.status(day).is_open]


def _row(
    rule: CadenceRule,
    due: Due,
    now: dt.datetime,
    status: str,
    actual: int,
    numbers: tuple[int, int],
    **more: Any,
) -> CadenceResult:
    more.setdefault("mode", rule.mode)
    more.setdefault("starts_on", due.week.monday)
    return new_row(
        CadenceResult,
        rule_id=rule.pk,
        ends_on=due.week.sunday,
        actual=actual,
        minimum=numbers[0],
        target=numbers[1],
        status=status,
        due_at=due.due_at,
        judged_at=now,
        late_by_s=int((now - due.due_at).total_seconds()),
        **more,
    )


def _judge_customers(rules: Sequence[CadenceRule], now: dt.datetime) -> int:
    """Key customers by the days behind the end of each week; of a cash-flow customer what lacks is
    advisory (R-A4)."""
    tiers = {key: rank for rank, key in TIER_KEYS.items()}
    wanted = {tiers[rule.subject_key] for rule in rules if rule.subject_key in tiers}
    rows = Customer.objects.current().filter(tier__in=wanted).exclude(status=CustomerStatus.LOST)
    by_zone: dict[str, list[Customer]] = {}
    for one in rows.select_related("owning_unit").order_by("pk"):
        by_zone.setdefault(one.owning_unit.timezone, []).append(one)
    added = 0
    for name, customers in by_zone.items():
        dues = _dues(zoneinfo.ZoneInfo(name), now)
        known = _known("customer", dues)
        for due in dues:
            added += _judge_week(rules, customers, known, due, now)
    return added


@transaction.atomic
def _judge_week(
    rules: Sequence[CadenceRule],
    customers: Sequence[Customer],
    known: set[tuple[int, int, dt.date]],
    due: Due,
    now: dt.datetime,
) -> int:
    """The rows of customers of one zone for one week, and for the latest whom they are told to."""
    added, lacks = 0, list[Lack]()
    tiers = {key: rank for rank, key in TIER_KEYS.items()}
    for rule in _in_force(rules, due.week):
        asked = {
            one.pk: one
            for one in customers
            if one.tier == tiers.get(rule.subject_key)
            and (not rule.unit_id or f"/{rule.unit_id}/" in one.owning_unit.path)
            and (rule.pk, one.pk, due.week.sunday) not in known
        }
        made = _of_customers(rule, list(asked.values()), due, now)
        insert_rows(made, skip_known=True)
        added += len(made)
        lacks += [
            Lack(rule, asked[row.customer_id], row.actual, row.minimum)
            for row in made
            if row.customer_id is not None and is_breach(row)
        ]
    if due.latest and lacks:
        tell_of_minima(lacks, due.week, now=now)
    return added


def _of_customers(
    rule: CadenceRule, asked: Sequence[Customer], due: Due, now: dt.datetime
) -> list[CadenceResult]:
    if not asked or not rule.days:
        return []
    numbers = numbers_of(rule, at=due.week.ends_at)
    since = due.week.ends_at - dt.timedelta(days=rule.days)
    counts = counts_of_customers(
        rule.metric, [one.pk for one in asked], since=since, until=due.week.ends_at
    )
    return [
        _row(
            rule,
            due,
            now,
            judged(counts.get(one.pk, 0), numbers[0]),
            counts.get(one.pk, 0),
            numbers,
            customer_id=one.pk,
            starts_on=since.date(),
            mode=CadenceMode.ADVISORY if one.cash_flow else rule.mode,
        )
        for one in asked
    ]


def _notes(
    made: Sequence[CadenceResult], people: dict[int, UserProfile], due: Due, now: dt.datetime
) -> list[Note]:
    """Whoever stayed below, the heads of their units, and the roll-up of vice presidents (R-R9)."""
    week = due.week.name
    below = [row for row in made if is_breach(row)]
    notes = [
        Note(
            [people[row.user_id].user],
            BELOW,
            gettext_noop("Week %(week)s came to %(actual)d of %(minimum)d"),
            f"{BELOW}:{row.rule_id}:{row.user_id}:{due.week.sunday}",
            {"week": week, "actual": row.actual, "minimum": row.minimum},
            "/cadence/",
            Urgency.INFO,
        )
        for row in below
        if row.user_id is not None
    ]
    return notes + _heads(below, people, due, now) + _roll_up(made, due)


def _heads(
    below: Sequence[CadenceResult], people: dict[int, UserProfile], due: Due, now: dt.datetime
) -> list[Note]:
    found: dict[int, tuple[User, set[int]]] = {}
    for row in below:
        one = people[row.user_id]  # type: ignore[index]
        head = head_of(one.unit, at=now)
        if head is not None and head.pk != one.user_id:
            found.setdefault(head.pk, (head, set()))[1].add(one.user_id)
    return [
        Note(
            [head],
            HEADS,
            gettext_noop("%(n)d of your people stayed below their minimum in week %(week)s"),
            f"{HEADS}:{due.week.sunday}",
            {"n": len(who), "week": due.week.name},
            f"/cadence/team/?week={due.week.sunday}",
            Urgency.INFO,
        )
        for head, who in found.values()
    ]


def _roll_up(made: Sequence[CadenceResult], due: Due) -> list[Note]:
    executives = CadenceRule.objects.filter(subject=CadenceSubject.VP)
    rules = set(executives.values_list("pk", flat=True))
    rows = [row for row in made if row.rule_id in rules]
    if not rows:
        return []
    quality = User.objects.filter(
        role_rows__role=Role.QM, is_active=True, profile__left_on=None, is_portal=False
    )
    met = sum(row.status == ResultStatus.MET for row in rows)
    return [
        Note(
            list(quality.distinct()),
            ROLL_UP,
            gettext_noop("Executives in week %(week)s: %(met)d of %(all)d met enough customers"),
            f"{ROLL_UP}:{due.week.sunday}",
            {"week": due.week.name, "met": met, "all": len(rows)},
            f"/cadence/team/?week={due.week.sunday}&subject=vp",
            Urgency.INFO,
        )
    ]
