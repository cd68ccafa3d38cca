"""Who may do what with leave."""

from __future__ import annotations

from typing import Any

from accounts.models import UserLeave
from accounts.rules import administers


def may_call_off(user: Any, row: UserLeave) -> bool:
    """Whoever is away, and administrators."""
    return user.pk == row.user_id or administers(user)
