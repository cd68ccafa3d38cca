"""Lists of the API: keyset pages with cursor, page_size and a bounded count."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from core.paging import MAX_SIZE, Page, ordering_of, page_of, size_of

NAMES = {"cursor", "page_size", "ordering"}


class CursorPage(BasePagination):
    """`?cursor=&page_size=≤100&ordering=`; the view declares `orderings`, the first is default."""

    page: Page

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> list[Any]:
        """The rows of the page that the parameters ask for; Invalid (400) when they are wrong."""
        asked = request.query_params
        self.request = request
        self.page = page_of(
            queryset,
            ordering=ordering_of(asked.get("ordering", ""), view.orderings),
            cursor=asked.get("cursor", ""),
            size=size_of(asked.get("page_size", "")),
        )
        return self.page.rows

    def take(self, page: Page, request: Any) -> list[Any]:
        """The rows of a page that was read elsewhere."""
        self.request, self.page = request, page
        return page.rows

    def get_paginated_response(self, data: Any) -> Response:
        """`{count, next, previous, results}`; next and previous are addresses or null."""
        return Response(
            {
                "count": self.page.count,
                "next": self._address(self.page.next),
                "previous": self._address(self.page.previous),
                "results": data,
            }
        )

    def _address(self, cursor: str) -> str | None:
        if not cursor:
            return None
        return replace_query_param(self.request.build_absolute_uri(), "cursor", cursor)

    def get_paginated_response_schema(self, schema: dict) -> dict:
        """The envelope, for OpenAPI."""
        link = {"type": "string", "nullable": True, "format": "uri"}
        return {
            "type": "object",
            "required": ["count", "next", "previous", "results"],
            "properties": {
                "count": {
                    "oneOf": [{"type": "integer"}, {"type": "string", "enum": ["10000+"]}],
                    "description": str(_("Exact to 10,000, then 10000+.")),
                    "example": 2,
                },
                "next": {**link, "example": None},
                "previous": {**link, "example": None},
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict]:
        """cursor, page_size and ordering, for OpenAPI."""
        return [
            _parameter("cursor", {"type": "string"}, _("From `next` or `previous` of a page.")),
            _parameter(
                "page_size",
                {"type": "integer", "minimum": 1, "maximum": MAX_SIZE, "default": 50},
                _("Rows a page."),
            ),
            _parameter(
                "ordering",
                {"type": "string", "enum": list(view.orderings), "default": view.orderings[0]},
                _("Minus: descending."),
            ),
        ]


def _parameter(name: str, schema: dict, description: Any) -> dict:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "schema": schema,
        "description": str(description),
    }
