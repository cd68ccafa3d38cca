"""Numbers of the desk that an admin may change."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core import policy

BEFORE_MINUTES = policy.declare(
    "desk.before_minutes",
    int,
    30,
    rule="C101",
    unit="min",
    minimum=0,
    maximum=480,
    help=_("The card before a meeting stands on the day this long before it begins."),
)
