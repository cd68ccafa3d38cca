"""Calendars with their exceptions; saving publishes a new version when something differs."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core import calendars, clock
from core.admin.base import ReadOnlyAdmin, ReferenceAdmin
from core.models import Calendar, CalendarException, CalendarVersion
from core.web import actor_of


class ExceptionInline(admin.TabularInline):
    """Holidays and make-up days."""

    model = CalendarException
    extra = 0


@admin.register(Calendar)
class CalendarAdmin(ReferenceAdmin):
    """Working hours of a place."""

    list_display = ("code", "name", "zone", "always", "covered_until", "version")
    search_fields = ("code", "name")
    inlines = (ExceptionInline,)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Publish what the calendar says now; clocks keep the version they began with."""
        super().save_related(request, form, formsets, change)
        calendars.publish(form.instance, by=actor_of(request, "admin"), now=clock.now())

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Clocks count on it."""
        return False


@admin.register(CalendarVersion)
class CalendarVersionAdmin(ReadOnlyAdmin):
    """What a calendar said."""

    list_display = ("calendar", "version", "published_at")
    list_select_related = ("calendar",)
    search_fields = ("=calendar__code",)


@admin.register(CalendarException)
class CalendarExceptionAdmin(ReadOnlyAdmin):
    """Exceptions over all calendars; changed on the page of their calendar."""

    list_display = ("date", "calendar", "is_open", "name", "provisional")
    list_filter = ("calendar", "is_open")
    list_select_related = ("calendar",)
    search_fields = ("name", "=date")
