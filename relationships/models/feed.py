"""A secret address under which a calendar program reads one's own meetings."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CalendarFeedQuerySet(models.QuerySet):
    """Questions about feeds."""

    def visible_to(self, user: Any) -> CalendarFeedQuerySet:
        """One's own."""
        return self.filter(user=user)

    def open(self) -> CalendarFeedQuerySet:
        """Not revoked."""
        return self.filter(revoked_at=None)


class CalendarFeed(models.Model):
    """Only the hash of the address is kept; it is shown once and revoked by its owner."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user")
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created"), editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(revoked_at=None),
                name="relationships_feed_one_open",
                violation_error_message=_("You have an address already; revoke it first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.created_at:%Y-%m-%d}"
