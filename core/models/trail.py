"""The trail: append-only evidence of who did what, and at once the timeline of a customer."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models.base import Stored


class TrailEntry(Stored):
    """One fact that nobody may change. `facts` is canonical JSON as text, covered by `mac`."""

    class Klass(models.TextChoices):
        """Who may read it (domain.md 0.2)."""

        OPEN = "open", _("open")
        CONFIDENTIAL = "confidential", _("confidential")

    about_label = models.CharField(_("object type"), max_length=60)
    about_id = models.BigIntegerField(_("object id"))
    about_code = models.CharField(_("object"), max_length=120, blank=True, default="")
    url = models.CharField(max_length=200, blank=True, default="")
    verb = models.CharField(_("verb"), max_length=60)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("actor"),
    )
    token_id = models.BigIntegerField(null=True)
    channel = models.CharField(_("channel"), max_length=12)
    request_id = models.CharField(max_length=40, blank=True, default="")
    scope_label = models.CharField(_("timeline of"), max_length=60, blank=True, default="")
    scope_id = models.BigIntegerField(null=True)
    klass = models.CharField(_("class"), max_length=12, choices=Klass, default=Klass.OPEN)
    occurred_at = models.DateTimeField(_("happened"))
    recorded_at = models.DateTimeField(_("recorded"))
    facts = models.TextField(_("facts"), default="{}")
    nonce = models.CharField(max_length=16, default="")
    key_id = models.CharField(max_length=20)
    mac = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("trail entry")
        verbose_name_plural = _("trail")
        default_permissions = ("view",)
        indexes = [
            models.Index(
                fields=["scope_label", "scope_id", "-occurred_at", "-id"], name="trail_timeline"
            ),
            models.Index(fields=["about_label", "about_id", "-id"], name="trail_about"),
            models.Index(fields=["verb", "-id"], name="trail_verb"),
            models.Index(fields=["occurred_at", "id"], name="trail_occurred"),
        ]

    def __str__(self) -> str:
        return f"{self.about_code or self.about_label} {self.verb}"


class TrailPersonal(models.Model):
    """A personal value that an entry mentions; erasable, the entry keeps its salted hash."""

    entry = models.ForeignKey(TrailEntry, models.CASCADE, related_name="personal")
    subject = models.CharField(max_length=80, db_index=True)
    name = models.CharField(max_length=60)
    value = models.TextField()
    salt = models.CharField(max_length=32)

    class Meta:
        verbose_name = _("personal value in the trail")
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["entry", "name"], name="core_trailpersonal_unique")
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.name}"


class TrailSeal(models.Model):
    """Chains a batch of entries: removing or inserting one breaks every later seal."""

    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField(unique=True)
    count = models.PositiveIntegerField()
    members = models.TextField(default="", help_text=_("The sealed ids as ranges: 1-480,482-500."))
    digest = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    mac = models.CharField(max_length=64)
    key_id = models.CharField(max_length=20)
    sealed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("trail seal")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.first_id}–{self.last_id}"
