"""The API described: OpenAPI and Swagger. Loaded by who first asks for them (`core.later`)."""

from __future__ import annotations

from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, override
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView


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
