"""Rows that make something happen later: timers, events and what leaves the database."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from core.models.base import Stored


class About(Stored):
    """A loose reference to any row: label and id, never a generic foreign key."""

    about_label = models.CharField(_("object type"), max_length=60, blank=True, default="")
    about_id = models.BigIntegerField(_("object id"), null=True)

    class Meta:
        abstract = True


class TimerQuerySet(models.QuerySet):
    """Questions about timers."""

    def armed(self) -> TimerQuerySet:
        """Waiting for their time."""
        return self.filter(state=Timer.State.ARMED)

    def due(self, now: dt.datetime) -> TimerQuerySet:
        """Armed, and their time or next try has come."""
        return self.armed().filter(next_try_at__lte=now)


class Timer(About):
    """Something that will happen at `due_at`, exactly once per (kind, about, epoch)."""

    class State(models.TextChoices):
        """Where a timer stands."""

        ARMED = "armed", _("armed")
        FIRED = "fired", _("fired")
        CANCELLED = "cancelled", _("cancelled")
        DEAD = "dead", _("dead")

    kind = models.CharField(_("kind"), max_length=60)
    due_at = models.DateTimeField(_("due"))
    next_try_at = models.DateTimeField(_("next try"))
    epoch = models.PositiveIntegerField(default=1)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ARMED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    late_by_s = models.PositiveIntegerField(_("late by (s)"), null=True)
    facts = models.JSONField(default=dict)
    last_error = models.TextField(_("last error"), blank=True, default="")
    armed_at = models.DateTimeField()
    fired_at = models.DateTimeField(_("fired"), null=True)

    objects = TimerQuerySet.as_manager()

    class Meta:
        verbose_name = _("timer")
        verbose_name_plural = _("timers")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "about_label", "about_id", "epoch"], name="core_timer_unique"
            ),
            models.UniqueConstraint(
                fields=["kind", "about_label", "about_id"],
                condition=Q(state="armed"),
                name="core_timer_one_armed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at", "id"], condition=Q(state="armed"), name="core_timer_due"
            ),
            models.Index(fields=["about_label", "about_id"], name="core_timer_about"),
            models.Index(fields=["id"], condition=Q(state="dead"), name="core_timer_dead"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.about_label}:{self.about_id}"


class Event(About):
    """A domain event (domain.md c.7): commits with its cause, heard by named consumers."""

    name = models.CharField(_("event"), max_length=60)
    about_code = models.CharField(max_length=120, blank=True, default="")
    scope_label = models.CharField(max_length=60, blank=True, default="")
    scope_id = models.BigIntegerField(null=True)
    actor_kind = models.CharField(max_length=12, default="system")
    changed = models.JSONField(default=list)
    facts = models.JSONField(default=dict)
    occurred_at = models.DateTimeField(_("happened"))

    class Meta:
        verbose_name = _("domain event")
        verbose_name_plural = _("domain events")
        default_permissions = ("view",)
        indexes = [models.Index(fields=["name", "id"], name="core_event_name")]

    def __str__(self) -> str:
        return f"{self.name} {self.about_code}"


class EventDelivery(Stored):
    """One consumer's duty for one event: done exactly once."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="deliveries")
    consumer = models.CharField(_("consumer"), max_length=80)
    state = models.CharField(_("state"), max_length=10, default="pending")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = _("event delivery")
        verbose_name_plural = _("event deliveries")
        constraints = [
            models.UniqueConstraint(fields=["event", "consumer"], name="core_eventdelivery_unique")
        ]
        indexes = [
            models.Index(
                fields=["next_try_at", "id"],
                condition=Q(state="pending"),
                name="core_eventdelivery_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.consumer}"


class EventConsumer(models.Model):
    """A consumer that has been seen once, so that a new one can drain the backlog."""

    name = models.CharField(max_length=80, unique=True)
    since_event_id = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("event consumer")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.name


class OutboxMessage(About):
    """Something that leaves the database. `once` makes a repeat impossible."""

    class State(models.TextChoices):
        """Where a message stands."""

        PENDING = "pending", _("pending")
        SENT = "sent", _("sent")
        DEAD = "dead", _("dead")
        HELD = "held", _("held")

    channel = models.CharField(_("channel"), max_length=12)
    address = models.CharField(_("address"), max_length=500)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    to_customer = models.BooleanField(_("to a customer"), default=False)
    once = models.CharField(_("once key"), max_length=200, unique=True)
    subject = models.CharField(_("subject"), max_length=300, blank=True, default="")
    body = models.TextField(_("body"), blank=True, default="")
    extra = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.PENDING)
    created_at = models.DateTimeField(_("created"))
    due_at = models.DateTimeField(_("next try"))
    lease_until = models.DateTimeField(null=True)
    lease_token = models.CharField(max_length=32, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    first_tried_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(_("released"), null=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    last_error = models.TextField(_("last error"), blank=True, default="")

    class Meta:
        verbose_name = _("outgoing message")
        verbose_name_plural = _("outgoing messages")
        indexes = [
            models.Index(
                fields=["due_at", "id"], condition=Q(state="pending"), name="core_outbox_due"
            ),
            models.Index(fields=["-id"], name="core_outbox_latest"),
            models.Index(fields=["id"], condition=Q(state="dead"), name="core_outbox_dead"),
            models.Index(
                fields=["address", "-sent_at"],
                condition=Q(channel="apprise", state="sent"),
                name="core_outbox_rate",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.once}"


class NotificationQuerySet(models.QuerySet):
    """Questions about notifications."""

    def unread(self) -> NotificationQuerySet:
        """Not opened yet."""
        return self.filter(read_at=None)

    def counted_for(self, user: models.OuterRef) -> Coalesce:
        """How many a person has not read, as a column of another query."""
        rows = self.unread().filter(user=user).order_by().values("user")
        count = rows.annotate(number=models.Count("pk")).values("number")
        return Coalesce(models.Subquery(count), 0)


class Notification(About):
    """A line for one person in the app: a row, so exactly once."""

    class Urgency(models.IntegerChoices):
        """How loud: order means order."""

        INFO = 1, _("info")
        SOON = 2, _("soon")
        NOW = 3, _("now")
        PAGE = 4, _("page")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=300)
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True, default="")
    urgency = models.PositiveSmallIntegerField(choices=Urgency, default=Urgency.INFO)
    once = models.CharField(max_length=200)
    scope_label = models.CharField(max_length=60, blank=True, default="")
    scope_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [
            models.UniqueConstraint(fields=["user", "once"], name="core_notification_once"),
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="core_notification_inbox"),
            models.Index(
                fields=["user"], condition=Q(read_at=None), name="core_notification_unread"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind}"


class NotificationChannel(models.Model):
    """Where else a person wants to be told: an apprise address (企业微信, 钉钉, 飞书, webhook)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    address = models.CharField(
        _("address"),
        max_length=500,
        help_text=_("For example wecombot://key, dingtalk://token, feishu://token."),
    )
    minimum = models.PositiveSmallIntegerField(
        _("from urgency"), choices=Notification.Urgency, default=Notification.Urgency.SOON
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("notification channel")
        verbose_name_plural = _("notification channels")

    def __str__(self) -> str:
        return self.name


class Heartbeat(models.Model):
    """When each periodic job last ran; a gap over five minutes shows a banner."""

    name = models.CharField(max_length=40, unique=True)
    beat_at = models.DateTimeField()
    took_ms = models.PositiveIntegerField(default=0)
    facts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("heartbeat")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.name


class HeartbeatGap(models.Model):
    """A time without heartbeat: what was due in it fired late."""

    since = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        verbose_name = _("heartbeat gap")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.since:%Y-%m-%d %H:%M} – {self.until:%H:%M}"
