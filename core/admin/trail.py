"""The trail: read and searched, never changed."""

from __future__ import annotations

from django.contrib import admin

from core.admin.base import ReadOnlyAdmin
from core.models import SearchEntry, TrailEntry, TrailPersonal, TrailSeal


@admin.register(TrailEntry)
class TrailEntryAdmin(ReadOnlyAdmin):
    """Who did what, when, to what."""

    list_display = (
        "recorded_at",
        "actor",
        "verb",
        "about_code",
        "about_label",
        "about_id",
        "klass",
    )
    list_filter = ("channel", "klass", "about_label")
    list_select_related = ("actor",)
    search_fields = ("=id", "^verb", "=about_code", "=about_id", "=request_id", "=actor__username")


@admin.register(TrailPersonal)
class TrailPersonalAdmin(ReadOnlyAdmin):
    """Which personal values the trail still holds (the values themselves are not shown)."""

    list_display = ("entry_id", "subject", "name")
    search_fields = ("=subject", "=entry__id")
    exclude = ("value", "salt", "entry")


@admin.register(TrailSeal)
class TrailSealAdmin(ReadOnlyAdmin):
    """The chain of seals."""

    list_display = ("first_id", "last_id", "count", "sealed_at", "key_id")
    search_fields = ("=last_id", "=mac")


@admin.register(SearchEntry)
class SearchEntryAdmin(ReadOnlyAdmin):
    """What the search knows."""

    list_display = ("title", "label", "about_id", "codes")
    search_fields = ("title", "=about_id")
    exclude = ("haystack", "grams")
