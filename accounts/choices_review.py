"""Enums of the review of key actions."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ReviewStatus(models.TextChoices):
    """State of a review of key actions (R-K5)."""

    OPEN = "open", pgettext_lazy("review", "open")
    SELF_FILLED = "self_filled", _("filled in by the person")
    REVIEWED = "reviewed", _("scored by the manager")
    CONFIRMED = "confirmed", pgettext_lazy("review", "confirmed")
