"""The only reader of the wall clock: edges call `now()`, everyone else is handed a time."""

from __future__ import annotations

import datetime as dt
import os

from django.conf import settings
from django.utils import timezone

from core.environment import instant

_OFFSETS: dict[str, dt.timedelta] = {}


def now() -> dt.datetime:
    """The present instant in UTC; moved by `DEMO_NOW` (the time at process start) when set.

    The clock keeps running from DEMO_NOW, so a demo moves as real time does.
    """
    moved = os.environ.get("DEMO_NOW") or settings.DEMO_NOW
    if not moved:
        return timezone.now()
    if moved not in _OFFSETS:
        _OFFSETS[moved] = _instant(moved) - timezone.now()
    return timezone.now() + _OFFSETS[moved]


def _instant(text: str) -> dt.datetime:
    value = instant(text)
    return value if value.tzinfo else timezone.make_aware(value)
