"""Loads the demo in one transaction and says who can sign in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.db import transaction
from django.db.models import F

from core import events, policy, timers
from core.models import OutboxMessage, Timer
from huaweicrm.demo import (
    agreements,
    customers,
    deals,
    fields,
    health,
    market,
    people,
    plans,
    power,
    promises,
    records,
    relations,
    reports,
    rhythm,
    sales,
    successions,
    threats,
    tickets,
)
from huaweicrm.demo.bulk import load
from huaweicrm.demo.world import PASSWORD, PEOPLE, SHANGHAI, World, build

Say = Callable[[str], object]
SCENES: list[Callable[[World], None]] = [
    customers.tell,
    sales.tell,
    promises.tell,
    threats.tell,
    tickets.tell,
    relations.tell,
    deals.tell,
    relations.asked,
    records.tell,
    market.tell,
    agreements.tell,
    plans.tell,
    people.tell,
    power.tell,
    successions.tell,
    rhythm.tell,
    fields.tell,
    sales.measured,
]


def run(size: str, *, seed: int, now: dt.datetime, say: Say) -> World:
    """Tell the story, all or nothing; larger sizes add bulk beside it, stage by stage."""
    with transaction.atomic():
        world = build(now)
        play(world)
    policy.forget()
    if size != "small":
        load.load(world, size, seed=seed, say=say)
    _say_who(world, say)
    return world


def play(world: World) -> None:
    """Every scene, the time that passes in them, and what is measured of it at the end."""
    for scene in SCENES:
        scene(world)
    _live_through(world)
    health.tell(world)
    events.consume(world.now, limit=10_000)
    _settle_mail(world.now)


def _live_through(world: World) -> None:
    """Fire what would have fired since, each at its own time: nothing is late, nobody is paged
    twice. Weeks are drafted on their Mondays and submitted as they end."""
    mondays = [world.at(-days, 9) for days in range(63, -1, -1)]
    mondays = [day for day in mondays if day.astimezone(SHANGHAI).weekday() == 0]
    for _round in range(2_000):
        due = Timer.objects.armed().order_by("next_try_at").values_list("next_try_at", flat=True)
        moment = min([one for one in (due.first(), *mondays[:1]) if one], default=None)
        if moment is None or moment > world.now:
            break
        if mondays and moment == mondays[0]:
            reports.begin_week(mondays.pop(0))
            continue
        reports.write(world, moment)
        timers.sweep(moment)
    reports.begin_week(world.now)
    events.consume(world.now, limit=10_000)


def _settle_mail(now: dt.datetime) -> None:
    """What the story mailed was delivered in its time; mail to customers is held, as ever."""
    rows = OutboxMessage.objects.filter(state=OutboxMessage.State.PENDING, due_at__lte=now)
    rows.filter(to_customer=True).update(state=OutboxMessage.State.HELD)
    rows.filter(to_customer=False).update(state=OutboxMessage.State.SENT, sent_at=F("due_at"))


def _say_who(world: World, say: Say) -> None:
    say(f"Sign in with one of these names, password {PASSWORD}")
    for _key, username, full_name, _unit, _function, title, roles in PEOPLE:
        say(f"  {username:<8} {full_name}  {title}  ({', '.join(roles)})")
    for key, user in world.made.items():
        if key.startswith("portal:"):
            say(f"  {user.username}  {user.full_name}  (/portal/)")
