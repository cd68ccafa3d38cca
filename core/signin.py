"""Signing in: lockout by account and address, staff and portal apart, how fresh a sign-in is."""

from __future__ import annotations

import datetime as dt
import time

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from django.contrib import auth
from django.http import HttpRequest
from django.utils.translation import ngettext

from core import policy
from core.errors import Refused
from core.models import LoginAttempt, User
from core.policies_signin import ATTEMPTS, LOCK_MIN

FRESH_S = 600
"""How long a password counts for signing, tokens and exports."""
LONGEST = 255
"""Letters of a name that are looked at: one more than an e-mail may have, so that what is longer is
nobody's. SQLite compares no text of 50,000."""


def refuse_locked(login: str, ip: str, now: dt.datetime) -> None:
    """Refused while an account has too many failures from an address (LoginAttempt)."""
    window = dt.timedelta(minutes=policy.get(LOCK_MIN, at=now))
    failed = LoginAttempt.objects.filter(login=_key(login), ip=ip, at__gt=now - window)
    times = list(
        failed.order_by("-at").values_list("at", flat=True)[: policy.get(ATTEMPTS, at=now)]
    )
    if len(times) < policy.get(ATTEMPTS, at=now):
        return
    left = max(1, int((times[-1] + window - now).total_seconds() // 60) + 1)
    raise Refused(
        ngettext(
            "Too many failed attempts. Try again in %(left)d minute.",
            "Too many failed attempts. Try again in %(left)d minutes.",
            left,
        )
        % {"left": left},
        rule="trust",
    )


def failed(login: str, ip: str, now: dt.datetime) -> None:
    """Keep a failed sign-in."""
    LoginAttempt.objects.create(login=_key(login), ip=ip, at=now)


def succeeded(login: str, ip: str) -> None:
    """Forget the failures of an account from an address."""
    LoginAttempt.objects.filter(login=_key(login), ip=ip).delete()


def portal_sign_in(
    request: HttpRequest, login: str, password: str, *, ip: str, now: dt.datetime
) -> User | None:
    """Sign a portal user in on this request; None for a wrong password or a member of staff.

    The session gets a new key. Raises Refused while the account is locked.
    """
    login = login[:LONGEST]
    refuse_locked(login, ip, now)
    name = "email" if "@" in login else "username"
    user = auth.authenticate(request, **{name: login, "password": password})
    if user is None or not user.is_portal:
        failed(login, ip, now)
        return None
    succeeded(login, ip)
    auth.login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    record_authentication(request, user, "password", username=user.username)
    return user


def is_fresh(request: HttpRequest) -> bool:
    """True when the person has given a password or code within ten minutes."""
    if not request.user.is_authenticated:
        return False
    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - records[-1]["at"] < FRESH_S


def freshen(request: HttpRequest, password: str, *, ip: str, now: dt.datetime) -> bool:
    """Check the password of the signed-in person again; True makes the sign-in fresh."""
    login = request.user.username
    refuse_locked(login, ip, now)
    if not request.user.check_password(password):
        failed(login, ip, now)
        return False
    record_authentication(request, request.user, "password", reauthenticated=True)
    return True


def _key(login: str) -> str:
    """One name for an account, however it is spelled: its e-mail counts as its user name."""
    text = login.strip().lower()
    if "@" in text:
        known = User.objects.filter(email__iexact=text).values_list("username", flat=True)[:2]
        text = known[0].lower() if len(known) == 1 else text
    return text[:150]
