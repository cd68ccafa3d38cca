"""Stage five: tickets of two years, one in twenty still open, written with their clocks."""

from __future__ import annotations

import datetime as dt
import random
from functools import cache

from accounts.models import Customer
from core.actors import Actor
from huaweicrm.demo.bulk.cases import Case
from huaweicrm.demo.bulk.pen import Pen
from huaweicrm.demo.bulk.stage import Bulk, Client, Office, forget_queries
from huaweicrm.demo.bulk.subjects import CHANNELS, KINDS, Kind
from huaweicrm.demo.world import SHANGHAI
from service.actions import clockwork, stories
from service.choices import BreachReason, Level, Severity, Verdict
from service.models import Breach, ServiceContract, Ticket
from service.queries import calendars, terms

OPEN_SHARE, OLDEST_D, SETTLED_D = 0.05, 729, 14
RECENT_D = {Severity.MAJOR: 0.8, Severity.MINOR: 6.0, Severity.QUESTION: 2.0}
REASONS = tuple(reason for reason in BreachReason if reason != BreachReason.SYSTEM_DOWN)


def fill(bulk: Bulk) -> int:
    """Report, work on and close tickets, oldest first."""
    times = _times(bulk)
    writer = _Writer(bulk)
    for start in range(0, len(times), bulk.batch):
        rng = bulk.rng("tickets", start)
        made = [writer.story(rng, at, kind) for at, kind in times[start : start + bulk.batch]]
        past = writer.noticed(rng)
        stories.write(made, by=bulk.world.system, now=bulk.now, past=past)
        forget_queries()
    return len(times)


def _times(bulk: Bulk) -> list[tuple[dt.datetime, Kind]]:
    """When which kind was reported: most over two years, the open ones of late."""
    rng = bulk.rng("times")
    shares = [kind.share for kind in KINDS]
    found = []
    for _number in range(bulk.size.tickets):
        kind = rng.choices(KINDS, shares)[0]
        late = rng.random() < OPEN_SHARE and kind.severity > Severity.CRITICAL
        days = RECENT_D[Severity(kind.severity)] * rng.random() if late else 0.0
        if not late:
            days = rng.uniform(SETTLED_D, OLDEST_D)
        moment = (bulk.now - dt.timedelta(days=days)).replace(microsecond=0)
        found.append((moment if late else _in_hours(rng, kind, moment), kind))
    found.sort(key=lambda one: one[0])
    return found


def _in_hours(rng: random.Random, kind: Kind, moment: dt.datetime) -> dt.datetime:
    """Three of four are reported in working hours; the worst at any time."""
    if kind.severity <= Severity.MAJOR or rng.random() < 0.25:
        return moment
    local = moment.astimezone(SHANGHAI)
    local -= dt.timedelta(days=max(0, local.weekday() - 4))
    return local.replace(hour=rng.randrange(8, 18)).astimezone(dt.timezone.utc)


class _Writer:
    """Makes stories; keeps what many tickets share."""

    def __init__(self, bulk: Bulk) -> None:
        self.bulk = bulk
        self.refs = [
            calendars.refs_for(Customer(owning_unit_id=office.unit.pk)) for office in bulk.offices
        ]
        self.frozen = cache(self._frozen)

    def story(self, rng: random.Random, at: dt.datetime, kind: Kind) -> stories.Story:
        """One ticket of a random customer."""
        client = self.bulk.clients[int(len(self.bulk.clients) * rng.random() ** 1.6)]
        office = self.bulk.offices[client.office]
        ticket = self._ticket(rng, client, office, at, kind)
        engineers = office.people["eng"]
        desk = Actor.of(engineers[0] if rng.random() < 0.5 else rng.choice(engineers))
        case = Case(
            Pen(ticket, self.bulk.now),
            rng,
            calendars.calendars_of(ticket.terms),
            Actor.of(rng.choice(engineers)),
            desk,
        )
        case.tell()
        return case.pen.story

    def _ticket(
        self, rng: random.Random, client: Client, office: Office, at: dt.datetime, kind: Kind
    ) -> Ticket:
        verdict, basis, level, contract = _entitlement(client, at.date())
        outage = kind.severity == Severity.CRITICAL and rng.random() < 0.6
        names, shares = zip(*CHANNELS, strict=True)
        return Ticket(
            customer=Customer(pk=client.id, name=client.name, owning_unit_id=office.unit.pk),
            contact_id=rng.choice(client.contacts) if client.contacts else None,
            contract_id=contract,
            site=f"{rng.randrange(1, 40)}号站" if rng.random() < 0.6 else "",
            channel=rng.choices(names, shares)[0],
            ticket_class=kind.ticket_class,
            severity=kind.severity,
            outage=outage,
            reported_at=at,
            group_id=office.unit.pk,
            level=level,
            entitlement=verdict,
            entitlement_basis=basis,
            is_internal=verdict != Verdict.PER_STANDARD,
            terms=self.frozen(client.office, level, verdict, kind.ticket_class, outage),
        )

    def _frozen(
        self, office: int, level: str, verdict: str, ticket_class: str, outage: bool
    ) -> dict:
        contract = ServiceContract()
        contract.has_clauses = False
        found = terms.Entitlement(verdict, "", level, contract)
        asked = terms.Asked(ticket_class, outage, self.bulk.now)
        return terms.frozen_terms(Customer(), found, asked, self.refs[office])

    def noticed(self, rng: random.Random):
        """Breaches were noticed when they happened; all but the latest have their reason."""
        users = {user.pk: user for office in self.bulk.offices for user in office.people["eng"]}
        limit = self.bulk.ago(7)

        def say(row: Breach) -> None:
            row.detected_at, row.overrun_s = row.breached_at, 1
            ticket = row.clock.ticket
            row.in_charge["owner"] = ticket.owner_id
            owner = users.get(ticket.owner_id)
            late = row.breached_at < limit or clockwork.reason_due(row) <= self.bulk.now
            if late and owner is not None:
                row.reason = rng.choice(REASONS)
                row.reason_at = row.breached_at + dt.timedelta(minutes=rng.randrange(20, 120))
                row.reason_at = min(row.reason_at, self.bulk.now)
                row.reason_by = owner

        return say


def _entitlement(client: Client, day: dt.date) -> tuple[str, str, str, int | None]:
    if client.contract is None:
        return Verdict.NO_DATA, "", Level.NONE, None
    pk, code, level, starts_on, ends_on = client.contract
    if starts_on <= day <= ends_on:
        return Verdict.PER_STANDARD, code, level, pk
    return Verdict.NOT_ENTITLED, code, Level.NONE, None
