"""Small answers kept between requests: the same in every process, forgotten by the writer.

The cache is shared (Redis) or there is one process only (embedded), so a writer reaches all
readers. A topic has a number that a write turns before and after its commit: what a reader saw
in between is kept under a number that nobody asks for again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.db import transaction

SECONDS = 600
TOPICS = ("views", "custom", "tags")


def remembered(topic: str, key: str, make: Callable[[], Any]) -> Any:
    """What `make` said about (topic, key), until somebody forgets the topic."""
    stand = cache.get(f"stand:{topic}", 0)
    name = f"kept:{topic}:{stand}:{key}"
    found = cache.get(name)
    if found is None:
        found = make()
        cache.set(name, found, SECONDS)
    return found


def forget(topic: str) -> None:
    """Everything about a topic is asked anew, now and once this transaction is through."""
    _turn(topic)
    transaction.on_commit(lambda: _turn(topic))


def forget_all() -> None:
    """Every topic is asked anew."""
    for topic in TOPICS:
        _turn(topic)


def _turn(topic: str) -> None:
    name = f"stand:{topic}"
    if not cache.add(name, 1, None):
        cache.incr(name)
