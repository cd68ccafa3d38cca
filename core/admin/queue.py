"""Timers, events, messages and notifications: read, and sent on when they are stuck."""

from __future__ import annotations

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from core import events, outbox, timers
from core.admin.base import ReadOnlyAdmin, ReferenceAdmin, each
from core.models import (
    Event,
    EventConsumer,
    EventDelivery,
    Heartbeat,
    HeartbeatGap,
    Notification,
    NotificationChannel,
    OutboxMessage,
    Timer,
)


@admin.register(Timer)
class TimerAdmin(ReadOnlyAdmin):
    """What will happen, what has, and what failed for good."""

    list_display = ("kind", "about_label", "about_id", "due_at", "state", "attempts", "late_by_s")
    list_filter = ("state", "kind")
    search_fields = ("^kind", "=about_id", "^about_label")
    actions = ("retry_dead",)

    @admin.action(description=_("Retry dead timers"), permissions=["operate"])
    def retry_dead(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        """Arm the selected dead timers again."""
        each(self, request, queryset, timers.retry, say("%(count)d timers are tried again."))


@admin.register(OutboxMessage)
class OutboxAdmin(ReadOnlyAdmin):
    """What leaves the house."""

    list_display = ("subject", "channel", "state", "to_customer", "created_at", "attempts")
    list_filter = ("state", "channel", "to_customer")
    search_fields = ("=once", "=address", "subject")
    exclude = ("lease_token",)
    actions = ("retry_dead", "release_held")

    @admin.action(description=_("Retry dead messages"), permissions=["operate"])
    def retry_dead(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        """Try the selected dead messages for another day."""
        each(self, request, queryset, outbox.retry, say("%(count)d messages are tried again."))

    @admin.action(description=_("Release held messages"), permissions=["operate"])
    def release_held(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        """Let the selected held messages go out."""
        each(self, request, queryset, outbox.release, say("%(count)d messages go out."))


@admin.register(EventDelivery)
class EventDeliveryAdmin(ReadOnlyAdmin):
    """Which consumer heard which event."""

    list_display = ("event", "consumer", "state", "attempts", "next_try_at", "done_at")
    list_filter = ("state", "consumer")
    list_select_related = ("event",)
    search_fields = ("=event__id", "^event__name", "^consumer")
    actions = ("retry_dead",)

    @admin.action(description=_("Retry dead deliveries"), permissions=["operate"])
    def retry_dead(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        """Let the consumer try again."""
        each(self, request, queryset, events.retry, say("%(count)d deliveries are tried again."))


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """Domain events."""

    list_display = ("name", "about_code", "about_label", "about_id", "occurred_at", "actor_kind")
    list_filter = ("name",)
    search_fields = ("=id", "^name", "=about_code", "=about_id")


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    """Who was told what."""

    list_display = ("user", "kind", "title", "urgency", "created_at", "read_at")
    list_filter = ("urgency", "kind")
    list_select_related = ("user",)
    search_fields = ("^kind", "=user__username", "user__full_name")


@admin.register(NotificationChannel)
class NotificationChannelAdmin(ReferenceAdmin):
    """Where else people want to be told."""

    list_display = ("name", "user", "minimum", "is_active")
    list_select_related = ("user",)
    search_fields = ("name", "user__full_name", "=user__username")
    autocomplete_fields = ("user",)


@admin.register(Heartbeat, HeartbeatGap, EventConsumer)
class PulseAdmin(ReadOnlyAdmin):
    """When the periodic jobs ran."""

    search_fields = ("id",)
