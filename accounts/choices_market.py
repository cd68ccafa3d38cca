"""Enums of where we stand at a customer: reference sites, products, competitors."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ReferenceKind(models.TextChoices):
    """What can be shown at a customer (C097)."""

    TRIAL_BUREAU = "trial_bureau", _("trial bureau")
    SHOWCASE = "showcase", _("showcase")


class ReferenceStatus(models.TextChoices):
    """State of a reference site."""

    CANDIDATE = "candidate", pgettext_lazy("reference site", "candidate")
    ACTIVE = "active", pgettext_lazy("reference site", "active")
    RETIRED = "retired", pgettext_lazy("reference site", "retired")


class Penetration(models.TextChoices):
    """How far a product of ours is in use (C095), from nothing to the main supply."""

    NONE = "none", pgettext_lazy("penetration", "not in use")
    TRIAL = "trial", pgettext_lazy("penetration", "on trial")
    LIMITED = "limited", pgettext_lazy("penetration", "in part")
    MAIN = "main", pgettext_lazy("penetration", "main supply")
