"""The admin of the floor of promises: what happened is read here, never changed."""

from expectations.admin import delivery, promise

__all__ = ["delivery", "promise"]
