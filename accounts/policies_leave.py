"""Numbers of leave that an admin may change."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core import policy

LEAVE_BACK_DAYS = policy.declare(
    "leave.back", int, 14, rule="b.2.1", unit="d", minimum=0, maximum=366,
    help=_("Leave is entered at most this long after its first day."),
)  # fmt: skip
LEAVE_LONGEST_DAYS = policy.declare(
    "leave.longest", int, 200, rule="b.2.1", unit="d", minimum=1, maximum=1000,
    help=_("One entry of leave is at most this long."),
)  # fmt: skip
