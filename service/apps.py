"""Registers this floor with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServiceConfig(AppConfig):
    """Application settings of this floor."""

    name = "service"
    verbose_name = _("Service")
