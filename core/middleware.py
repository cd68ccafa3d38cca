"""Charset, request id, the person's language and time zone, and refusals as pages."""

from __future__ import annotations

import logging
import re
import uuid
import zoneinfo
from collections.abc import Callable

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme

from core.errors import Refused
from core.logs import code_of

# Hexadecimal as UUIDs are: an id from outside goes into logs, so it must not be able to say more.
_ID = re.compile(r"^(?=.*[a-f])[0-9a-f-]{16,36}$")
logger = logging.getLogger("core.pages")
OUT_OF_RANGE = {"22003", "22008"}
"""What PostgreSQL calls a number and an instant that no column holds."""
Handler = Callable[[HttpRequest], HttpResponse]


class Utf8Request(WSGIRequest):
    """A request in UTF-8, whatever charset its client names: addresses and forms know no other.

    Django would take any that Python knows, also those that decode no text (hex, idna), and fail
    before the first middleware; and fail later where an address is written anew in GBK.
    """

    @property
    def encoding(self) -> str | None:
        """None stands for UTF-8."""
        return None

    @encoding.setter
    def encoding(self, said: str | None) -> None:
        """Not listened to."""


# gunicorn, the embedded server and runserver each make a handler; all of them load this module.
WSGIHandler.request_class = Utf8Request


class RequestIdMiddleware:
    """Gives every request an id that logs, the trail and error pages share."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request.request_id = given if _ID.match(given) else uuid.uuid4().hex[:16]
        response = self.get_response(request)
        response["X-Request-ID"] = request.request_id
        return response


class PreferencesMiddleware:
    """Language: saved choice, else cookie, else the setting (never the browser's guess).

    What is shown to a person or a token is not stored by caches.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = getattr(request, "user", None)
        signed_in = user is not None and user.is_authenticated
        known = dict(settings.LANGUAGES)
        wish = (user.language if signed_in else "") or request.COOKIES.get("language", "")
        language = wish if wish in known else settings.LANGUAGE_CODE
        zone = zoneinfo.ZoneInfo(user.timezone) if signed_in else None
        with translation.override(language), timezone.override(zone):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        private = signed_in or "Authorization" in request.headers
        if private and not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class RefusalMiddleware:
    """A refusal that reaches the edge of a page becomes a page that says what to do."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Render 400.html, 403.html, 409.html or 428 for a Refused; 400.html as well for a value
        that no column holds (a day in the year 1 of another zone), as the API answers it."""
        if isinstance(error, OverflowError) or (
            isinstance(error, DataError) and code_of(error.__cause__ or error) in OUT_OF_RANGE
        ):
            logger.warning("value_out_of_range", exc_info=error)
            return render(request, "400.html", {"back_url": _page_behind(request)}, status=400)
        if not isinstance(error, Refused):
            return None
        status = error.status
        name = {403: "403.html", 400: "400.html"}.get(status, "409.html")
        context = {"refusal": error, "back_url": _page_behind(request)}
        return render(request, name, context, status=status)


def _page_behind(request: HttpRequest) -> str:
    """Where the person stood: a verb has no page of its own to go back to."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    there = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(there, {request.get_host()})
    return there if there and ours else "/"
