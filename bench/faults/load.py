"""Fills an empty database with timers that are due within seconds and have real effects.

Eight of ten are clocks of tickets (one crossing each, in a tenth two clocks of one ticket at the
same instant), the rest due dates of action items.
"""

from __future__ import annotations

import datetime as dt
import os
import random
from collections.abc import Iterator
from types import SimpleNamespace

from django.conf import settings

from accounts.actions import action_items
from accounts.choices import Function, OrgLevel, Role, TeamRole
from accounts.models import OrgUnit, UserProfile, UserRole
from accounts.tests import build
from bench.faults.sinks import REFUSED
from core import outbox
from core.actors import Actor
from core.models import PolicyValue, User, WebhookEndpoint
from huaweicrm.demo.bulk.pen import Pen
from service.actions import stories
from service.choices import Severity, Verdict
from service.models import ServiceContract, Ticket
from service.queries import calendars, terms

SYSTEM = Actor.system()
# (share of the timers, severity, minutes after the report, timers a ticket has at that minute)
KINDS = (
    (0.1, Severity.CRITICAL, 30.0, 2),
    (0.2, Severity.MAJOR, 45.0, 1),
    (0.5, Severity.MAJOR, 30.0, 1),
)
SECOND = dt.timedelta(seconds=1)


def fill(
    timers: int, *, seed: int, now: dt.datetime, first: dt.datetime, span_s: int
) -> dt.datetime:
    """So many timers, due evenly over `span_s` seconds from `first` on; when the last is due."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    rng = random.Random(seed)
    offices = [_office(number) for number in range(max(2, timers // 250))]
    _outside(now)
    letter = dict(once="bench:refused", now=now, due_at=max(now, first), subject="x", body="x")
    outbox.post("email", REFUSED, **letter)
    left = timers
    for share, severity, minutes, each in KINDS:
        count = int(timers * share / each)
        left -= count * each
        for dues in _batches(_spread(rng, count, first, span_s)):
            at = min(now, dues[0] - SECOND)
            made = [_story(rng.choice(offices), severity, due, minutes, at) for due in dues]
            stories.write(made, by=SYSTEM, now=at, past=lambda row: None)
    by = Actor.of(offices[0].lin)
    for number, due in enumerate(_spread(rng, left, first, span_s)):
        office, at = rng.choice(offices), min(now, due - SECOND)
        item = dict(customer=office.customer, owner=office.han, due_at=due, by=by, now=at)
        action_items.create(f"回电 {number}", **item)
    return first + dt.timedelta(seconds=span_s)


def _spread(rng: random.Random, count: int, first: dt.datetime, span_s: int) -> list[dt.datetime]:
    seconds = sorted(rng.randrange(span_s + 1) for _number in range(count))
    return [first + dt.timedelta(seconds=each) for each in seconds]


def _batches(dues: list[dt.datetime]) -> Iterator[list[dt.datetime]]:
    """At most 500 and at most 15 minutes: all reported before the first of them is due."""
    batch: list[dt.datetime] = []
    for due in dues:
        if batch and (len(batch) == 500 or due - batch[0] > dt.timedelta(minutes=15)):
            yield batch
            batch = []
        batch.append(due)
    if batch:
        yield batch


def _outside(now: dt.datetime) -> None:
    admin = User.objects.create_superuser("root", "root@sink.example", "x")
    url = os.environ["SINK_URL"]
    WebhookEndpoint.objects.create(
        user=admin, url=url, secret="bench", created_at=now, is_active=True
    )
    PolicyValue.objects.create(
        key="outbound.webhooks", value=True, valid_from=now - dt.timedelta(days=9), reason="bench"
    )


def _office(number: int) -> SimpleNamespace:
    """An office of ours with its people, one customer and a contract."""
    company = OrgUnit.objects.filter(level=OrgLevel.COMPANY).first()
    company = company or build.unit("Company", OrgLevel.COMPANY)
    unit = build.unit(f"Office {number}", OrgLevel.REP_OFFICE, company)
    roles = (("lin", Role.AR), ("wei", Role.SR), ("fang", Role.FR), ("han", Role.ENG))
    people = {name: _person(f"{name}{number}", unit, role) for name, role in roles}
    people["xu"] = _person(f"xu{number}", unit, Role.SVC)
    if number == 0:
        people["han"].email = REFUSED
        User.objects.filter(pk=people["han"].pk).update(email=REFUSED)
    OrgUnit.objects.filter(pk=unit.pk).update(head=people["xu"])
    customer = build.customer(unit, f"客户{number}")
    for name, role in (("lin", TeamRole.AR), ("wei", TeamRole.SR), ("fang", TeamRole.FR)):
        build.assign(customer, people[name], role)
    ref = calendars.refs_for(customer)
    contract = ServiceContract()
    contract.has_clauses = False
    found = terms.Entitlement(Verdict.PER_STANDARD, "bench", "gold", contract)
    asked = terms.Asked("fault", False, build.NINE)
    frozen = terms.frozen_terms(customer, found, asked, ref)
    return SimpleNamespace(unit=unit, customer=customer, terms=frozen, **people)


def _person(name: str, unit: OrgUnit, role: str) -> User:
    user = User.objects.create_user(name, f"{name}@sink.example", "x", full_name=name)
    profile = UserProfile(user=user, unit=unit, function=Function.SALES)
    profile.stamp(by=SYSTEM, now=build.NINE)
    profile.save()
    UserRole.objects.create(user=user, role=role)
    return user


def _story(
    office: SimpleNamespace, severity: int, due: dt.datetime, minutes: float, now: dt.datetime
) -> stories.Story:
    at = due - dt.timedelta(minutes=minutes)
    ticket = Ticket(
        customer=office.customer,
        channel="phone",
        ticket_class="fault",
        severity=severity,
        reported_at=at,
        owner=office.han,
        group_id=office.unit.pk,
        level="gold",
        entitlement=Verdict.PER_STANDARD,
        entitlement_basis="bench",
        title="基站退服",
        text="城北站无信号",
        terms=office.terms,
    )
    pen = Pen(ticket, now)
    pen.opened(Actor.of(office.han), ticket.text)
    return pen.story
