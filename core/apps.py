"""Registers the ground floor with Django."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core import checks, later

# It looks whether they are there and would load 8 MB for pages that we do not serve.
with later.missing("requests", "markdown", "pygments"):
    import_module("rest_framework.compat")


class CoreConfig(AppConfig):
    """Ground floor; knows nothing of the floors above."""

    name = "core"
    verbose_name = _("Foundation")
    checks = (checks.evidence_is_guarded, checks.sqlite_lies_on_a_local_disk)
