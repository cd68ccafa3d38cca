"""Small things every page needs: who acts, what may be fetched, POST only."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest

from core.actors import Actor
from core.errors import Forbidden


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
    from core.environment import flag

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
