"""Sign-in of staff: no public sign-up, lockout, portal users refused, forced second steps."""

from __future__ import annotations

import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as asked
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.sites.shortcuts import get_current_site
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core import clock, outbox, registry, signin
from core.errors import Refused
from core.web import client_ip


class ClosedSignupAdapter(DefaultAccountAdapter):
    """Nobody signs up alone; failures lock an account for an address."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("User name or password is wrong. Check both."),
        "email_password_mismatch": _("E-mail or password is wrong. Check both."),
        "incorrect_password": _("The password is wrong."),
        "too_many_login_attempts": _("Too many tries. Wait a few minutes, or reset the password."),
        "account_inactive": _("This account is switched off. Ask your administrator."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """As allauth says; what is no address (`http://[`) leads nowhere."""
        try:
            return super().is_safe_url(url)
        except ValueError:
            return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Through the outbox: an address that is known answers as fast as one that is not."""
        request, now = asked.request, clock.now()
        site = get_current_site(request)
        said = {"request": request, "email": email, "current_site": site, **context}
        mail = self.render_mail(template_prefix, email, said)
        outbox.post(
            "email",
            email,
            once=f"account:{secrets.token_hex(12)}",
            subject=mail.subject,
            body=mail.body,
            now=now,
        )

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """The member of staff, or None; a portal user reads like a wrong password."""
        for name in {"username", "email"} & set(credentials):
            credentials[name] = str(credentials[name])[: signin.LONGEST]
        login, ip, now = _login_of(credentials), client_ip(request), clock.now()
        try:
            signin.refuse_locked(login, ip, now)
        except Refused as refusal:
            raise ValidationError(str(refusal.sentence)) from refusal
        if credentials.get("email") == credentials.get("username"):
            credentials.pop("email", None)  # checked once, known or not: the same work
        user = super().authenticate(request, **credentials)
        if user is None or user.is_portal:
            signin.failed(login, ip, now)
            return None
        signin.succeeded(login, ip)
        return user


class SecondStepAdapter(DefaultMFAAdapter):
    """Roles that must have a second step cannot remove it."""

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """False for a forced role."""
        asks = registry.entry("TWO_STEP")
        forced = settings.TWO_STEP_FORCED and asks and registry.load(asks)(authenticator.user)
        return not forced


def _login_of(credentials: dict[str, Any]) -> str:
    return str(credentials.get("username") or credentials.get("email") or "")
