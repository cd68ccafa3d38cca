"""The API of the whole house: every app's `api.routes(router)` under /api/v1/."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.urls import include, path, re_path

from core import later
from core.api import routes as ground
from core.api.pages import error_catalogue, no_such_address
from core.api.router import Router

FLOORS = ("accounts", "relationships", "expectations", "service", "huaweicrm.privacy")

router = Router()
ground.routes(router)
for floor in FLOORS:
    found = find_spec(f"{floor}.api") and import_module(f"{floor}.api")
    if hasattr(found, "routes"):
        found.routes(router)

urlpatterns = [
    path("schema/", later.view("core.api.documents.SchemaPage"), name="schema"),
    path("docs/", later.view("core.api.documents.Docs", url_name="schema"), name="api-docs"),
    path("errors/", error_catalogue, name="api-errors"),
    path("", include(router.urls)),
    re_path(r"^.*$", no_such_address),
]
