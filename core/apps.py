"""Registers the ground floor with Django."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Ground floor; knows nothing of the floors above."""

    name = "core"
    verbose_name = "Foundation"
