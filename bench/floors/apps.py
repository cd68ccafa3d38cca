"""The floors as an application of Django, for their models."""

from django.apps import AppConfig


class FloorsConfig(AppConfig):
    """Bare models over the product's tables; no migrations."""

    name = "bench.floors"
    label = "floors"
    default_auto_field = "django.db.models.BigAutoField"
