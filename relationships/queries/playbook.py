"""What to do in each cell of the grid: the text of the product, or the one set for this house."""

from __future__ import annotations

import dataclasses
import datetime as dt

from core import policy
from relationships import grid, policies


def play_of(cell: str, *, now: dt.datetime) -> grid.Play:
    """Name, strategy and touch interval of one of the 18 cells (b.2.2), as they are today."""
    play = grid.PLAYBOOK[cell]
    own = policy.get(policies.STRATEGY[cell], at=now).strip()
    days = policy.get(policies.TOUCH_DAYS[cell], at=now)
    return dataclasses.replace(play, strategy=own or play.strategy, touch_days=days)
