"""Registers this floor with Django."""

from django.apps import AppConfig


class ExpectationsConfig(AppConfig):
    """Application settings of this floor."""

    name = "expectations"
