"""Keys and books of the house: tokens, idempotency, code sequences, policies, files, imports."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ApiToken(models.Model):
    """A key for a machine. Only its SHA-256 is kept; the text is shown once."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user")
    )
    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(_("prefix"), max_length=12)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.JSONField(_("scopes"), default=list)
    created_at = models.DateTimeField(_("created"))
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def is_valid(self, now: dt.datetime) -> bool:
        """Neither revoked nor expired."""
        return self.revoked_at is None and self.expires_at > now


class IdempotencyRecord(models.Model):
    """The first answer to a POST with an Idempotency-Key, kept for 24 h."""

    principal = models.CharField(max_length=40)
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=300)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(default="")
    headers = models.JSONField(null=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ("view",)
        verbose_name = _("idempotency record")
        constraints = [
            models.UniqueConstraint(
                fields=["principal", "method", "path", "key"], name="core_idempotency_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class Sequence(models.Model):
    """A gap-free counter for codes like CUS-000001; one row per series."""

    series = models.CharField(max_length=40, unique=True)
    last = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("sequence")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.series} {self.last}"


class PolicyValue(models.Model):
    """An overriding value of a declared policy: most specific scope, latest valid_from wins."""

    key = models.CharField(_("policy"), max_length=80, db_index=True)
    scope = models.CharField(
        _("scope"),
        max_length=80,
        blank=True,
        default="",
        help_text=_("Empty for everyone; else for example tier:s, unit:12, level:gold."),
    )
    value = models.JSONField(_("value"), null=True)
    valid_from = models.DateTimeField(_("valid from"))
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("set by"),
    )
    reason = models.CharField(_("reason"), max_length=300)

    class Meta:
        verbose_name = _("policy value")
        verbose_name_plural = _("policy values")
        ordering = ["key", "scope", "-valid_from", "-id"]

    def __str__(self) -> str:
        return f"{self.key} {self.scope}"


class Attachment(models.Model):
    """A stored file: type by magic bytes, random name, SHA-256; served by a checked view only."""

    about_label = models.CharField(max_length=60)
    about_id = models.BigIntegerField()
    scope_label = models.CharField(max_length=60, blank=True, default="")
    scope_id = models.BigIntegerField(null=True)
    name = models.CharField(_("name"), max_length=200)
    path = models.CharField(max_length=200, unique=True)
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    portal_visible = models.BooleanField(_("visible in the portal"), default=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        indexes = [models.Index(fields=["about_label", "about_id"], name="core_attachment_about")]

    def __str__(self) -> str:
        return self.name


class ImportBatch(models.Model):
    """One import: committed whole, undone whole."""

    kind = models.CharField(_("kind"), max_length=40)
    filename = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=12, default="committed")
    counts = models.JSONField(default=dict)
    report = models.JSONField(default=list)
    path = models.CharField(max_length=200, blank=True, default="", editable=False)
    created_at = models.DateTimeField(_("created"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    undone_at = models.DateTimeField(_("undone"), null=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return f"{self.kind} {self.filename}"


class ImportRow(models.Model):
    """What one import did to one row, so that it can be undone."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    about_label = models.CharField(max_length=60)
    about_id = models.BigIntegerField()
    outcome = models.CharField(max_length=10)
    before = models.JSONField(default=dict)

    class Meta:
        default_permissions = ("view",)
        verbose_name = _("imported row")
        indexes = [models.Index(fields=["about_label", "about_id"], name="core_importrow_about")]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.number}"


class ImportMapping(models.Model):
    """A saved way to read the columns of a file."""

    kind = models.CharField(_("kind"), max_length=40)
    name = models.CharField(_("name"), max_length=80)
    columns = models.JSONField(default=dict)
    values = models.JSONField(default=dict, help_text=_("Words of the file and what they mean."))
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("saved mapping")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "name", "owner"], name="core_importmapping_unique"
            )
        ]

    def __str__(self) -> str:
        return self.name


class WebhookEndpoint(models.Model):
    """A receiver of domain events. Off until an admin turns it on."""

    url = models.URLField(_("address"), max_length=300)
    secret = models.CharField(_("secret"), max_length=80)
    events = models.JSONField(_("events"), default=list, help_text=_("Empty: every event."))
    is_active = models.BooleanField(_("active"), default=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="+",
        help_text=_("The endpoint sees what this user sees."),
    )
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")

    def __str__(self) -> str:
        return self.url


class LoginAttempt(models.Model):
    """A failed sign-in: lockout is by account and address, kept in the database."""

    login = models.CharField(max_length=150)
    ip = models.CharField(max_length=45)
    at = models.DateTimeField()

    class Meta:
        default_permissions = ("view",)
        verbose_name = _("failed sign-in")
        indexes = [
            models.Index(fields=["login", "ip", "at"], name="core_loginattempt_key"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
