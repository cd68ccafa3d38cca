"""Placeholder until the API kernel lands."""

from rest_framework.throttling import UserRateThrottle


class UserThrottle(UserRateThrottle):
    """Placeholder until the API kernel lands."""
