"""Writes of calendar feeds: begin one (the earlier one ends), revoke it."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from django.db import transaction

from accounts.actions.guards import persons_only
from core import trail
from core.actors import Actor
from core.errors import Forbidden
from core.models import User
from core.writes import add
from relationships.models import CalendarFeed


def digest_of(token: str) -> str:
    """What is kept of an address."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def begin(*, by: Actor, now: dt.datetime) -> str:
    """A new secret, returned this once; an address given before stops working."""
    user = _person(by)
    revoke(by=by, now=now)
    token = secrets.token_urlsafe(32)
    row = add(CalendarFeed(user=user, digest=digest_of(token), created_at=now))
    trail.record(row, "feed.begun", by=by, now=now)
    return token


@transaction.atomic
def revoke(*, by: Actor, now: dt.datetime) -> int:
    """The own address stops working; returns whether there was one."""
    rows = list(CalendarFeed.objects.open().filter(user=_person(by)))
    for row in rows:
        CalendarFeed.objects.filter(pk=row.pk).update(revoked_at=now)
        trail.record(row, "feed.revoked", by=by, now=now)
    return len(rows)


def _person(by: Actor) -> User:
    persons_only(by, rule="0.2.4")
    if by.user is None:
        raise Forbidden("", rule="0.2.4")
    return by.user
