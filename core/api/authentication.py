"""Who calls the API: a bearer token, or the session of a member of staff."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import (
    BaseAuthentication,
    SessionAuthentication,
    get_authorization_header,
)
from rest_framework.exceptions import AuthenticationFailed

from core import clock, registry
from core.models import ApiToken, User

SEEN_EVERY = dt.timedelta(minutes=5)


def digest_of(text: str) -> str:
    """What the database keeps of a token: SHA-256, so a lookup costs one indexed read."""
    return hashlib.sha256(text.encode()).hexdigest()


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer hcrm_…`: one query; last use is written at most every 5 minutes."""

    def authenticate(self, request: Any) -> tuple[User, ApiToken] | None:
        """The person and the token, None without a bearer header; 401 for a bad one."""
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        if len(words) != 2:
            raise AuthenticationFailed(_("The token is not valid."))
        now = clock.now()
        token = _token_of(digest_of(words[1].decode("latin-1")))
        if token is None or not token.user.is_active or token.user.is_portal:
            raise AuthenticationFailed(_("The token is not valid."))
        if not token.is_valid(now):
            raise AuthenticationFailed(_("The token has expired or was revoked."))
        if token.last_used_at is None or now - token.last_used_at > SEEN_EVERY:
            ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
        return token.user, token

    def authenticate_header(self, request: Any) -> str:
        """Makes an unauthenticated answer 401 instead of 403."""
        return 'Bearer realm="api"'


def _token_of(digest: str) -> ApiToken | None:
    """The token and its person; what the floors above ask of every person comes along."""
    path = registry.entry("TOKEN", "")
    if path:
        return registry.load(path)(digest)
    return ApiToken.objects.select_related("user").filter(digest=digest).first()


class StaffSessionAuthentication(SessionAuthentication):
    """The session of a member of staff, with CSRF; portal sessions are nobody here."""

    def authenticate(self, request: Any) -> tuple[User, None] | None:
        """The person, or None for nobody and for portal users."""
        user = getattr(request._request, "user", None)
        if user is None or not user.is_active or user.is_portal:
            return None
        return super().authenticate(request)
