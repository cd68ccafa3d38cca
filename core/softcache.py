"""The shared cache of Redis; while Redis is away, one of this process.

The cache holds what may be forgotten (how often somebody called, a beat read a moment ago). No
page may fail, or wait twice, because it is gone.
"""

from __future__ import annotations

import logging
import time
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

logger = logging.getLogger("core.softcache")
REST_S = 15.0
WAIT_S = 1.0
_REST: dict[str, float] = {}


class SoftRedisCache(RedisCache):
    """Asks Redis; after a failure answers from memory for 15 s before it asks again."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        waits = {"socket_timeout": WAIT_S, "socket_connect_timeout": WAIT_S}
        options = {**waits, "retry": Retry(NoBackoff(), 0), **params.get("OPTIONS", {})}
        super().__init__(server, {**params, "OPTIONS": options})
        self.place = server
        self.memory = LocMemCache(f"soft {server}", {**params, "OPTIONS": {}})

    def _ask(self, name: str, *args: Any, **more: Any) -> Any:
        if time.monotonic() >= _REST.get(self.place, 0.0):
            try:
                return getattr(super(), name)(*args, **more)
            except (RedisError, OSError) as error:
                _REST[self.place] = time.monotonic() + REST_S
                logger.warning("cache_away", extra={"why": type(error).__name__})
        return getattr(self.memory, name)(*args, **more)

    def add(self, *args: Any, **more: Any) -> Any:
        """As Django's."""
        return self._ask("add", *args, **more)

    def get(self, *args: Any, **more: Any) -> Any:
        """As Django's."""
        return self._ask("get", *args, **more)

    def set(self, *args: Any, **more: Any) -> Any:
        """As Django's."""
        return self._ask("set", *args, **more)

    def touch(self, *args: Any, **more: Any) -> Any:
        """As Django's."""
        return self._ask("touch", *args, **more)

    def delete(self, *args: Any, **more: Any) -> Any:
        """As Django's."""
        return self._ask("delete", *args, **more)

    def get_many(self, *args: Any, **more: Any) -> Any:
        """As Django's."""
        return self._ask("get_many", *args, **more)

    def set_many(self, *args: Any, **more: Any) -> Any:
        """As Django's."""
        return self._ask("set_many", *args, **more)

    def delete_many(self, *args: Any, **more: Any) -> Any:
        """As Django's."""
        return self._ask("delete_many", *args, **more)

    def has_key(self, *args: Any, **more: Any) -> Any:
        """As Django's."""
        return self._ask("has_key", *args, **more)

    def incr(self, *args: Any, **more: Any) -> Any:
        """As Django's."""
        return self._ask("incr", *args, **more)

    def clear(self) -> Any:
        """As Django's."""
        return self._ask("clear")
