"""Clocks of tickets: a cache of the timeline, what crossed, what was missed, what paused."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import Calendar, Record, Stored, in_choices
from service.choices import (
    LIVE,
    BreachReason,
    CalendarRule,
    ClockKind,
    ClockState,
    PauseReason,
    TargetUnit,
    ThresholdState,
)
from service.models.ticket import Ticket, of_seen_tickets


class OfTicketQuerySet(models.QuerySet):
    """Rows of a ticket are seen with it."""

    def visible_to(self, user: Any) -> OfTicketQuerySet:
        """Rows of the tickets that a person sees."""
        return of_seen_tickets(self, user)


class SlaClockQuerySet(OfTicketQuerySet):
    """Questions about clocks."""

    def live(self) -> SlaClockQuerySet:
        """Started and not stopped."""
        return self.filter(state__in=LIVE)

    def due(self, now: dt.datetime) -> SlaClockQuerySet:
        """Something is to fire by now."""
        return self.filter(next_fire_at__lte=now)


class SlaClock(Stored):
    """One clock and cycle of a ticket; every column is recomputed from the events."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="clocks")
    kind = models.CharField(_("clock"), max_length=10, choices=ClockKind)
    cycle = models.PositiveSmallIntegerField(_("cycle"), default=1)
    target_version = models.PositiveSmallIntegerField(_("target version"), default=1)
    clause = models.ForeignKey(
        "service.SlaClause",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("clause"),
    )
    override = models.ForeignKey(
        "service.SlaOverride", models.PROTECT, null=True, blank=True, related_name="+"
    )
    target_value = models.PositiveIntegerField(_("target as written"))
    target_unit = models.CharField(_("unit"), max_length=8, choices=TargetUnit)
    calendar_rule = models.CharField(_("hours"), max_length=8, choices=CalendarRule)
    calendar = models.ForeignKey(
        Calendar,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("calendar"),
    )
    calendar_version = models.PositiveIntegerField(_("calendar version"), default=0)
    is_internal = models.BooleanField(_("internal target"), default=False)

    state = models.CharField(
        _("state"), max_length=17, choices=ClockState, default=ClockState.NOT_STARTED
    )
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True)
    target_s = models.PositiveIntegerField(_("target (s)"))
    elapsed_s = models.PositiveIntegerField(_("elapsed (s)"), default=0)
    as_of = models.DateTimeField(_("computed for"))
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    due_latest = models.DateTimeField(_("last instant that meets it"), null=True, blank=True)
    breached_at = models.DateTimeField(_("breached"), null=True, blank=True)
    next_fire_at = models.DateTimeField(_("fires next"), null=True, blank=True)
    is_provisional = models.BooleanField(_("provisional"), default=False)

    objects = SlaClockQuerySet.as_manager()

    class Meta:
        verbose_name = _("SLA clock")
        verbose_name_plural = _("SLA clocks")
        default_permissions = ("view",)
        ordering = ["ticket", "kind", "cycle"]
        constraints = [
            in_choices("kind", ClockKind),
            in_choices("state", ClockState),
            models.UniqueConstraint(
                fields=["ticket", "kind", "cycle"], name="service_slaclock_unique"
            ),
            models.CheckConstraint(
                condition=Q(state="not_started") | Q(started_at__isnull=False),
                name="service_slaclock_started",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["running", "breached_running"]) | Q(next_fire_at=None),
                name="service_slaclock_fires_while_running",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_fire_at", "id"],
                condition=Q(next_fire_at__isnull=False),
                name="service_clock_due",
            ),
            models.Index(
                fields=["due_at", "id"],
                condition=Q(state__in=["running", "paused", "breached_running"]),
                name="service_clock_breach",
            ),
            models.Index(
                fields=["calendar", "ticket"],
                condition=Q(is_provisional=True),
                name="service_clock_guessed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind} {self.cycle}"

    @property
    def is_live(self) -> bool:
        """Started and not stopped."""
        return self.state in LIVE

    @property
    def is_breached(self) -> bool:
        """Missed, whether it still runs or not."""
        return self.state in (ClockState.BREACHED_RUNNING, ClockState.BREACHED_STOPPED)


class OfClockQuerySet(models.QuerySet):
    """Rows of a clock are seen with its ticket."""

    def visible_to(self, user: Any) -> OfClockQuerySet:
        """Rows of the tickets that a person sees."""
        return of_seen_tickets(self, user, "clock__ticket")


class ThresholdCrossing(Stored):
    """A share of the target that was used up: true time and when we noticed; never unfired."""

    clock = models.ForeignKey(SlaClock, models.PROTECT, related_name="crossings")
    cycle = models.PositiveSmallIntegerField(_("cycle"))
    target_version = models.PositiveSmallIntegerField(_("target version"))
    pct = models.PositiveSmallIntegerField(_("percent"))
    crossed_at = models.DateTimeField(_("crossed"))
    detected_at = models.DateTimeField(_("detected"))
    outcome = models.CharField(_("outcome"), max_length=18, choices=ThresholdState)

    objects = OfClockQuerySet.as_manager()

    class Meta:
        verbose_name = _("threshold crossing")
        verbose_name_plural = _("threshold crossings")
        default_permissions = ("view",)
        constraints = [
            in_choices("outcome", ThresholdState),
            models.UniqueConstraint(
                fields=["clock", "cycle", "target_version", "pct"],
                name="service_thresholdcrossing_unique",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.pct} %"


class Breach(Stored):
    """A missed target: an immutable row. Reason and waiver are the only later words on it."""

    several_lines = ("reason_text", "waiver_text")

    clock = models.ForeignKey(SlaClock, models.PROTECT, related_name="breaches")
    # the clock's, beside it: who sees a breach is asked of its ticket
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="+", editable=False)
    cycle = models.PositiveSmallIntegerField(_("cycle"))
    target_version = models.PositiveSmallIntegerField(_("target version"))
    due_at = models.DateTimeField(_("due"))
    breached_at = models.DateTimeField(_("breached"))
    detected_at = models.DateTimeField(_("detected"))
    overrun_s = models.PositiveIntegerField(_("overrun when recorded (s)"), default=0)
    in_charge = models.JSONField(_("people in charge"), default=dict)
    is_internal = models.BooleanField(_("internal target"), default=False)
    cause = models.CharField(
        _("cause"), max_length=18, choices=BreachReason, blank=True, default=""
    )
    reason = models.CharField(
        _("reason"), max_length=18, choices=BreachReason, blank=True, default=""
    )
    reason_text = models.CharField(_("in words"), max_length=300, blank=True, default="")
    reason_at = models.DateTimeField(_("reason given"), null=True, blank=True)
    reason_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField(_("reason asked"), null=True, blank=True)
    waiver_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    waiver_text = models.CharField(_("waiver asked"), max_length=300, blank=True, default="")
    waived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    waived_at = models.DateTimeField(_("waived"), null=True, blank=True)
    revoked_at = models.DateTimeField(
        _("revised"), null=True, blank=True, help_text=_("A corrected time showed that it was met.")
    )

    objects = OfTicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("breach")
        verbose_name_plural = _("breaches")
        default_permissions = ("view",)
        ordering = ["-breached_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["clock", "cycle", "target_version"], name="service_breach_unique"
            ),
            models.CheckConstraint(
                condition=Q(waived_by=None) | ~Q(waived_by=F("waiver_asked_by")),
                name="service_breach_four_eyes",
                violation_error_message=_("Someone else must approve the waiver."),
            ),
        ]
        indexes = [models.Index(fields=["breached_at", "id"], name="service_breach_time")]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.breached_at:%Y-%m-%d %H:%M}"


