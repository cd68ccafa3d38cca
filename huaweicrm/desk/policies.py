"""Numbers of the desk that an admin may change."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core import policy

WEEKLY_INTERACTIONS = policy.declare(
    "cadence.weekly_interactions",
    int,
    5,
    rule="R-R7",
    minimum=0,
    maximum=100,
    help=_("Interactions with customers that an account manager has in a week at least."),
)
