"""Answers are kept while a page is read, and never beyond."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from core.once import OnceMiddleware, once


def answers(method):
    """What two questions with one key, and one with another, were answered in one request."""
    asked = []

    def ask():
        asked.append(1)
        return len(asked)

    def view(request):
        return HttpResponse(f"{once('a', ask)} {once('a', ask)} {once('b', ask)}")

    request = RequestFactory().generic(method, "/")
    return OnceMiddleware(view)(request).content.decode()


@pytest.mark.parametrize(("method", "said"), [("GET", "1 1 2"), ("HEAD", "1 1 2")])
def test_a_page_that_is_read_asks_once(method, said):
    assert answers(method) == said


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_whatever_writes_asks_anew(method):
    assert answers(method) == "1 2 3"


def test_nothing_is_kept_outside_of_a_request():
    answers("GET")

    assert [once("a", lambda: 7), once("a", lambda: 8)] == [7, 8]


def test_an_answer_that_failed_is_asked_again():
    def view(request):
        with pytest.raises(ZeroDivisionError):
            once("a", lambda: 1 / 0)
        return HttpResponse(once("a", lambda: "fine"))

    assert OnceMiddleware(view)(RequestFactory().get("/")).content == b"fine"
