"""Closed sets about reading and erasing what is kept of people."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy


class ReadReason(models.TextChoices):
    """What somebody opens personal details for (R-P1)."""

    GREETING = "greeting", pgettext_lazy("reason", "a greeting or a birthday")
    VISIT = "visit", pgettext_lazy("reason", "preparing a visit or a meal")
    GIFT = "gift", pgettext_lazy("reason", "checking a gift")
    UPKEEP = "upkeep", pgettext_lazy("reason", "keeping the details right")
    REQUEST = "request", pgettext_lazy("reason", "the person asked for it")
    AUDIT = "audit", pgettext_lazy("reason", "an audit")


class ErasureOrigin(models.TextChoices):
    """Why a person is erased (R-P3)."""

    PERSON = "person", pgettext_lazy("erasure", "the person asked for it")
    RETENTION = "retention", pgettext_lazy("erasure", "kept long enough")


class ErasureStatus(models.TextChoices):
    """State of a request to erase somebody."""

    REQUESTED = "requested", pgettext_lazy("erasure", "waits")
    DONE = "done", pgettext_lazy("erasure", "erased")
    REFUSED = "refused", pgettext_lazy("erasure", "refused")
