"""Registers the ground floor with Django."""

from django.apps import AppConfig

from core import checks


class CoreConfig(AppConfig):
    """Ground floor; knows nothing of the floors above."""

    name = "core"
    verbose_name = "Foundation"
    checks = (checks.evidence_is_guarded,)
