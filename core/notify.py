"""Tells people: a row in the app, and by mail or chat through the outbox.

A notification keeps the English msgid and its values; it is translated when it is read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.utils import translation
from django.utils.translation import gettext

from core import outbox, registry
from core.models import Notification, NotificationChannel, User

Urgency = Notification.Urgency


def tell(
    users: Iterable[User],
    *,
    kind: str,
    title: str,
    once: str,
    now: dt.datetime,
    params: Mapping[str, Any] | None = None,
    url: str = "",
    urgency: int = Urgency.INFO,
    about: models.Model | None = None,
    scope: models.Model | None = None,
    mail: bool = True,
    not_before: dt.datetime | None = None,
    fresh: bool = False,
) -> list[Notification]:
    """One notification per person, once per (person, once key); mails follow quiet hours.

    `title` is a msgid marked with gettext_noop and %(name)s values from `params`.
    Urgency PAGE ignores quiet hours (duty engineers). Confidential values never go in `params`.
    `not_before` holds mail and chat until then (a manager's working hours); the row is there now.
    `fresh`: the key is new by construction, nobody can have been told before.
    """
    people = {user.pk: user for user in users if user is not None and user.is_active}
    told = (
        set()
        if fresh
        else set(
            Notification.objects.filter(user__in=people, once=once).values_list(
                "user_id", flat=True
            )
        )
    )
    rows = [
        Notification(
            user=user,
            kind=kind,
            title=title,
            params=dict(params or {}),
            url=url,
            urgency=urgency,
            once=once,
            created_at=now,
            about_label=registry.label_of(about) if about is not None else "",
            about_id=about.pk if about is not None else None,
            scope_label=registry.label_of(scope) if scope is not None else "",
            scope_id=scope.pk if scope is not None else None,
        )
        for pk, user in people.items()
        if pk not in told
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    if mail and rows:
        _carry_outside(rows, people, max(now, not_before or now))
    return rows


def text_of(notification: Notification) -> str:
    """The title in the active language."""
    return gettext(notification.title) % notification.params


def _carry_outside(rows: list[Notification], people: dict[int, User], now: dt.datetime) -> None:
    channels: dict[int, list[NotificationChannel]] = {}
    for channel in NotificationChannel.objects.filter(user__in=people, is_active=True):
        channels.setdefault(channel.user_id, []).append(channel)
    messages = []
    for row in rows:
        user = people[row.user_id]
        with translation.override(user.language or None):
            said = text_of(row)
        due = now if row.urgency >= Urgency.PAGE else outbox.after_quiet_hours(user, now)
        if user.email:
            messages.append(
                outbox.message(
                    "email",
                    user.email,
                    once=f"note:{row.once}:{user.pk}"[:200],
                    subject=said,
                    body=outbox.link_body(said, row.url),
                    now=now,
                    due_at=due,
                    recipient=user,
                )
            )
        for channel in channels.get(user.pk, []):
            if row.urgency >= channel.minimum:
                messages.append(
                    outbox.message(
                        "apprise",
                        channel.address,
                        once=f"note:{row.once}:{user.pk}:{channel.pk}"[:200],
                        subject=said,
                        body=outbox.link_body(said, row.url),
                        now=now,
                        due_at=due,
                        recipient=user,
                    )
                )
    outbox.post_many(messages)
