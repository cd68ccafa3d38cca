"""Every error of the API as application/problem+json (RFC 9457), with the rule id."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import DataError, IntegrityError, OperationalError
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions as drf
from rest_framework.response import Response

from core.errors import Refused
from core.writes import invalid_from

logger = logging.getLogger("core.api")
MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class Kind:
    """One type of error: its address is `/api/v1/errors/#<key>`."""

    key: str
    status: int
    title: Any
    help: Any


_ALL = [
    Kind("invalid", 400, _("What was sent is not right"), _("Correct the fields under `errors`.")),
    Kind(
        "unknown-parameter",
        400,
        _("Unknown parameter"),
        _("Leave the parameter out; the list of parameters is in the schema."),
    ),
    Kind(
        "unauthenticated",
        401,
        _("Not signed in"),
        _("Send a valid token: `Authorization: Bearer …`."),
    ),
    Kind("forbidden", 403, _("Not allowed"), _("You see it, but this is not yours to do.")),
    Kind("missing-scope", 403, _("The token lacks a scope"), _("`scope` names what it needs.")),
    Kind("not-found", 404, _("Not found"), _("It does not exist, or it is not visible to you.")),
    Kind("method-not-allowed", 405, _("Method not allowed"), _("The Allow header lists methods.")),
    Kind(
        "refused",
        409,
        _("The state does not allow this"),
        _("`detail` says what to do, `rule` names the rule."),
    ),
    Kind(
        "stale-version",
        409,
        _("Somebody saved first"),
        _("Read the row again; `current_version` and `current` hold what was saved."),
    ),
    Kind(
        "idempotency-conflict",
        409,
        _("The idempotency key was used for something else"),
        _("Use a new key for a new request; repeat a request with the same body."),
    ),
    Kind(
        "idempotency-running",
        409,
        _("The first request with this key is still running"),
        _("Repeat the request in a moment."),
    ),
    Kind("too-large", 413, _("The body is too large"), _("At most 1 MB; use bulk in parts.")),
    Kind(
        "unsupported-media-type",
        415,
        _("The body must be JSON"),
        _("Send `Content-Type: application/json`."),
    ),
    Kind(
        "precondition-required",
        428,
        _("An edit must say which version it saw"),
        _('Send `If-Match: "<version>"` or `version` in the body.'),
    ),
    Kind("too-many-requests", 429, _("Too many requests"), _("Wait for `Retry-After` seconds.")),
    Kind("server-error", 500, _("Something broke on our side"), _("Quote `instance` to us.")),
    Kind("busy", 503, _("The database is busy"), _("Repeat the request in a moment.")),
]
KINDS = {kind.key: kind for kind in _ALL}
KNOWN = (
    Refused,
    DjangoValidationError,
    drf.APIException,
    Http404,
    PermissionDenied,
    SuspiciousOperation,
    OverflowError,
    DataError,
    IntegrityError,
)
"""What one row of a bulk may raise without harm to the others."""


class TooLarge(drf.APIException):
    """A body over the bound: 413."""

    status_code = 413
    default_code = "too-large"
    default_detail = _("The body is larger than 1 MB.")


class UnknownParameter(drf.ValidationError):
    """A query parameter that this list does not know: 400 with its name."""

    kind = "unknown-parameter"


class MissingScope(drf.PermissionDenied):
    """A token without the scope that a view needs: 403 with the name of the scope."""

    def __init__(self, scope: str) -> None:
        super().__init__(_("This token lacks the scope %(scope)s.") % {"scope": scope})
        self.scope = scope


class IdempotencyRefused(Refused):
    """The same key with another body, or while the first request runs: 409."""

    def __init__(self, kind: str, sentence: Any) -> None:
        super().__init__(sentence)
        self.kind = kind


def problem(
    key: str,
    *,
    request: Any = None,
    detail: Any = "",
    rule: str = "",
    errors: Mapping[str, list[Any]] | None = None,
    extra: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The body of a problem; `errors` maps a field path to its sentences."""
    kind = KINDS[key]
    body: dict[str, Any] = {
        **(extra or {}),
        "type": f"{settings.SITE_URL}/api/v1/errors/#{key}",
        "title": str(kind.title),
        "status": kind.status,
        "detail": str(detail or kind.help),
        "rule": rule,
        "errors": {name: [str(each) for each in texts] for name, texts in (errors or {}).items()},
        "instance": getattr(request, "request_id", ""),
    }
    return body


