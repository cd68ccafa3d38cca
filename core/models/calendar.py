"""Working calendars as rows; the arithmetic is in worktime.py."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Calendar(models.Model):
    """Weekly hours, holidays and make-up days of a place."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    zone = models.CharField(_("time zone"), max_length=40, default="Asia/Shanghai")
    always = models.BooleanField(_("round the clock"), default=False)
    week = models.JSONField(
        _("week"),
        default=dict,
        blank=True,
        help_text=_('For example {"mon": [["09:00", "12:00"], ["13:30", "18:00"]]}.'),
    )
    extra_hours = models.JSONField(_("hours of a make-up day"), default=list, blank=True)
    covered_until = models.DateField(
        _("published until"),
        null=True,
        blank=True,
        help_text=_("Dates after this day are provisional."),
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        verbose_name = _("calendar")
        verbose_name_plural = _("calendars")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class CalendarException(models.Model):
    """One date that differs from the week: closed, or open with its own hours (make-up day)."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="exceptions")
    date = models.DateField(_("date"))
    is_open = models.BooleanField(_("open"), default=False)
    hours = models.JSONField(
        _("hours"),
        default=list,
        blank=True,
        help_text=_("Empty on an open day: the hours of a make-up day."),
    )
    name = models.CharField(_("name"), max_length=60, blank=True, default="")
    provisional = models.BooleanField(_("provisional"), default=False)

    class Meta:
        verbose_name = _("calendar exception")
        verbose_name_plural = _("calendar exceptions")
        ordering = ["calendar", "date"]
        constraints = [
            models.UniqueConstraint(
                fields=["calendar", "date"],
                name="core_calendarexception_unique",
                violation_error_message=_("This date has an exception already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.date}"


class CalendarVersion(models.Model):
    """What a calendar said at a version: clocks keep counting on what was in force."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    body = models.JSONField()
    published_at = models.DateTimeField()

    class Meta:
        verbose_name = _("calendar version")
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["calendar", "version"], name="core_calendarversion_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.calendar_id} v{self.version}"
