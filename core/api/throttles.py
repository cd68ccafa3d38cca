"""How often one caller may call: 300 a minute, 10 exports an hour."""

from __future__ import annotations

from typing import Any

from rest_framework.throttling import SimpleRateThrottle


def principal_of(request: Any) -> str:
    """The caller as a short key: a token, a person, or an address."""
    if getattr(request, "auth", None) is not None:
        return f"t{request.auth.pk}"
    if request.user.is_authenticated:
        return f"u{request.user.pk}"
    return f"a{request.META.get('REMOTE_ADDR', '')}"


class UserThrottle(SimpleRateThrottle):
    """300 requests a minute of one token, person or address."""

    scope = "user"

    def get_cache_key(self, request: Any, view: Any) -> str:
        """One counter per caller."""
        return f"throttle:{self.scope}:{principal_of(request)}"


class ExportThrottle(UserThrottle):
    """10 exports an hour of one caller."""

    scope = "export"
