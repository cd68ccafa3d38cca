"""What the shell of every page shows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of base.html; replaced in full by the UI shell."""
    return {"product_name": settings.PRODUCT_NAME}
