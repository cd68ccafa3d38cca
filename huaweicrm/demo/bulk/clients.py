"""Stage two: customers, entered in batches over the past years, with their teams."""

from __future__ import annotations

import datetime as dt

from accounts.actions.bulk import create_customers
from accounts.choices import CustomerKind, CustomerLevel, CustomerStatus, Stance, TeamRole
from accounts.models import AccountAssignment, Customer
from core import trail
from core.actors import Actor
from huaweicrm.demo.bulk import names
from huaweicrm.demo.bulk.stage import Bulk, Client, forget_queries

OLDEST_D, NEWEST_D = 780, 735
TEAM = ((TeamRole.AR, 0), (TeamRole.SR, 1), (TeamRole.FR, 2))
INDUSTRIES = ("通信", "电力", "金融", "交通", "制造", "能源", "医疗", "教育", "政务", "物流")
STATES = (CustomerStatus.ACTIVE,) * 7 + (
    CustomerStatus.LOYAL,
    CustomerStatus.PROSPECT,
    CustomerStatus.DORMANT,
)


def fill(bulk: Bulk) -> int:
    """Create the customers and seat account, solution and delivery managers."""
    total = bulk.size.customers
    for start in range(0, total, bulk.batch):
        numbers = range(start, min(total, start + bulk.batch))
        share = start / total
        _batch(bulk, numbers, bulk.ago(OLDEST_D - share * (OLDEST_D - NEWEST_D)))
        forget_queries()
    return total


def _batch(bulk: Bulk, numbers: range, now: dt.datetime) -> None:
    rng = bulk.rng("customers", numbers.start)
    rows = [_customer(bulk, number, rng, now) for number in numbers]
    create_customers(rows, by=bulk.world.system, now=now)
    seats = []
    for row, number in zip(rows, numbers, strict=True):
        office = bulk.offices[number % len(bulk.offices)]
        team = tuple(rng.choice(office.people[role]) for role, _place in TEAM)
        bulk.clients.append(
            Client(row.pk, row.display_name, number % len(bulk.offices), _ids(team))
        )
        for (role, _place), user in zip(TEAM, team, strict=True):
            seat = AccountAssignment(customer=row, user=user, role=role, since=now)
            seat.stamp(by=Actor.of(office.head), now=now)
            seats.append((seat, office.head))
    AccountAssignment.objects.bulk_create([seat for seat, _head in seats], batch_size=1000)
    trail.record_many(
        [
            trail.entry_for(
                seat,
                "assignment.created",
                by=Actor.of(head),
                now=now,
                scope=seat.customer,
                facts={"user": seat.user_id, "role": seat.role, "until": None, "source": ""},
            )
            for seat, head in seats
        ]
    )


def _ids(team) -> tuple[int, int, int]:
    first, second, third = team
    return first.pk, second.pk, third.pk


def _customer(bulk: Bulk, number: int, rng, now: dt.datetime) -> Customer:
    name, short, town = names.company(number, bulk.seed)
    return Customer(
        name=name,
        short_name=short,
        kind=rng.choice((CustomerKind.ENTERPRISE,) * 3 + tuple(CustomerKind)[:3]),
        level=rng.choice(tuple(CustomerLevel)),
        industry=rng.choice(INDUSTRIES),
        region=town,
        country="中国",
        owning_unit=bulk.offices[number % len(bulk.offices)].unit,
        status=rng.choice(STATES),
        investment_stance=rng.choice(tuple(Stance)),
        is_demanding=rng.random() < 0.05,
        first_order_date=(now - dt.timedelta(days=rng.randrange(30, 3000))).date(),
        last_verified_on=bulk.ago(rng.randrange(5, 400)).date(),
    )
