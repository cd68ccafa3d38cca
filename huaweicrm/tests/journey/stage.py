"""The stage: what migrations seed, put back after a flush, and the demo on it."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from importlib import import_module
from types import SimpleNamespace

from django.apps import apps
from django.db import connection, transaction

from accounts.models import OrgUnit
from core.models import Calendar
from huaweicrm.demo import customers
from huaweicrm.demo.run import play
from huaweicrm.demo.world import World, build

SEEDS = [
    ("core.migrations.0004_calendars", "seed", Calendar),
    ("accounts.migrations.0004_company", "found_company", OrgUnit),
    ("service.migrations.0002_default_matrix", "seed", None),
    ("relationships.migrations.0002_interaction_types", "seed", None),
]
SHANGHAI = zoneinfo.ZoneInfo("Asia/Shanghai")
MONDAY = dt.datetime(2026, 11, 16, 9, 30, tzinfo=SHANGHAI)


def seeded() -> None:
    """What the migrations put in: a test that empties the database takes it away."""
    if OrgUnit.objects.exists():
        return
    editor = SimpleNamespace(connection=connection)
    for module, function, _model in SEEDS:
        getattr(import_module(module), function)(apps, editor)


def cast(now: dt.datetime) -> World:
    """Our people, the customers of the demo, their teams and contacts."""
    with transaction.atomic():
        seeded()
        world = build(now)
        customers.tell(world)
    return world


def demo(now: dt.datetime) -> World:
    """The whole demo, lived through until now."""
    with transaction.atomic():
        seeded()
        world = build(now)
        play(world)
    return world