class PauseInterval(Record):
    """A wait that the customer causes, with evidence and an expected end (clocks.md 2)."""

    several_lines = ("evidence", "question")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="pauses")
    reason = models.CharField(_("reason"), max_length=24, choices=PauseReason)
    evidence = models.CharField(_("evidence"), max_length=500)
    question = models.CharField(_("question to the customer"), max_length=500, blank=True)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    expected_resume_at = models.DateTimeField(_("expected to resume"))
    reminded_at = models.DateTimeField(_("reviewed"), null=True, blank=True, editable=False)
    agreed_by = models.CharField(_("agreed by"), max_length=80, blank=True, default="")
    resumed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = OfTicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        default_permissions = ("view",)
        ordering = ["-starts_at", "-id"]
        constraints = [
            in_choices("reason", PauseReason),
            models.CheckConstraint(
                condition=~Q(evidence=""),
                name="service_pauseinterval_evidence",
                violation_error_message=_("A pause needs evidence."),
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")),
                name="service_pauseinterval_period",
                violation_error_message=_("A pause ends after it starts."),
            ),
            models.UniqueConstraint(
                fields=["ticket"],
                condition=Q(ends_at=None),
                name="service_pauseinterval_one_open",
                violation_error_message=_("This ticket is paused already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.reason}"
