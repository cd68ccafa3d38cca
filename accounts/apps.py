"""Registers this floor with Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Application settings of this floor."""

    name = "accounts"
