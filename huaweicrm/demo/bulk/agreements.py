"""Stage four: service contracts, most in force, some ending soon, some over."""

from __future__ import annotations

import datetime as dt
import random

from accounts.models import Customer
from core import sequences, timers, trail
from core.actors import Actor
from huaweicrm.demo.bulk.stage import Bulk, Client, forget_queries
from service.actions import contracts
from service.choices import CONTRACT_IN_FORCE, ContractStatus
from service.models import ServiceContract, ServiceLevel
from service.queries.calendars import refs_for

LEVELS = ("platinum", "gold", "silver", "warranty")
WEIGHTS = (8, 24, 38, 30)
WITHOUT = 0.2
LABEL = "service.servicecontract"


def fill(bulk: Bulk) -> int:
    """Sign contracts with four customers of five."""
    levels = {row.code: row for row in ServiceLevel.objects.all()}
    zones = [
        refs_for(Customer(owning_unit_id=office.unit.pk))[0].value.tz for office in bulk.offices
    ]
    made = 0
    for start in range(0, len(bulk.clients), bulk.batch):
        rng = bulk.rng("contracts", start)
        some = [
            client for client in bulk.clients[start : start + bulk.batch] if rng.random() >= WITHOUT
        ]
        made += _batch(bulk, rng, some, levels, zones)
        forget_queries()
    return made


def _batch(bulk: Bulk, rng: random.Random, some: list[Client], levels, zones) -> int:
    if not some:
        return 0
    first = sequences.reserve("SVC", len(some))
    rows, signed = [], {}
    for place, client in enumerate(some):
        row = _contract(bulk, rng, client, levels)
        row.code = f"SVC-{first + place:06d}"
        head = bulk.offices[client.office].head
        signed[row.code] = (Actor.of(head), bulk.ago(rng.randrange(731, 760)))
        row.stamp(by=signed[row.code][0], now=signed[row.code][1])
        if row.status in CONTRACT_IN_FORCE:
            row.next_alert_at = contracts.alert_after(row.ends_on, zones[client.office], bulk.now)
        rows.append(row)
    ServiceContract.objects.bulk_create(rows, batch_size=500)
    for client, row in zip(some, rows, strict=True):
        client.contract = (row.pk, row.code, row.level.code, row.starts_on, row.ends_on)
    due = {row.pk: row.next_alert_at for row in rows if row.next_alert_at}
    timers.arm_many(contracts.TIMER, due, about_label=LABEL, now=bulk.now, fresh=True)
    trail.record_many([entry for row in rows for entry in _entries(bulk, row, *signed[row.code])])
    return len(rows)


def _contract(bulk: Bulk, rng: random.Random, client: Client, levels) -> ServiceContract:
    kind = rng.random()
    left = rng.randrange(95, 900)
    if kind < 0.05:
        left = -rng.randrange(10, 300)
    elif kind < 0.12:
        left = rng.randrange(5, 88)
    ends_on = (bulk.now + dt.timedelta(days=left)).date()
    state = ContractStatus.ACTIVE
    if left < 90:
        state = ContractStatus.EXPIRING if left > 0 else ContractStatus.EXPIRED
    customer = Customer(pk=client.id, name=client.name)
    return ServiceContract(
        customer=customer,
        level=levels[rng.choices(LEVELS, WEIGHTS)[0]],
        name="年度维保",
        starts_on=bulk.ago(rng.randrange(740, 1100)).date(),
        ends_on=ends_on,
        price=rng.randrange(5, 400) * 10_000,
        renewal_owner_id=client.team[0],
        status=state,
    )


def _entries(bulk: Bulk, row: ServiceContract, by: Actor, at: dt.datetime):
    """Drafted and activated by the regional head; the system marks the end."""
    scope = row.customer
    yield trail.entry_for(row, "contract.drafted", by=by, now=at, scope=scope)
    signed = {"status": ["draft", "active"], "reason": ""}
    later = at + dt.timedelta(minutes=40)
    yield trail.entry_for(row, "contract.active", by=by, now=later, scope=scope, facts=signed)
    steps = {
        ContractStatus.EXPIRING: [("contract.expiring", 90)],
        ContractStatus.EXPIRED: [("contract.expiring", 90), ("contract.expired", -1)],
    }
    for verb, days in steps.get(ContractStatus(row.status), []):
        day = dt.datetime.combine(row.ends_on, dt.time(1), tzinfo=dt.timezone.utc)
        moment = min(day - dt.timedelta(days=days), bulk.now)
        yield trail.entry_for(row, verb, by=bulk.world.system, now=moment, scope=scope)
