"""Closed sets of account health: its parts and bands (R-H1)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy


class HealthPart(models.TextChoices):
    """What account health is made of (R-H1)."""

    KEY = "key_index", pgettext_lazy("health", "Key persons")
    UNIVERSAL = "universal", pgettext_lazy("health", "Breadth of contact")
    ORGANISATIONAL = "organisational", pgettext_lazy("health", "Between the organisations")
    ATTAINMENT = "attainment", pgettext_lazy("health", "Expectations kept")
    SATISFACTION = "satisfaction", pgettext_lazy("health", "Satisfaction")
    SLA = "sla", pgettext_lazy("health", "Service on time")


class HealthBand(models.TextChoices):
    """How a customer relation is on the whole (R-H1), the best first."""

    HEALTHY = "healthy", pgettext_lazy("health", "healthy")
    WATCH = "watch", pgettext_lazy("health", "watch")
    RISK = "risk", pgettext_lazy("health", "at risk")
    CRITICAL = "critical", pgettext_lazy("health", "critical")


HEALTH_TONES = {
    HealthBand.HEALTHY: "ok",
    HealthBand.WATCH: "watch",
    HealthBand.RISK: "risk",
    HealthBand.CRITICAL: "breach",
}
