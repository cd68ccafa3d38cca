"""What can be found by name, code, phone or mail: one row per object, kept on write."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SearchEntry(models.Model):
    """One findable object; `grams` is served by an index that each engine builds its own way."""

    label = models.CharField(_("object type"), max_length=60)
    about_id = models.BigIntegerField(_("object id"))
    scope_id = models.BigIntegerField(null=True)
    title = models.CharField(_("title"), max_length=200)
    subtitle = models.CharField(max_length=300, blank=True, default="")
    url = models.CharField(max_length=300, blank=True, default="")
    codes = models.CharField(max_length=300, blank=True, default="")
    haystack = models.TextField(blank=True, default="")
    grams = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["label", "about_id"], name="core_searchentry_unique")
        ]
        indexes = [models.Index(fields=["scope_id"], name="core_searchentry_scope")]

    def __str__(self) -> str:
        return self.title
