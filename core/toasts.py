"""Leaves a one-line message for the next page, with an Undo where an action can be taken back."""

from django.contrib import messages
from django.http import HttpRequest


def toast(request: HttpRequest, text: str, *, undo_url: str = "") -> None:
    """Say `text` on the next page; `undo_url` is the compensating endpoint its Undo posts to."""
    messages.success(request, text, extra_tags=f"undo={undo_url}" if undo_url else "")


def warn(request: HttpRequest, text: str) -> None:
    """Say on the next page what did not happen and what to do."""
    messages.warning(request, text)
