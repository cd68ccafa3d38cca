"""Small things every page needs: who acts, what may be fetched, POST only."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from core.actors import Actor
from core.environment import flag
from core.errors import Forbidden
from core.signin import is_fresh

View = Callable[..., HttpResponse]
PORTAL_SIGN_IN = "/portal/sign-in/"


def staff_page(view: View) -> View:
    """A page of staff: others are sent to sign in; an unsafe request is one transaction."""
    return _page(view, door="staff")


def portal_page(view: View) -> View:
    """A page of a signed-in portal user: others are sent to /portal/sign-in/?next=…"""
    return _page(view, door="portal")


def recent_auth(view: View) -> View:
    """Inside staff_page or portal_page: a password within ten minutes, else it is asked again.

    For signing, tokens and exports. Portal users go to /portal/sign-in/?again=1&next=…
    """

    @functools.wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_fresh(request):
            return view(request, *args, **kwargs)
        if request.user.is_portal:
            return _sent_to(request, PORTAL_SIGN_IN, again=1)
        return _sent_to(request, reverse("account_reauthenticate"))

    return page


def _page(view: View, *, door: str) -> View:
    @functools.wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = request.user
        if not user.is_authenticated or user.is_portal != (door == "portal"):
            there = PORTAL_SIGN_IN if door == "portal" else reverse("account_login")
            return _sent_to(request, there)
        if request.method in {"GET", "HEAD"}:
            return view(request, *args, **kwargs)
        with transaction.atomic():
            return view(request, *args, **kwargs)

    page.door = door  # type: ignore[attr-defined]
    return page


def admin_door(request: HttpRequest) -> HttpResponse:
    """The admin has no sign-in of its own: lockout and second step stand at the one of the house.

    Whoever is signed in and may not go there gets 403.
    """
    there = request.GET.get("next", "")
    inside = url_has_allowed_host_and_scheme(there, {request.get_host()}, request.is_secure())
    there = there if inside else reverse("admin:index")
    if not request.user.is_authenticated:
        return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': there})}")
    if not request.user.is_staff:
        raise PermissionDenied
    return HttpResponseRedirect(reverse("admin:index"))


def _sent_to(request: HttpRequest, address: str, **more: Any) -> HttpResponse:
    """To an address that leads back here; htmx is told to move the whole page."""
    htmx = request.headers.get("HX-Request") == "true"
    back = request.headers.get("HX-Current-URL", "/") if htmx else request.get_full_path()
    if request.method not in {"GET", "HEAD"} and not htmx:
        back = request.headers.get("Referer", "/")
    url = f"{address}?{urlencode({**more, 'next': back})}"
    if htmx:
        return HttpResponse(status=401, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def actor_of(request: HttpRequest, channel: str = "browser") -> Actor:
    """The actor of a request (a page or an API call)."""
    token = request.auth if hasattr(request, "auth") else None
    return Actor(
        user=request.user if request.user.is_authenticated else None,
        token=token if token is not None and hasattr(token, "scopes") else None,
        channel="api" if token is not None else channel,
        request_id=getattr(request, "request_id", ""),
        ip=client_ip(request),
    )


def client_ip(request: HttpRequest) -> str:
    """The address of the client; X-Forwarded-For counts only behind TRUSTED_PROXY."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if forwarded and flag("TRUSTED_PROXY"):
        return forwarded.split(",")[-1].strip()[:45]
    return request.META.get("REMOTE_ADDR", "")[:45]


def found(queryset: models.QuerySet, **where: Any) -> Any:
    """The one row of a queryset that is already limited by visible_to, or 404."""
    try:
        row = queryset.filter(**where).first()
    except (ValueError, TypeError, OverflowError) as error:
        raise Http404 from error
    if row is None:
        raise Http404
    return row


def ask(allowed: bool, sentence: Any = "", *, rule: str = "") -> None:
    """Go on when `may_…` said yes, else 403 with the rule id."""
    if not allowed:
        if sentence or rule:
            raise Forbidden(sentence or "", rule=rule)
        raise PermissionDenied
