"""Registers this floor with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Application settings of this floor."""

    name = "accounts"
    verbose_name = _("Accounts")
