"""Sessions: a cookie for staff and one for the portal, an idle and an absolute end, two steps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import auth
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from core import clock, registry
from core.api.problems import as_response

IDLE = dt.timedelta(hours=8)
ABSOLUTE = dt.timedelta(hours=12)
SEEN_EVERY = dt.timedelta(minutes=5)
PORTAL = "/portal/"
PREFERENCES = "/preferences/"
SIGN_OUT = "/accounts/logout/"
OPEN_WITHOUT_SECOND_STEP = ("/accounts/", "/preferences/", "/static/", "/healthz", "/readyz")


def at_portal(request: HttpRequest) -> bool:
    """True for addresses of the customer portal; a preference belongs to the page it came from."""
    path = request.path_info
    if path.startswith(PREFERENCES):
        path = _path_of(request.headers.get("Referer", ""))
    return path.startswith(PORTAL)


def _path_of(address: str) -> str:
    try:
        return urlsplit(address).path
    except ValueError:  # a bracket that nothing closes: no address, so no page
        return ""


class TwoDoorSessions(SessionMiddleware):
    """Portal addresses use a cookie of their own, so one browser may hold both sign-ins."""

    def process_request(self, request: HttpRequest) -> None:
        """Read the cookie of this door; the other one is out of sight."""
        if at_portal(request):
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
            key = request.COOKIES.pop(settings.PORTAL_COOKIE_NAME, None)
            if key is not None:
                request.COOKIES[settings.SESSION_COOKIE_NAME] = key
        super().process_request(request)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Write the cookie of this door."""
        response = super().process_response(request, response)
        if at_portal(request) and settings.SESSION_COOKIE_NAME in response.cookies:
            said = response.cookies.pop(settings.SESSION_COOKIE_NAME)
            response.cookies[settings.PORTAL_COOKIE_NAME] = said.value
            response.cookies[settings.PORTAL_COOKIE_NAME].update(said)
        return response


class People(AuthenticationMiddleware):
    """`request.user` as Django finds it, with roles, unit and unread notices in the same query."""

    def process_request(self, request: HttpRequest) -> None:
        """Put the person on the request; nobody is asked for until somebody looks."""
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: person_of(request))  # type: ignore[assignment]


def person_of(request: HttpRequest) -> Any:
    """Who is signed in. What is not the plain case (no session, a wrong or an older key, a person
    who is gone) is left to Django."""
    if not hasattr(request, "_cached_user"):
        found = _plainly(request.session)
        if found is None:
            return auth.get_user(request)
        request._cached_user = found  # type: ignore[attr-defined]
    return request._cached_user  # type: ignore[attr-defined]


def _plainly(session: Any) -> Any:
    path, person = session.get(auth.BACKEND_SESSION_KEY), registry.entry("PERSON", "")
    if path not in settings.AUTHENTICATION_BACKENDS or not person:
        return None
    backend, key = auth.load_backend(path), session.get(auth.SESSION_KEY, "")
    if type(backend).get_user is not ModelBackend.get_user or not key.isdecimal():
        return None
    found = registry.load(person)(int(key))
    if found is None or not backend.user_can_authenticate(found):
        return None
    said = session.get(auth.HASH_SESSION_KEY, "")
    return found if constant_time_compare(said, found.get_session_auth_hash()) else None


class SessionGuard:
    """After authentication: the wrong door is nobody, old sessions end, admins need two steps."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            if request.user.is_portal != at_portal(request):
                request.user = AnonymousUser()
            elif is_over(request, clock.now()):
                auth.logout(request)
            elif lacks_second_step(request):
                return _send_to_second_step(request)
        response = self.get_response(request)
        if request.path_info == SIGN_OUT and not request.user.is_authenticated:
            response.headers["Clear-Site-Data"] = '"storage"'  # what pages kept on the device
        return response


def is_over(request: HttpRequest, now: dt.datetime) -> bool:
    """Idle for 8 h or older than 12 h; notes the visit at most every 5 minutes."""
    session, at = request.session, int(now.timestamp())
    since = session.setdefault("signed_in_at", at)
    seen = session.get("seen_at", at)
    if at - since >= ABSOLUTE.total_seconds() or at - seen >= IDLE.total_seconds():
        return True
    if "seen_at" not in session or at - seen >= SEEN_EVERY.total_seconds():
        session["seen_at"] = at
    return False


def lacks_second_step(request: HttpRequest) -> bool:
    """True for a role that must have a second step and has set none up (registry TWO_STEP)."""
    if not settings.TWO_STEP_FORCED or request.session.get("two_step"):
        return False
    asks = registry.entry("TWO_STEP")
    if not asks or not registry.load(asks)(request.user) or is_mfa_enabled(request.user):
        request.session["two_step"] = True
        return False
    return not request.path_info.startswith(OPEN_WITHOUT_SECOND_STEP)


def _send_to_second_step(request: HttpRequest) -> HttpResponse:
    if request.path_info.startswith("/api/"):
        return as_response("forbidden", request)
    return HttpResponseRedirect(reverse("mfa_activate_totp"))
