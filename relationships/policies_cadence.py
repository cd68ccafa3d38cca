"""Numbers of rhythm and coverage that an admin may change."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core import policy


def _days(key: str, default: int, rule: str, help_text: object) -> policy.Policy:
    return policy.declare(
        key, int, default, rule=rule, unit="d", help=help_text, minimum=1, maximum=1000
    )


COVERAGE_DAYS = _days(
    "coverage.days", 90, "R-R12", _("Whoever was met within this counts as covered.")
)
COVERAGE_COLD_DAYS = _days(
    "coverage.cold", 180, "R-R12", _("After this a part of the coverage matrix is called cold.")
)
