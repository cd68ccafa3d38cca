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
EXPORTS_PER_HOUR = policy.declare(
    "exports.per_hour",
    int,
    10,
    rule="trust.exports",
    minimum=1,
    maximum=1000,
    help=_("Exports of lists that one person may take in an hour."),
)
EXPORT_AT_ONCE = policy.declare(
    "exports.at_once",
    int,
    2000,
    rule="trust.exports",
    minimum=0,
    maximum=10_000,
    help=_("An export up to this many rows comes at once, a larger one as a job."),
)
EXPORT_MOST = policy.declare(
    "exports.most",
    int,
    100_000,
    rule="trust.exports",
    minimum=100,
    maximum=1_000_000,
    help=_("An export holds at most this many rows."),
)
EXPORT_KEPT_H = policy.declare(
    "exports.kept_h",
    int,
    24,
    rule="trust.exports",
    unit="h",
    minimum=1,
    maximum=720,
    help=_("The file of an export can be fetched for this long."),
)
BULK_AT_ONCE = policy.declare(
    "bulk.at_once",
    int,
    100,
    rule="trust.bounds",
    minimum=0,
    maximum=1000,
    help=_("A change of up to this many rows is done at once, a larger one as a job."),
)
BULK_MOST = policy.declare(
    "bulk.most",
    int,
    5000,
    rule="trust.bounds",
    minimum=1,
    maximum=20_000,
    help=_("At most this many rows are changed together."),
)
