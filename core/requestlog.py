"""One record per request: who (an id), which route, how it ended, how long, how many statements."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from core import registry

logger = logging.getLogger("core.request")
Handler = Callable[[HttpRequest], HttpResponse]
METHODS = frozenset({"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"})
QUIET = frozenset({"healthz", "readyz", "metrics"})
"""Asked every few seconds by machines: not worth a line while they succeed."""


@dataclass
class Spent:
    """Statements of one request and the seconds the database took."""

    statements: int = 0
    seconds: float = 0.0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.statements += 1
            self.seconds += time.perf_counter() - started


class RequestLogMiddleware:
    """Stands right inside RequestIdMiddleware, so that the answer is final and the id is known."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        spent, started = Spent(), time.perf_counter()
        with connection.execute_wrapper(spent):
            response = self.get_response(request)
        seconds = time.perf_counter() - started
        route = route_of(request)
        observe = registry.entry("OBSERVE_REQUEST")
        if observe:
            registry.load(observe)(
                method_of(request), route, response.status_code, seconds, spent.seconds
            )
        if route not in QUIET or response.status_code >= 400:
            logger.log(
                logging.ERROR if response.status_code >= 500 else logging.INFO,
                "request",
                extra=facts_of(request, response, route, seconds, spent),
            )
        return response


def method_of(request: HttpRequest) -> str:
    """The verb, "-" for a word of the client's own: it would be a line of metrics for ever."""
    return request.method if request.method in METHODS else "-"


def route_of(request: HttpRequest) -> str:
    """The pattern that served, `customers/<int:pk>/`: never the address, which may hold tokens."""
    match = getattr(request, "resolver_match", None)
    return match.route.rstrip("$") if match is not None else "-"


def facts_of(
    request: HttpRequest, response: HttpResponse, route: str, seconds: float, spent: Spent
) -> dict[str, Any]:
    """What the line says. A user is named only when the request has asked for one already."""
    user = request.__dict__.get("user")
    if type(user) is SimpleLazyObject:  # isinstance would ask the database
        user = getattr(request, "_cached_user", None)
    return {
        "request_id": getattr(request, "request_id", ""),
        "user": getattr(user, "pk", None) or 0,
        "method": method_of(request),
        "route": route,
        "status": response.status_code,
        "ms": round(seconds * 1000, 1),
        "sql": spent.statements,
        "sql_ms": round(spent.seconds * 1000, 1),
    }
