"""Rows of the permission table of rhythm and coverage."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from core import clock
from core.tests.permission_rows import HEADS, SEE, TEAM, page, resource, step
from relationships.actions import coverage
from relationships.models import CoverageCell

WORK = TEAM | HEADS | {"adm"}


def lanhai(world: SimpleNamespace) -> Any:
    """The customer."""
    return world.lanhai


def cell(world: SimpleNamespace) -> CoverageCell:
    """Where its contact stands in the matrix."""
    coverage.count([world.lanhai.pk], now=clock.now())
    return CoverageCell.objects.get(customer=world.lanhai)


ROWS = [
    page("coverage/"),
    page("customers/<pk>/coverage/", lanhai, sees=SEE),
    step("customers/<pk>/coverage/count/", lanhai, WORK),
    *resource("coverage-cells", cell),
]
