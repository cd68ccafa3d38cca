"""Registers the ground floor with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core import checks


class CoreConfig(AppConfig):
    """Ground floor; knows nothing of the floors above."""

    name = "core"
    verbose_name = _("Foundation")
    checks = (checks.evidence_is_guarded, checks.sqlite_lies_on_a_local_disk)
