"""A broker that is away, or hangs, takes no page with it."""

import socket
import time

import pytest
from django.core.cache import caches

from core import softcache
from huaweicrm.testing import processes


def cache_at(settings, url):
    softcache._REST.clear()
    place = {"BACKEND": "core.softcache.SoftRedisCache", "LOCATION": url}
    settings.CACHES = {"default": place}
    return caches["default"]


def test_without_redis_the_process_remembers_by_itself(settings):
    cache = cache_at(settings, f"redis://127.0.0.1:{processes.free_port()}/0")

    assert cache.add("a", 1) is True
    assert cache.add("a", 2) is False
    assert (cache.get("a"), cache.incr("a"), cache.get("b", "none")) == (1, 2, "none")
    assert cache.get_or_set("c", lambda: 7) == 7


def test_a_redis_that_hangs_costs_one_second_once(settings):
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        cache = cache_at(settings, f"redis://127.0.0.1:{deaf.getsockname()[1]}/0")
        began = time.monotonic()
        for number in range(5):
            cache.set("a", number)
        assert cache.get("a") == 4

    assert 0.9 < time.monotonic() - began < 2.5


def test_when_redis_is_back_it_is_asked_again(settings, broker):
    cache = cache_at(settings, broker)
    softcache._REST[cache.place] = time.monotonic() + 60
    cache.set("only_here", 1)
    softcache._REST.clear()

    assert cache.get("only_here") is None


@pytest.mark.django_db
def test_the_sign_in_page_works_without_redis(client, settings):
    cache_at(settings, f"redis://127.0.0.1:{processes.free_port()}/0")

    assert client.get("/accounts/login/").status_code == 200
    answer = client.post("/accounts/login/", {"login": "nobody", "password": "x"})
    assert answer.status_code == 200
