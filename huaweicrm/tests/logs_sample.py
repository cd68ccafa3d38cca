"""Addresses, timers and tasks that fail with a canary in everything they say."""

from __future__ import annotations

from django.db import connection
from django.http import HttpResponse
from django.urls import path

from core.models import User
from huaweicrm.urls import urlpatterns as house

CANARY = "kanarienvogel"


def crash(request, word):
    """Fails with what it was given."""
    raise ValueError(f"cannot read {word} of {request.META['QUERY_STRING']}")


def collide(request, word):
    """A refusal of the database, whose message quotes the values."""
    User.objects.create(username=word, full_name=word)
    try:
        User.objects.create(username=word, full_name=word)
    except Exception as error:
        raise RuntimeError(f"no second {word}") from error


def broken_sql(request, word):
    """A statement that the database does not read."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT '{word}' FROM {word}")
    return HttpResponse()


urlpatterns = [
    path("crash/<str:word>/", crash),
    path("collide/<str:word>/", collide),
    path("sql/<str:word>/", broken_sql),
    *house,
]
handler404 = "core.api.pages.not_found"
handler500 = "core.api.pages.crashed"

TIMERS = {"canary": "huaweicrm.tests.logs_sample:fail"}
CHANNELS = {"test": "huaweicrm.tests.logs_sample:send"}
CONSUMERS = {"canary": (("thing.made",), "huaweicrm.tests.logs_sample:hear")}


def fail(timers, *, now):
    """A handler that quotes its rows."""
    raise ValueError([row.facts for row in timers])


def send(messages, *, now):
    """A channel that quotes addresses and bodies, and is no usual failure."""
    raise ArithmeticError(f"{messages[0].address} {messages[0].body}")


def hear(event, *, now):
    """A consumer that quotes its event."""
    raise LookupError(event.facts)
