"""Calendars with their exceptions; saving publishes a new version when something differs."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import calendars, clock
from core.admin.base import PlainText, ReadOnlyAdmin, ReferenceAdmin
from core.holidays_cn import parse_schedule
from core.models import Calendar, CalendarException, CalendarVersion
from core.web import actor_of
from core.worktime import CalendarError

MAX_SCHEDULE = 1024 * 1024


class CalendarForm(forms.ModelForm):
    """A calendar, and the published holiday schedule of a year as a file."""

    schedule = forms.FileField(
        label=_("Holiday schedule of a year"),
        required=False,
        help_text=_("JSON with year, papers and days (name, date, isOffDay), as published."),
    )

    def clean_schedule(self) -> Any:
        """The parsed schedule, or the sentence of what contradicts itself."""
        upload = self.cleaned_data["schedule"]
        if upload is None:
            return None
        if upload.size > MAX_SCHEDULE:
            raise forms.ValidationError(_("A schedule has at most 1 MB."))
        try:
            found = parse_schedule(upload.read())
        except CalendarError as error:
            raise forms.ValidationError(gettext(error.msgid) % error.params) from error
        if not found.is_published:
            raise forms.ValidationError(_("This schedule is not published yet: it names no days."))
        return found


class ExceptionInline(PlainText, admin.TabularInline):
    """Holidays and make-up days."""

    model = CalendarException
    extra = 0


@admin.register(Calendar)
class CalendarAdmin(ReferenceAdmin):
    """Working hours of a place."""

    list_display = ("code", "name", "zone", "always", "covered_until", "version")
    search_fields = ("code", "name")
    inlines = (ExceptionInline,)
    form = CalendarForm

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Publish what the calendar says now; clocks keep the version they began with."""
        super().save_related(request, form, formsets, change)
        by, now, found = actor_of(request, "admin"), clock.now(), form.cleaned_data["schedule"]
        if found is None:
            calendars.publish(form.instance, by=by, now=now)
        else:
            until = dt.date(found.year, 12, 31)
            calendars.take_schedule(form.instance, found.days, covered_until=until, by=by, now=now)

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
