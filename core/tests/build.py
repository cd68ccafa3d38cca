"""Plain builders for the ground floor's tests."""

from __future__ import annotations

import datetime as dt

from core.actors import Actor
from core.models import User

NINE = dt.datetime(2026, 3, 2, 1, 0, tzinfo=dt.timezone.utc)  # Monday 09:00 in Shanghai
SYSTEM = Actor.system()


def person(username: str = "lin", **fields) -> User:
    """A member of staff with a mail address."""
    return User.objects.create_user(
        username,
        fields.pop("email", f"{username}@example.com"),
        f"{username} password",
        full_name=fields.pop("full_name", username.title()),
        **fields,
    )


def after(**delta) -> dt.datetime:
    """NINE plus so much."""
    return NINE + dt.timedelta(**delta)
