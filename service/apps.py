"""Registers this floor with Django."""

from django.apps import AppConfig


class ServiceConfig(AppConfig):
    """Application settings of this floor."""

    name = "service"
