"""Rows of the permission table of rhythm and coverage."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from core import clock
from core.tests.permission_rows import HEADS, SEE, STAFF, TEAM, TOKEN, Row, page, resource, step
from relationships.actions import cadence, coverage
from relationships.models import CadenceResult, CadenceRule, CoverageCell, LayerSnapshot
from relationships.timers_layers import measure

WORK = TEAM | HEADS | {"adm"}


def lanhai(world: SimpleNamespace) -> Any:
    """The customer."""
    return world.lanhai


def cell(world: SimpleNamespace) -> CoverageCell:
    """Where its contact stands in the matrix."""
    coverage.count([world.lanhai.pk], now=clock.now())
    return CoverageCell.objects.get(customer=world.lanhai)


def judged(world: SimpleNamespace) -> CadenceResult:
    """What the last week of lin came to."""
    cadence.judge(now=clock.now())
    return CadenceResult.objects.filter(user=world.lin).latest("ends_on")


def month(world: SimpleNamespace) -> LayerSnapshot:
    """This month of its layers."""
    measure(now=clock.now())
    return LayerSnapshot.objects.get(customer=world.lanhai)


READ = frozenset({"lin", "boss", "exe", "qm", "adm"})
LEAD = HEADS | {"qm", "adm"}
ROWS = [
    page("cadence/"),
    page("cadence/five/"),
    page("cadence/team/", get=LEAD),
    *resource("cadence-rules", lambda world: CadenceRule.objects.first(), sees=STAFF | TOKEN),
    *resource("cadence-results", judged, sees=READ | TOKEN),
    Row("customers/<pk>/layers/", lanhai, sees=SEE, get=WORK),
    page("organisational-ways/"),
    Row("api/v1/layer-snapshots/", get=STAFF),
    Row("api/v1/layer-snapshots/<pk>/", month, sees=WORK | TOKEN, get=WORK),
    page("coverage/"),
    page("customers/<pk>/coverage/", lanhai, sees=SEE),
    step("customers/<pk>/coverage/count/", lanhai, WORK),
    *resource("coverage-cells", cell),
]
