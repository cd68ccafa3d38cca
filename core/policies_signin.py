"""Numbers of the sign-in that an admin may change."""

from django.utils.translation import gettext_lazy as _

from core import policy

ATTEMPTS = policy.declare(
    "signin.attempts",
    int,
    5,
    rule="trust",
    minimum=3,
    maximum=20,
    help=_("Failed sign-ins of one account from one address before it is locked."),
)
LOCK_MIN = policy.declare(
    "signin.lock",
    int,
    15,
    rule="trust",
    unit="min",
    minimum=1,
    maximum=1440,
    help=_("How long failed sign-ins count, and so how long a lock lasts."),
)
