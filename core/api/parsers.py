"""Placeholder until the API kernel lands."""

from rest_framework.parsers import JSONParser


class BoundedJSONParser(JSONParser):
    """Placeholder until the API kernel lands."""
