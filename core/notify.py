"""Tells people: a row in the app, and by mail or chat through the outbox.

A notification keeps the English msgid and its values; it is translated when it is read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.translation import gettext

from core import digests, outbox, registry
from core.inserts import insert_rows, new_row
from core.models import Notification, NotificationChannel, OutboxMessage, User

Urgency = Notification.Urgency


@dataclass(frozen=True)
class Note:
    """One thing to tell to some people; fields as in `tell`."""

    users: Iterable[User | None]
    kind: str
    title: str
    once: str
    params: Mapping[str, Any] = field(default_factory=dict)
    url: str = ""
    urgency: int = Urgency.INFO
    about: models.Model | None = None
    scope: models.Model | None = None
    not_before: dt.datetime | None = None


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
    note = Note(users, kind, title, once, params or {}, url, urgency, about, scope, not_before)
    return tell_many([note], now=now, mail=mail, fresh=fresh)


def tell_many(
    notes: Iterable[Note], *, now: dt.datetime, mail: bool = True, fresh: bool = False
) -> list[Notification]:
    """As `tell` for many notes: four statements however many."""
    wanted = {
        (user.pk, outbox.once_key(note.once)): (user, note)
        for note in notes
        for user in note.users
        if user is not None and user.is_active
    }
    told: set[tuple[int, str]] = set()
    if wanted and not fresh:
        onces = {once for _pk, once in wanted}
        known = Notification.objects.filter(once__in=onces, user__in={pk for pk, _o in wanted})
        told = set(known.values_list("user_id", "once"))
    pairs = {key: pair for key, pair in wanted.items() if key not in told}
    rows = [_row(user, note, once, now) for (_pk, once), (user, note) in pairs.items()]
    insert_rows(rows, skip_known=True)
    if mail and rows:
        people = {user.pk: user for user, _note in pairs.values()}
        held = {key: note.not_before for key, (_user, note) in pairs.items() if note.not_before}
        _carry_outside(rows, people, now, held)
    return rows


def _row(user: User, note: Note, once: str, now: dt.datetime) -> Notification:
    about, scope = note.about, note.scope
    return new_row(
        Notification,
        user_id=user.pk,
        kind=note.kind,
        title=note.title,
        params={name: _plain(value) for name, value in note.params.items()},
        url=note.url,
        urgency=note.urgency,
        once=once,
        created_at=now,
        about_label=registry.label_of(about) if about is not None else "",
        about_id=about.pk if about is not None else None,
        scope_label=registry.label_of(scope) if scope is not None else "",
        scope_id=scope.pk if scope is not None else None,
    )


def text_of(notification: Notification) -> str:
    """The title in the active language; without its values when some are missing."""
    return _filled(gettext(notification.title), notification.params)


def _filled(said: str, params: Mapping[str, Any]) -> str:
    try:
        return said % params
    except (KeyError, TypeError, ValueError):
        return said


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _carry_outside(
    rows: list[Notification],
    people: dict[int, User],
    now: dt.datetime,
    held: Mapping[tuple[int, str], dt.datetime],
) -> None:
    channels = _channels_of(people)
    messages: list[OutboxMessage] = []
    titles: dict[tuple[str, str], str] = {}
    for row in rows:
        user = people[row.user_id]
        ways = [("email", user.email, "")] if user.email else []
        ways += [
            ("apprise", channel.address, f":{channel.pk}")
            for channel in channels.get(user.pk, [])
            if row.urgency >= channel.minimum and not user.is_portal
        ]
        key = (user.language or settings.LANGUAGE_CODE, row.title)
        if key not in titles:
            with translation.override(key[0]):
                titles[key] = gettext(row.title)
        said = _filled(titles[key], row.params)
        start = max(now, held.get((row.user_id, row.once), now))
        messages += [_message(row, user, way, said, start, now) for way in ways]
    outbox.post_many(messages)


def with_channels(users: models.QuerySet) -> models.QuerySet:
    """People who know whether they have a channel besides mail: where nobody has one, telling them
    costs a statement less."""
    theirs = NotificationChannel.objects.filter(user=models.OuterRef("pk"), is_active=True)
    return users.annotate(has_channels=models.Exists(theirs))


def _channels_of(people: Mapping[int, User]) -> dict[int, list[NotificationChannel]]:
    wanted = [pk for pk, user in people.items() if getattr(user, "has_channels", True)]
    found: dict[int, list[NotificationChannel]] = {}
    if wanted:
        for channel in NotificationChannel.objects.filter(user__in=wanted, is_active=True):
            found.setdefault(channel.user_id, []).append(channel)
    return found


def _message(
    row: Notification,
    user: User,
    way: tuple[str, str, str],
    said: str,
    start: dt.datetime,
    now: dt.datetime,
) -> OutboxMessage:
    channel, address, suffix = way
    page = row.urgency >= Urgency.PAGE
    return outbox.message(
        channel,
        address,
        once=f"{'page' if page else 'note'}:{row.once}:{user.pk}{suffix}",
        subject=said,
        body=outbox.link_body(said, row.url),
        now=now,
        due_at=start if page else _due(row, user, start),
        recipient=user,
        to_customer=user.is_portal,
    )


def _due(row: Notification, user: User, now: dt.datetime) -> dt.datetime:
    if user.digest and row.urgency < Urgency.NOW:
        return digests.next_digest(user, now)
    return outbox.after_quiet_hours(user, now)
