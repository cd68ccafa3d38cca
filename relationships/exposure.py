"""Exposure (关系单点依赖): what leaves with one of us, because the person is close and the company
is not.

No table, no clock.
"""

from __future__ import annotations

from relationships.grid import Point


def is_exposed(point: Point, *, intimacy: int, support: int) -> bool:
    """Close to one of us from `intimacy` on, and for our company `support` at most."""
    return point[0] >= intimacy and point[1] <= support
