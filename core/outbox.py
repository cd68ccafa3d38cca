"""Whatever leaves the database is a row first: posted in the transaction, delivered outside it."""

from __future__ import annotations

import datetime as dt
import hashlib
import zoneinfo
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from core import nudge, registry, trail
from core.actors import Actor
from core.errors import Refused
from core.inserts import insert_rows, new_row
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
    return new_row(
        OutboxMessage,
        channel=channel,
        address=address,
        once=once_key(once),
        subject=subject[:300],
        body=body,
        extra=extra or {},
        created_at=now,
        due_at=due_at or now,
        recipient_id=recipient.pk if recipient is not None else None,
        to_customer=to_customer,
        about_label=registry.label_of(about) if about is not None else "",
        about_id=about.pk if about is not None else None,
    )


def post(channel: str, address: str, **more: Any) -> None:
    """Write one message in the caller's transaction; a repeated `once` key writes nothing."""
    post_many([message(channel, address, **more)])


def post_many(messages: list[OutboxMessage]) -> None:
    """Write messages in one statement; repeated `once` keys are dropped by the database."""
    insert_rows(messages, skip_known=True)
    nudge.soon("deliver")


def after_quiet_hours(user: User, now: dt.datetime) -> dt.datetime:
    """`now`, or the end of the person's quiet hours when `now` falls into them."""
    if user.quiet_from is None or user.quiet_until is None:
        return now
    local = now.astimezone(zone_of(user))
    start, end, at = user.quiet_from, user.quiet_until, local.time()
    inside = start <= at < end if start <= end else at >= start or at < end
    if not inside:
        return now
    day = local.date() + dt.timedelta(days=1 if at >= end else 0)
    return dt.datetime.combine(day, end, tzinfo=local.tzinfo).astimezone(dt.timezone.utc)


def once_key(text: str) -> str:
    """A key of at most 200 characters; a longer one keeps its beginning and gets its hash."""
    if len(text) <= 200:
        return text
    return f"{text[:150]}:{hashlib.sha256(text.encode()).hexdigest()[:40]}"


def zone_of(user: User) -> dt.tzinfo:
    """The time zone of a person; the house's when theirs is unknown."""
    try:
        return zoneinfo.ZoneInfo(user.timezone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo(settings.TIME_ZONE)


def retry(message: OutboxMessage, *, by: Actor, now: dt.datetime) -> None:
    """Try a dead message again for another day; Refused unless it is dead."""
    _again(message, OutboxMessage.State.DEAD, "outbox.retried", by, now, first_tried_at=None)


def release(message: OutboxMessage, *, by: Actor, now: dt.datetime) -> None:
    """Let a held message go out, whatever the policy says; Refused unless it is held."""
    _again(message, OutboxMessage.State.HELD, "outbox.released", by, now, released_at=now)


def _again(
    message: OutboxMessage, state: str, verb: str, by: Actor, now: dt.datetime, **columns: Any
) -> None:
    with transaction.atomic():
        hits = OutboxMessage.objects.filter(pk=message.pk, state=state).update(
            state=OutboxMessage.State.PENDING, due_at=now, attempts=0, last_error="", **columns
        )
        if not hits:
            raise Refused(_("This message is on its way by now. Reload the page."))
        trail.record(message, verb, by=by, now=now, facts={"channel": message.channel})


def link_body(text: str, url: str) -> str:
    """A mail body that says it and links to it; details stay behind the sign-in."""
    return f"{text}\n\n{settings.SITE_URL}{url}\n" if url else f"{text}\n"
