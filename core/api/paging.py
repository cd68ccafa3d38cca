"""Placeholder until the API kernel lands."""

from rest_framework.pagination import CursorPagination


class CursorPage(CursorPagination):
    """Placeholder until the API kernel lands."""
