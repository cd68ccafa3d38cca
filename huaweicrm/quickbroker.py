"""A broker connection that gives up within a second, for those who must not wait.

The client's own way of trying again (three times, seconds apart, and without end when the other
side is silent) is right for a worker and wrong for a request that only wants to leave a hint.
"""

from __future__ import annotations

from typing import Any

from celery import Task
from kombu import Connection
from kombu.exceptions import KombuError
from kombu.transport import redis as redis_transport
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

WAIT_S = 1.0


class Channel(redis_transport.Channel):
    """One try, one second."""

    def _connparams(self, *args: Any, **more: Any) -> dict[str, Any]:
        waits = {"socket_timeout": WAIT_S, "socket_connect_timeout": WAIT_S}
        return {**super()._connparams(*args, **more), **waits, "retry": Retry(NoBackoff(), 0)}


class Transport(redis_transport.Transport):
    """Redis with impatient channels."""

    Channel = Channel


def connection(url: str) -> Connection:
    """A connection to the broker; what fails raises OSError or KombuError within a second."""
    return Connection(url, transport=Transport, transport_options={"max_retries": 0})


def answers(url: str) -> bool:
    """Whether the broker is there, within a second."""
    try:
        with connection(url) as broker:
            broker.connect()
            broker.default_channel.client.ping()
    except (OSError, KombuError, RedisError):
        return False
    return True


def publish(task: Task, url: str, *args: Any, **options: Any) -> None:
    """Send a task within a second; raises OSError when the broker is away."""
    try:
        with connection(url) as broker:
            task.apply_async(args, **{"connection": broker, "retry": False, **options})
    except (KombuError, RedisError) as error:
        raise ConnectionError(str(error)) from error
