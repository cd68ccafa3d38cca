"""Resources of the ground floor: me, notifications, trail, events, policies."""

from __future__ import annotations

import json
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, IsoDateTimeFilter
from rest_framework import serializers
from rest_framework.response import Response

from core import actions_inbox, policy, registry
from core.api.permissions import may_see_confidential
from core.api.resource import Endpoint, ReadResource
from core.api.shapes import Shape
from core.api.verbs import verb
from core.filters import Filters, IdFilter
from core.models import Event, Notification, TrailEntry, User
from core.notify import text_of


class NotificationShape(Shape):
    """A line for one person."""

    text = serializers.SerializerMethodField(help_text=_("In the language of the caller."))
    urgency = serializers.SerializerMethodField()

    class Meta:
        model = Notification
        fields = [
            "id", "kind", "text", "url", "urgency", "about_label", "about_id",
            "created_at", "read_at", "acknowledged_at",
        ]  # fmt: skip

    def get_text(self, row: Notification) -> str:
        """The translated sentence."""
        return text_of(row)

    def get_urgency(self, row: Notification) -> str:
        """info, soon, now or page."""
        return Notification.Urgency(row.urgency).name.lower()


class NotificationFilter(Filters):
    """`?kind=`."""

    kind = CharFilter()

    class Meta:
        model = Notification
        fields: list[str] = []


class NotificationResource(ReadResource):
    """Your own notifications."""

    scope = "notifications"
    shape = NotificationShape
    filterset_class = NotificationFilter
    orderings = ("-id", "id")

    def rows(self, user: Any) -> models.QuerySet:
        """Only your own."""
        return Notification.objects.filter(user=user)

    @verb()
    def read(self, row: Notification, values: dict, *, by: Any, now: Any) -> None:
        """Mark as read; again is no error."""
        actions_inbox.mark_read(row, by=by, now=now)


ONCE_OPEN = frozenset({"investment_stance"})
"""Columns of the confidential class that entries of older versions, which nobody can change, name
among open ones."""


class TrailEntryShape(Shape):
    """One fact of the trail."""

    facts = serializers.SerializerMethodField()

    class Meta:
        model = TrailEntry
        fields = [
            "id", "about_label", "about_id", "about_code", "url", "verb", "actor", "channel",
            "request_id", "scope_label", "scope_id", "klass", "occurred_at", "recorded_at",
            "facts", "key_id", "mac",
        ]  # fmt: skip

    def get_facts(self, row: TrailEntry) -> dict[str, Any]:
        """Ids, codes and values before and after."""
        facts = json.loads(row.facts)
        if row.klass == TrailEntry.Klass.OPEN and isinstance(facts.get("changed"), dict):
            for name in ONCE_OPEN & facts["changed"].keys():
                del facts["changed"][name]
        return facts


class TrailEntryFilter(Filters):
    """What it is about, what happened, when."""

    about_label = CharFilter()
    about_id = IdFilter()
    scope_label = CharFilter()
    scope_id = IdFilter()
    verb = CharFilter()
    occurred_since = IsoDateTimeFilter(field_name="occurred_at", lookup_expr="gte")
    occurred_before = IsoDateTimeFilter(field_name="occurred_at", lookup_expr="lt")

    class Meta:
        model = TrailEntry
        fields: list[str] = []


class TrailEntryResource(ReadResource):
    """The trail of what you may see; the confidential class asks its own scope."""

    scope = "trail-entries"
    shape = TrailEntryShape
    filterset_class = TrailEntryFilter
    orderings = ("-id", "id", "-occurred_at", "occurred_at")
    alike = True

    def rows(self, user: Any) -> models.QuerySet:
        """Entries of timelines in sight, and your own."""
        return trail_of(user, confidential=may_see_confidential(self.request))


def trail_of(user: Any, *, confidential: bool) -> models.QuerySet:
    """Trail entries that a person may read; the floor above knows whose timelines those are."""
    if user.is_superuser:
        rows = TrailEntry.objects.all()
        return rows if confidential else rows.filter(klass=TrailEntry.Klass.OPEN)
    seen = registry.entry("TRAIL_VISIBLE")
    wanted = models.Q(actor=user, klass=TrailEntry.Klass.OPEN)
    if seen:
        wanted |= registry.load(seen)(user, confidential=confidential)
    return TrailEntry.objects.filter(wanted)


class MeShape(serializers.Serializer):
    """Who calls."""

    id = serializers.IntegerField()
    username = serializers.CharField()
    full_name = serializers.CharField()
    email = serializers.CharField()
    language = serializers.CharField()
    timezone = serializers.CharField()
    roles = serializers.ListField(child=serializers.CharField())
    token = serializers.CharField(allow_null=True)
    scopes = serializers.ListField(child=serializers.CharField(), allow_null=True)


class Me(Endpoint):
    """Who calls."""

    scope = "me"
    output = MeShape

    def get(self, request: Any) -> Response:
        """The person, the token and its scopes."""
        user: User = request.user
        token = request.auth
        roles = registry.entry("ROLES_OF")
        return Response(
            {
                "id": user.pk,
                "username": user.username,
                "full_name": user.full_name,
                "email": user.email,
                "language": user.language,
                "timezone": user.timezone,
                "roles": sorted(registry.load(roles)(user)) if roles else [],
                "token": token.name if token is not None else None,
                "scopes": token.scopes if token is not None else None,
            }
        )


class DomainEventShape(serializers.Serializer):
    """One name of the catalogue."""

    name = serializers.CharField()
    consumers = serializers.ListField(child=serializers.CharField())


class DomainEventList(serializers.Serializer):
    """The catalogue."""

    results = DomainEventShape(many=True)


class DomainEvents(Endpoint):
    """The catalogue of domain events."""

    scope = "domain-events"
    output = DomainEventList

    def get(self, request: Any) -> Response:
        """Names that were heard of, and who listens."""
        listening = registry.entry("CONSUMERS", {})
        names = set(registry.entry("EVENTS", ())) | set(
            Event.objects.order_by().values_list("name", flat=True).distinct()
        )
        return Response(
            {
                "results": [
                    {
                        "name": name,
                        "consumers": sorted(
                            key for key, (heard, *_more) in listening.items()
                            if name in heard or "*" in heard
                        ),
                    }
                    for name in sorted(names)
                ]
            }
        )  # fmt: skip


class PolicyShape(serializers.Serializer):
    """One declared number or table."""

    key = serializers.CharField()
    type = serializers.CharField()
    default = serializers.JSONField()
    unit = serializers.CharField()
    rule = serializers.CharField()
    help = serializers.CharField()


class PolicyList(serializers.Serializer):
    """All of them."""

    results = PolicyShape(many=True)


class Policies(Endpoint):
    """Every adjustable number with its default."""

    scope = "policies"
    output = PolicyList

    def get(self, request: Any) -> Response:
        """Key, type, default, unit, rule and help."""
        return Response(
            {
                "results": [
                    {
                        "key": each.key,
                        "type": each.type.__name__,
                        "default": each.default,
                        "unit": each.unit,
                        "rule": each.rule,
                        "help": str(each.help),
                    }
                    for each in policy.declared().values()
                ]
            }
        )


def routes(router: Any) -> None:
    """Register the resources of the ground floor."""
    router.register("notifications", NotificationResource, basename="notifications")
    router.register("trail-entries", TrailEntryResource, basename="trail-entries")
    router.address("me", Me)
    router.address("domain-events", DomainEvents)
    router.address("policies", Policies)
