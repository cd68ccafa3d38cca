"""People who sign in: staff and portal users share one table."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models.base import Stored


class User(Stored, AbstractUser):
    """A person with a sign-in. Chinese names are one field, family name first."""

    class Theme(models.TextChoices):
        """Colour scheme saved by the person."""

        SYSTEM = "system", _("as the system")
        LIGHT = "light", _("light")
        DARK = "dark", _("dark")

    full_name = models.CharField(_("name"), max_length=80)
    phone = models.CharField(_("phone"), max_length=40, blank=True, default="")
    language = models.CharField(_("language"), max_length=10, blank=True, default="")
    timezone = models.CharField(_("time zone"), max_length=40, default="Asia/Shanghai")
    theme = models.CharField(_("theme"), max_length=8, choices=Theme, default=Theme.SYSTEM)
    shortcuts = models.BooleanField(_("single-key shortcuts"), default=True)
    is_portal = models.BooleanField(
        _("customer portal user"),
        default=False,
        help_text=_("Portal users sign in at /portal/ only; staff pages refuse them."),
    )
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    digest = models.BooleanField(_("one digest a day instead of single mails"), default=False)

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    REQUIRED_FIELDS = ["email", "full_name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["full_name", "id"]

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        """The whole name."""
        return self.full_name

    def get_short_name(self) -> str:
        """The whole name: a family name alone would be rude."""
        return self.full_name
