"""Policies of the ground floor: what may leave the house, and how much at once."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core import policy

CUSTOMER_MAIL = policy.declare(
    "outbound.customer_mail",
    bool,
    False,
    rule="trust.outbound",
    help=_("Mail to customers is sent; while off it is held in the outbox for an admin."),
)
WEBHOOKS = policy.declare(
    "outbound.webhooks",
    bool,
    False,
    rule="trust.webhooks",
    help=_("Domain events are sent to the active webhooks."),
)
FILE_MB = policy.declare(
    "files.max_mb",
    int,
    20,
    rule="trust.files",
    unit="MB",
    minimum=1,
    maximum=200,
    help=_("A file may be this large."),
)
DIGEST_ABOVE = policy.declare(
    "notify.digest_above",
    int,
    20,
    rule="clocks.5",
    minimum=1,
    maximum=500,
    help=_("More waiting notices than this for one person are sent as one digest."),
)
DIGEST_HOUR = policy.declare(
    "notify.digest_hour",
    int,
    8,
    rule="clocks.5",
    unit="h",
    minimum=0,
    maximum=23,
    help=_("Hour of the daily digest in the time zone of the person."),
)
