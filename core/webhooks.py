"""Turns domain events into signed webhook messages, for endpoints whose user may see them."""

from __future__ import annotations

import datetime as dt
import json

from core import outbox, policies, policy, registry, trail
from core.actors import Actor
from core.models import Event, OutboxMessage, User, WebhookEndpoint


def fan_out(event: Event, *, now: dt.datetime) -> None:
    """Consumer of every event: one message per active endpoint that listens and may see it."""
    body = payload(event)
    outbox.post_many(
        [
            _message(endpoint, event, body, now, once=f"hook:{endpoint.pk}:{event.pk}")
            for endpoint in WebhookEndpoint.objects.filter(is_active=True).select_related("user")
            if (not endpoint.events or event.name in endpoint.events) and sees(endpoint.user, event)
        ]
    )


def are_on(at: dt.datetime) -> bool:
    """The gate of this consumer: the policy `outbound.webhooks`, off by default."""
    return bool(policy.get(policies.WEBHOOKS, at=at))


def sees(user: User, event: Event) -> bool:
    """True when this user may see the timeline that the event belongs to.

    VISIBLE of the registry names `function(user, scope_id) -> bool` per scope label. An event of
    no timeline, or of one without a hook, is for superusers only.
    """
    if not user.is_active or user.is_portal:
        return False
    path = registry.entry("VISIBLE", {}).get(event.scope_label)
    if path is None or event.scope_id is None:
        return user.is_superuser
    return bool(registry.load(path)(user, event.scope_id))


def payload(event: Event) -> str:
    """The body of domain.md c.7: ids and open fields, never the confidential class."""
    said = {
        "id": event.pk,
        "type": event.name,
        "occurred_at": event.occurred_at.astimezone(dt.timezone.utc).isoformat(),
        "object": {"type": event.about_label, "id": event.about_id, "code": event.about_code},
        "scope": {"type": event.scope_label, "id": event.scope_id},
        "actor": event.actor_kind,
        "changed": event.changed,
        "facts": event.facts,
    }
    return json.dumps(said, ensure_ascii=False, sort_keys=True)


def replay(
    event: Event, endpoint: WebhookEndpoint, *, by: Actor, now: dt.datetime
) -> OutboxMessage | None:
    """Send one event to one endpoint again; None when its user may not see the event."""
    if not sees(endpoint.user, event):
        return None
    once = f"hook:{endpoint.pk}:{event.pk}:again:{int(now.timestamp())}"
    outbox.post_many([_message(endpoint, event, payload(event), now, once=once)])
    trail.record(endpoint, "webhook.replayed", by=by, now=now, facts={"event": event.pk})
    return OutboxMessage.objects.get(once=once)


def _message(
    endpoint: WebhookEndpoint, event: Event, body: str, now: dt.datetime, *, once: str
) -> OutboxMessage:
    return outbox.message(
        "webhook",
        endpoint.url,
        once=once,
        subject=event.name,
        body=body,
        now=now,
        extra={"endpoint": endpoint.pk, "event": event.pk},
    )
