"""The two error pages that Django renders without the context of a page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader


def server_error(request: HttpRequest) -> HttpResponse:
    """500: plain, with the reference number, without a query."""
    reference = getattr(request, "request_id", "")
    return HttpResponse(loader.render_to_string("500.html", {"reference": reference}), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form was older than the session; says how to send it again."""
    return render(request, "403_csrf.html", status=403)
