"""Writes of API tokens: made once, shown once, revoked for good."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import trail
from core.actors import Actor
from core.api.authentication import digest_of
from core.errors import Invalid
from core.models import ApiToken, User
from core.registry import entry, load
from core.writes import add

MAX_DAYS = 366


def known_scopes() -> list[str]:
    """Every scope that a token may carry: those of the resources, and the confidential one."""
    routers = entry("ROUTERS", ())
    found = {scope for path in routers for scope in load(path).scopes()}
    return sorted(found | {"relationships:confidential"} | set(entry("SCOPES", {})))


@transaction.atomic
def create_token(
    user: User, *, name: str, scopes: Iterable[str], days: int, by: Actor, now: dt.datetime
) -> tuple[ApiToken, str]:
    """A token of a member of staff for 1 to 366 days, and its text, which is never kept.

    Raises Invalid for unknown scopes, an empty name, portal users and other numbers of days.
    """
    wanted = sorted(set(scopes))
    _check(user, name, wanted, days)
    text = f"hcrm_{secrets.token_urlsafe(32)}"
    token = add(
        ApiToken(
            user=user,
            name=name.strip(),
            prefix=text[:10],
            digest=digest_of(text),
            scopes=wanted,
            created_at=now,
            expires_at=now + dt.timedelta(days=days),
        )
    )
    facts = {"user": user.pk, "scopes": wanted, "days": days}
    trail.record(token, "api_token.created", by=by, now=now, facts=facts)
    return token, text


def _check(user: User, name: str, scopes: list[str], days: int) -> None:
    unknown = [scope for scope in scopes if scope not in known_scopes()]
    wrong = {}
    if user.is_portal or not user.is_active:
        wrong["user"] = [_("Tokens belong to active members of staff.")]
    if not name.strip() or len(name.strip()) > 80:
        wrong["name"] = [_("A name of 1 to 80 characters.")]
    if unknown or not scopes:
        wrong["scopes"] = [_("Not a scope: %(names)s.") % {"names": ", ".join(unknown) or "–"}]
    if not 1 <= days <= MAX_DAYS:
        wrong["days"] = [_("From 1 to %(most)d days.") % {"most": MAX_DAYS}]
    if wrong:
        raise Invalid(next(iter(wrong.values()))[0], fields=wrong)


@transaction.atomic
def revoke_token(token: ApiToken, *, by: Actor, now: dt.datetime) -> None:
    """End a token for good; a second time changes nothing."""
    rows = ApiToken.objects.filter(pk=token.pk, revoked_at=None)
    if rows.update(revoked_at=now):
        token.revoked_at = now
        trail.record(token, "api_token.revoked", by=by, now=now, facts={"user": token.user_id})
