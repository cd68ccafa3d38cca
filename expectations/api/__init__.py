"""API of the floor of promises, one aggregate per file."""

from __future__ import annotations

from core.api.router import Router
from expectations.api import delivery


def routes(router: Router) -> None:
    """Registers every resource of this floor."""
    delivery.routes(router)
