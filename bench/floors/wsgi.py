"""One WSGI application: `/floor/…` passes only the stock middleware, all else is the product."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.floors.settings")

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.test.utils import override_settings

from huaweicrm import serving


class Floors(WSGIHandler):
    """Django as `startproject` leaves it, over the floors' addresses."""

    def get_response(self, request: Any) -> Any:
        """Addresses of the floors, whatever the product's are."""
        request.urlconf = "bench.floors.urls"
        return super().get_response(request)


# As huaweicrm.wsgi does: what is loaded before the fork is shared.
product = get_wsgi_application()
serving.warm()
import_module("core.search").learn()
with override_settings(MIDDLEWARE=settings.STOCK_MIDDLEWARE):
    floors = Floors()


def application(environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
    """Send a request to the floors or to the product."""
    chosen = floors if environ["PATH_INFO"].startswith("/floor/") else product
    return chosen(environ, start_response)
