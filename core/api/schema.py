"""Placeholder until the API kernel lands."""

from drf_spectacular.openapi import AutoSchema


class Schema(AutoSchema):
    """Placeholder until the API kernel lands."""
