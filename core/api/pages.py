"""Pages of the API: Swagger, the catalogue of errors, and addresses that nobody serves."""

from __future__ import annotations

from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from django.views.defaults import page_not_found
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from core.api.problems import KINDS, as_response
from core.pages import server_error


class SchemaPage(SpectacularAPIView):
    """OpenAPI 3 as YAML or JSON, `?lang=en|zh-hans`; made once per process and language."""

    made: dict[tuple[str, str], tuple[bytes, str]] = {}

    @extend_schema(exclude=True)
    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """The document in the language and format asked for."""
        wish = request.GET.get("lang", "")
        language = wish if wish in dict(settings.LANGUAGES) else get_language()
        renderer, media_type = self.perform_content_negotiation(request, force=True)
        key = (str(language), media_type)
        if key not in self.made:
            with override(language):
                schema = self.generator_class().get_schema(request=None, public=True)
                self.made[key] = (renderer.render(schema, renderer_context={}), media_type)
        body, kind = self.made[key]
        return HttpResponse(body, content_type=kind)


@method_decorator(csp_update({"img-src": ["data:"]}), name="dispatch")
class Docs(SpectacularSwaggerSplitView):
    """Swagger from the sidecar: offline, no inline script or style."""

    template_name = "core/api_docs.html"


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
