"""Sign-in: nobody signs up alone, an admin or an invitation makes the account."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter


class ClosedSignupAdapter(DefaultAccountAdapter):
    """Closes the public sign-up."""

    def is_open_for_signup(self, request) -> bool:
        """Never."""
        return False
