"""Writes of account health: one row a customer and day, an alert when it keeps falling (R-H1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_noop

from accounts import health, policies_health
from accounts.health import Evidence
from accounts.models import AccountHealth, Customer
from accounts.queries import regional_head, teams_of
from accounts.queries_health import (
    bands_at,
    baseline_of,
    closing_totals,
    measured,
    weights_at,
)
from core import notify, policy, trail
from core.actors import Actor
from core.inserts import insert_rows, new_row
from core.models import User
from core.notify import Note, Urgency

FELL = "health.fell"
PORTION, AT_ONCE = 100, 1000
"""Customers whose days are read at a time, and rows that go with one statement."""
TOLD_FOR = dt.timedelta(days=31)
"""So long after a quarter end its fall is still told, should the nights before have failed."""


def snapshot(
    customers: Sequence[Customer], day: dt.date, *, by: Actor, now: dt.datetime
) -> list[AccountHealth]:
    """Write the day of these customers and alert about those that kept falling. Twice is once:
    a day that is written stays. A bounded number of queries however many customers."""
    ids = [customer.pk for customer in customers]
    parts = measured(ids, now=now)
    rows = [_row(pk, day, parts, now) for pk in ids]
    return keep(customers, rows, day, by=by, now=now)


@transaction.atomic
def keep(
    customers: Sequence[Customer],
    rows: Sequence[AccountHealth],
    day: dt.date,
    *,
    by: Actor,
    now: dt.datetime,
) -> list[AccountHealth]:
    """Store the rows of one day as the current ones, with what was lost since the baseline."""
    ids, ends = [row.customer_id for row in rows], health.quarter_ends(day)
    closings = closing_totals(ids, ends)
    for row in rows:
        before = baseline_of(closings.get(row.customer_id, {}), ends)
        if before is not None and before.total is not None and row.total is not None:
            row.lost = before.total - row.total
    AccountHealth.objects.filter(customer__in=ids, is_current=True, as_of__lt=day).update(
        is_current=False
    )
    insert_rows(rows, skip_known=True)
    if day - ends[-1] <= TOLD_FOR:
        _alert(customers, closings, ends, by=by, now=now)
    return list(rows)


def thin(*, now: dt.datetime) -> int:
    """Past the policy one day a month is kept. Portion by portion; returns how many rows went."""
    since = health.daily_from(now.date(), policy.get(policies_health.DAILY_DAYS, at=now))
    gone, last = 0, 0
    customers = Customer.objects.order_by("pk").values_list("pk", flat=True)
    while ids := list(customers.filter(pk__gt=last)[:PORTION]):
        gone += _thin(ids, since)
        last = ids[-1]
    return gone


@transaction.atomic
def _thin(customers: Sequence[int], since: dt.date) -> int:
    rows = AccountHealth.objects.filter(customer__in=customers, as_of__lt=since, is_current=False)
    days: dict[int, list[tuple[dt.date, bool]]] = {}
    known: dict[tuple[int, dt.date], int] = {}
    for pk, customer, day, total in rows.order_by().values_list(
        "pk", "customer_id", "as_of", "total"
    ):
        days.setdefault(customer, []).append((day, total is not None))
        known[customer, day] = pk
    gone = [
        known[customer, day]
        for customer, said in days.items()
        for day in health.superfluous(said, since)
    ]
    for at in range(0, len(gone), AT_ONCE):
        AccountHealth.objects.filter(pk__in=gone[at : at + AT_ONCE]).delete()
    return len(gone)


def _row(
    pk: int, day: dt.date, parts: Mapping[str, Mapping[int, Evidence]], now: dt.datetime
) -> AccountHealth:
    said = {part: found[pk] for part, found in parts.items() if pk in found}
    return row_of(pk, day, said, now=now)


def row_of(
    pk: int, day: dt.date, said: Mapping[str, Evidence], *, now: dt.datetime
) -> AccountHealth:
    """The unsaved row of one customer and day."""
    values: dict[str, Decimal | None] = {
        part: said[part].value if part in said else None for part in health.PARTS
    }
    whole = health.total(values, weights_at(now))
    return new_row(
        AccountHealth,
        customer_id=pk,
        as_of=day,
        **values,
        total=whole,
        band=health.band(whole, bands_at(now)),
        facts={part: dict(each.facts) for part, each in said.items() if each.facts},
        created_at=now,
    )


def _alert(
    customers: Sequence[Customer],
    closings: Mapping[int, Mapping[dt.date, AccountHealth]],
    ends: Sequence[dt.date],
    *,
    by: Actor,
    now: dt.datetime,
) -> None:
    """Tell the account manager and the regional head, once a customer and quarter end."""
    lost = _fallen(closings, ends, policy.get(policies_health.DROP, at=now))
    fallen = [customer for customer in customers if customer.pk in lost]
    if not fallen:
        return
    teams = teams_of(lost)
    heads = {row.owning_unit_id: regional_head(row, at=now) for row in _one_a_unit(fallen)}
    notes = [_note(row, [teams[row.pk].ar, heads[row.owning_unit_id]], ends[-1]) for row in fallen]
    told = {note.scope_id for note in notify.tell_many(notes, now=now)}
    for row in fallen:
        if row.pk in told:
            facts = {"quarter_end": ends[-1], "lost": str(lost[row.pk])}
            trail.record(row, FELL, by=by, now=now, scope=row, facts=facts, confidential=True)


def _fallen(
    closings: Mapping[int, Mapping[dt.date, AccountHealth]], ends: Sequence[dt.date], most: int
) -> dict[int, Decimal]:
    """What each customer lost that lost more than `most` in two quarter ends in a row."""
    found = {}
    for pk, rows in closings.items():
        lost = health.fell([rows[end].total if end in rows else None for end in ends])
        if lost is not None and health.alarms(lost, most):
            found[pk] = lost
    return found


def _one_a_unit(customers: Sequence[Customer]) -> list[Customer]:
    return list({row.owning_unit_id: row for row in customers}.values())


def _note(customer: Customer, people: list[User | None], end: dt.date) -> Note:
    return Note(
        people,
        FELL,
        gettext_noop("The relation to %(customer)s has faded for two quarters; look why"),
        f"{FELL}:{customer.pk}:{end:%Y%m%d}",
        {"customer": customer.name},
        f"/customers/{customer.pk}/health/",
        Urgency.SOON,
        customer,
        customer,
    )
