"""Pages of the API: the catalogue of errors, and addresses that nobody serves."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from django.views.defaults import page_not_found

from core.api.problems import KINDS, as_response
from core.pages import server_error


@require_safe
def error_catalogue(request: HttpRequest) -> HttpResponse:
    """Every type of error with its status, title and what to do; JSON on request."""
    if "json" in request.headers.get("Accept", ""):
        rows = [
            {"type": k.key, "status": k.status, "title": str(k.title), "help": str(k.help)}
            for k in KINDS.values()
        ]
        return JsonResponse({"results": rows})
    return render(request, "core/api_errors.html", {"kinds": list(KINDS.values())})


@csrf_exempt
def no_such_address(request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
    """404 as a problem, whatever the method."""
    return as_response("not-found", request)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404: a problem under /api/, a page elsewhere."""
    if request.path.startswith("/api/"):
        return as_response("not-found", request)
    return page_not_found(request, exception)


def crashed(request: HttpRequest) -> HttpResponse:
    """handler500: a problem under /api/, a page elsewhere."""
    if request.path.startswith("/api/"):
        return as_response("server-error", request)
    return server_error(request)
