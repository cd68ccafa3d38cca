"""The admin of the ground floor: reference data is edited, what happened is only read."""

from core.admin import access, calendar, lists, people, policy, queue, trail
from core.admin.base import ReadOnlyAdmin, ReferenceAdmin

__all__ = [
    "ReadOnlyAdmin",
    "ReferenceAdmin",
    "access",
    "calendar",
    "lists",
    "people",
    "policy",
    "queue",
    "trail",
]
