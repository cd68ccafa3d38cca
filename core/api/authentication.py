"""Who calls the API: a bearer token, or the session of a member of staff."""

from __future__ import annotations

from rest_framework.authentication import BaseAuthentication, SessionAuthentication


class TokenAuthentication(BaseAuthentication):
    """Placeholder until the API kernel lands."""

    def authenticate(self, request):
        """Nobody."""
        return None


class StaffSessionAuthentication(SessionAuthentication):
    """The session of a member of staff, with CSRF."""
