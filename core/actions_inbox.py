"""Writes to a person's inbox: read marks are private and leave no trail."""

from __future__ import annotations

import datetime as dt

from core.actors import Actor
from core.models import Notification, User


def mark_read(notification: Notification, *, by: Actor, now: dt.datetime) -> None:
    """Mark one notification as read; a second time changes nothing."""
    rows = Notification.objects.filter(pk=notification.pk, read_at=None)
    if rows.update(read_at=now):
        notification.read_at = now


def mark_all_read(user: User, *, now: dt.datetime) -> int:
    """Mark everything of a person as read; returns how many were unread."""
    return Notification.objects.filter(user=user, read_at=None).update(read_at=now)
