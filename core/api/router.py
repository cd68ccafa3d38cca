"""The router: resources and single addresses, and what the schema and tokens need of them."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path
from rest_framework.routers import SimpleRouter
from rest_framework.views import APIView


class Router(SimpleRouter):
    """`register(prefix, Resource, basename=prefix)` and `address("me", View)`."""

    def __init__(self) -> None:
        super().__init__(trailing_slash=True)
        self.addresses: list[tuple[str, type[APIView]]] = []

    def address(self, prefix: str, view: type[APIView]) -> None:
        """Serve a single view at `/api/v1/<prefix>/`."""
        self.addresses.append((prefix, view))

    def get_urls(self) -> list[URLPattern]:
        """Resources first, then single addresses."""
        singles: list[Any] = [
            path(f"{prefix}/", view.as_view(), name=prefix.replace("/", "-"))
            for prefix, view in self.addresses
        ]
        return super().get_urls() + singles

    def scopes(self) -> set[str]:
        """Every scope that a token may carry, from the resources themselves."""
        views = [view for _p, view, _b in self.registry] + [view for _p, view in self.addresses]
        found = {
            f"{view.scope}:{mode}"
            for view in views
            for mode in ("read", "write")
            if getattr(view, "scope", "")
        }
        return found | {"relationships:confidential"}
