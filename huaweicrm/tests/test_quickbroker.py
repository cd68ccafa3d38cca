"""A hint to a broker that is away or silent costs its caller a second, not the request."""

import contextlib
import socket
import time

import pytest

from huaweicrm import tasks
from huaweicrm.testing import processes


@pytest.mark.parametrize("is_silent", [False, True])
def test_a_nudge_gives_up_within_moments(settings, is_silent):
    with contextlib.ExitStack() as stack:
        port = processes.free_port()
        if is_silent:
            stack.enter_context(socket.create_server(("127.0.0.1", port)))
        settings.REDIS_URL = f"redis://127.0.0.1:{port}/0"
        began = time.monotonic()

        with pytest.raises(OSError):
            tasks.nudge("sweep")

    assert time.monotonic() - began < 4


def test_a_nudge_reaches_a_broker_that_is_there(settings, broker):
    settings.REDIS_URL = broker

    tasks.nudge("sweep")

    with tasks.quickbroker.connection(broker) as opened:
        opened.connect()
        assert opened.default_channel.client.llen("celery") >= 1
        opened.default_channel.client.delete("celery")


def test_what_sends_stands_behind_what_fires(settings, broker):
    settings.REDIS_URL = broker

    tasks.nudge("deliver")
    tasks.nudge("sweep")

    with tasks.quickbroker.connection(broker) as opened:
        opened.connect()
        channel = opened.default_channel
        behind = channel._q_for_pri("celery", 3)
        assert (channel.client.llen("celery"), channel.client.llen(behind)) == (1, 1)
        channel.client.delete("celery", behind)
