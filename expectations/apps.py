"""Registers this floor with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExpectationsConfig(AppConfig):
    """Application settings of this floor."""

    name = "expectations"
    verbose_name = _("Expectations")
