"""Registers this floor with Django."""

from django.apps import AppConfig


class RelationshipsConfig(AppConfig):
    """Application settings of this floor."""

    name = "relationships"
