"""Placeholder until the API kernel lands."""

from django_filters.rest_framework import DjangoFilterBackend


class StrictFilterBackend(DjangoFilterBackend):
    """Placeholder until the API kernel lands."""