def body_of(error: Exception, request: Any = None) -> dict[str, Any] | None:
    """The problem that an exception means, or None for an unknown one."""
    if isinstance(error, Refused):
        return problem(
            error.kind,
            request=request,
            detail=error.sentence,
            rule=error.rule,
            errors=error.fields,
            extra=error.extra,
        )
    if isinstance(error, DjangoValidationError):
        return body_of(invalid_from(error), request)
    if isinstance(error, drf.ValidationError):
        return _validation(error, request)
    if isinstance(error, MissingScope):
        return problem(
            "missing-scope", request=request, detail=error.detail, extra={"scope": error.scope}
        )
    if isinstance(error, drf.APIException):
        return _framework(error, request)
    return _plain(error, request)


_BY_STATUS = {
    400: "invalid",
    401: "unauthenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    406: "invalid",
    413: "too-large",
    415: "unsupported-media-type",
    429: "too-many-requests",
}


def _framework(error: drf.APIException, request: Any) -> dict[str, Any]:
    key = _BY_STATUS.get(error.status_code, "server-error")
    detail = "" if key == "not-found" else error.detail
    return problem(key, request=request, detail=detail)


def _plain(error: Exception, request: Any) -> dict[str, Any] | None:
    if isinstance(error, Http404):
        return problem("not-found", request=request)
    if isinstance(error, PermissionDenied):
        return problem("forbidden", request=request)
    if isinstance(error, OverflowError | DataError | SuspiciousOperation):
        logger.warning("value_out_of_range", extra={"error": type(error).__name__})
        return problem("invalid", request=request, detail=_("A value is out of range."))
    if isinstance(error, IntegrityError):
        logger.warning("constraint_broke", exc_info=error)
        return problem("refused", request=request, detail=_("It does not fit the rows there are."))
    if isinstance(error, OperationalError):
        logger.warning("database_busy", exc_info=error)
        return problem("busy", request=request)
    return None


def _validation(error: drf.ValidationError, request: Any) -> dict[str, Any]:
    errors = dict(_flat(error.detail, ""))
    first = next((texts[0] for texts in errors.values() if texts), "")
    key = getattr(error, "kind", "invalid")
    rule = getattr(error, "rule", "")
    return problem(key, request=request, detail=first, rule=rule, errors=errors)


def _flat(detail: Any, path: str) -> Any:
    """(`rows.0.name`, [sentences]) pairs of DRF's nested details."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            name = "__all__" if name == "non_field_errors" else str(name)
            yield from _flat(inner, f"{path}.{name}" if path else name)
    elif isinstance(detail, list) and any(isinstance(each, Mapping | list) for each in detail):
        for index, inner in enumerate(detail):
            if inner:
                yield from _flat(inner, f"{path}.{index}" if path else str(index))
    else:
        texts = detail if isinstance(detail, list) else [detail]
        yield path or "__all__", [str(each) for each in texts]


def problem_response(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's exception handler; an unknown error goes on and becomes a logged 500."""
    request = context.get("request")
    body = body_of(error, request)
    if body is None:
        return None
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header  # type: ignore[attr-defined]
    if getattr(error, "wait", None):
        headers["Retry-After"] = str(int(error.wait) + 1)  # type: ignore[attr-defined]
    return Response(body, status=body["status"], headers=headers, content_type=MEDIA_TYPE)


def as_response(key: str, request: HttpRequest) -> JsonResponse:
    """A problem outside DRF: for addresses that no view serves, and for crashes."""
    body = problem(key, request=request)
    return JsonResponse(body, status=body["status"], content_type=MEDIA_TYPE)
