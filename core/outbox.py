"""Whatever leaves the database is a row first: posted in the transaction, delivered outside it."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import Any

from django.conf import settings
from django.db import models

from core import registry
from core.models import OutboxMessage, User


def message(
    channel: str,
    address: str,
    *,
    once: str,
    now: dt.datetime,
    subject: str = "",
    body: str = "",
    due_at: dt.datetime | None = None,
    recipient: User | None = None,
    to_customer: bool = False,
    about: models.Model | None = None,
    extra: dict[str, Any] | None = None,
) -> OutboxMessage:
    """An unsaved message. channel: email, apprise or webhook. `once` is unique for ever."""
    return OutboxMessage(
        channel=channel,
        address=address,
        once=once[:200],
        subject=subject[:300],
        body=body,
        extra=extra or {},
        created_at=now,
        due_at=due_at or now,
        recipient=recipient,
        to_customer=to_customer,
        about_label=registry.label_of(about) if about is not None else "",
        about_id=about.pk if about is not None else None,
    )


def post(channel: str, address: str, **more: Any) -> None:
    """Write one message in the caller's transaction; a repeated `once` key writes nothing."""
    post_many([message(channel, address, **more)])


def post_many(messages: list[OutboxMessage]) -> None:
    """Write messages in one statement; repeated `once` keys are dropped by the database."""
    OutboxMessage.objects.bulk_create(messages, batch_size=500, ignore_conflicts=True)


def after_quiet_hours(user: User, now: dt.datetime) -> dt.datetime:
    """`now`, or the end of the person's quiet hours when `now` falls into them."""
    if user.quiet_from is None or user.quiet_until is None:
        return now
    local = now.astimezone(zoneinfo.ZoneInfo(user.timezone))
    start, end, at = user.quiet_from, user.quiet_until, local.time()
    inside = start <= at < end if start <= end else at >= start or at < end
    if not inside:
        return now
    day = local.date() + dt.timedelta(days=1 if at >= end else 0)
    return dt.datetime.combine(day, end, tzinfo=local.tzinfo).astimezone(dt.timezone.utc)


def link_body(text: str, url: str) -> str:
    """A mail body that says it and links to it; details stay behind the sign-in."""
    return f"{text}\n\n{settings.SITE_URL}{url}\n" if url else f"{text}\n"
