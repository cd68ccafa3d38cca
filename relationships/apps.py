"""Registers this floor with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RelationshipsConfig(AppConfig):
    """Application settings of this floor."""

    name = "relationships"
    verbose_name = _("Relationships")
