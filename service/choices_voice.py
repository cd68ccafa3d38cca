"""Closed sets of customer voices."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy


class VocSource(models.TextChoices):
    """Where a customer voice was heard."""

    TICKET = "ticket", pgettext_lazy("voice", "ticket")
    SURVEY = "survey", pgettext_lazy("voice", "survey")
    CALLBACK = "callback", pgettext_lazy("voice", "callback")
    VISIT = "visit", pgettext_lazy("voice", "visit")
    AUDIT = "audit", pgettext_lazy("voice", "audit")
    CONGRESS = "congress", pgettext_lazy("voice", "congress")
    MINUTES = "minutes", pgettext_lazy("voice", "minutes")
    API = "api", pgettext_lazy("voice", "another system")


class VocDimension(models.TextChoices):
    """What a customer voice is about (C066)."""

    QUALITY = "quality", pgettext_lazy("voice", "quality")
    COST = "cost", pgettext_lazy("voice", "cost")
    SERVICEABILITY = "serviceability", pgettext_lazy("voice", "serviceability")
    AVAILABILITY = "availability", pgettext_lazy("voice", "availability")
    MANUFACTURABILITY = "manufacturability", pgettext_lazy("voice", "manufacturability")
    DELIVERY = "delivery", pgettext_lazy("voice", "delivery")
    COMMERCIAL = "commercial", pgettext_lazy("voice", "commercial terms")
    RELATIONSHIP = "relationship", pgettext_lazy("voice", "relationship")


class VocWeight(models.TextChoices):
    """How heavy a customer voice is."""

    HIGH = "high", pgettext_lazy("voice", "high")
    MEDIUM = "medium", pgettext_lazy("voice", "medium")
    LOW = "low", pgettext_lazy("voice", "low")


class VocStatus(models.TextChoices):
    """State of a customer voice."""

    CAPTURED = "captured", pgettext_lazy("voice", "to be sorted")
    FILTERED = "filtered", pgettext_lazy("voice", "taken up")
    SET_ASIDE = "set_aside", pgettext_lazy("voice", "set aside")
