"""Addresses are found by their first word, and found are the same pages as before."""

import pytest
from django.http import HttpResponse
from django.urls import NoReverseMatch, Resolver404, URLResolver, include, path, re_path, reverse
from django.urls.resolvers import RegexPattern, RoutePattern
from django.utils import translation

from core.routing import begins_with, by_first_word, same_in_every_language
from huaweicrm import urls
from huaweicrm.tests.permission_table import addresses


def page(request, **_said):
    return HttpResponse()


LOWER = [path("", page, name="c"), path("<int:pk>/", page, name="d"), re_path("^x/?$", page)]
PATTERNS = [
    path("", page, name="home"),
    path("a/", page, {"kind": "first"}, name="first"),
    path("a/<int:pk>/", page, name="row"),
    path("b/", include((LOWER, "lower"), namespace="low")),
    path("", include([path("c/", page, name="inner"), path("a/c/", page)])),
    re_path(r"^a/(?P<n>\d+)x/$", page, name="regex"),
    re_path(r"^(d|e)/$", page),
    path("<str:any>/end/", page, name="any"),
    path("word", page),
]
ASKED = [
    *("", "a/", "a/7/", "a/7x/", "a/c/", "b/", "b/9/", "b/x", "b/x/", "c/", "d/", "e/", "q/end/"),
    *("a/end/", "word", "words", "word/", "a", "b", "/", "//", "z/", "a/8", "b/9/9/"),
]


def found(resolver, asked):
    try:
        match = resolver.resolve(asked)
    except Resolver404:
        return None
    return match.func, match.args, match.kwargs, match.view_name, match.route, match.namespaces


@pytest.mark.parametrize("asked", ASKED)
def test_the_same_is_found_as_by_django(asked):
    plain = URLResolver(RegexPattern(r"^/"), PATTERNS)
    quick = URLResolver(RegexPattern(r"^/"), [by_first_word(PATTERNS)])

    assert found(quick, f"/{asked}") == found(plain, f"/{asked}")


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (path("a/<int:pk>/", page), {"a"}),
        (path("", page), {""}),
        (path("word", page), {"word"}),
        (path("<int:pk>/", page), None),
        (path("a<int:pk>/", page), None),
        (path("a", include(LOWER)), None),
        (path("", include(PATTERNS[:3])), {"", "a"}),
        (path("", include(LOWER)), None),
        (re_path(r"^a/x", page), {"a"}),
        (re_path(r"^a/?$", page), None),
        (re_path(r"^a/|b/", page), None),
        (re_path(r"a/", page), None),
    ],
)
def test_what_a_pattern_may_begin_with(pattern, words):
    assert begins_with(pattern) == words


def test_every_address_of_the_house_is_found_as_before():
    plain = URLResolver(RegexPattern(r"^/"), urls._PAGES)
    quick = URLResolver(RegexPattern(r"^/"), urls.urlpatterns)

    asked = {one.replace("<pk>", "7").replace("<", "").replace(">", "") for one in addresses()}
    assert len(asked) > 300
    for one in sorted(asked):
        assert found(quick, f"/{one}") == found(plain, f"/{one}"), one


def test_names_lead_to_their_addresses_still():
    assert reverse("customer_import") == "/customers/import/"
    assert reverse("admin:index") == "/admin/"
    with pytest.raises(NoReverseMatch):
        reverse("nothing of the kind")


def test_few_patterns_are_tried():
    whole = by_first_word(urls._PAGES)

    assert len(whole._by_word["tickets"].url_patterns) < 8
    assert isinstance(whole.pattern, RoutePattern)


def test_what_holds_patterns_stands_once_for_all_words():
    words = by_first_word(PATTERNS)._by_word

    [under_a] = (one for one in words["a"].url_patterns if isinstance(one, URLResolver))
    [under_c] = (one for one in words["c"].url_patterns if isinstance(one, URLResolver))
    assert under_a is under_c


def patterns_in(resolver):
    for one in resolver.url_patterns:
        yield one.pattern
        if isinstance(one, URLResolver):
            yield from patterns_in(one)


def test_no_address_is_translated_so_that_one_table_of_names_serves_every_language():
    house = URLResolver(RegexPattern(r"^/"), "huaweicrm.urls")
    said = {type(getattr(one, "_route", None) or one._regex) for one in patterns_in(house)}
    assert said == {str}

    with translation.override("en"):
        assert house.reverse("customer_import") == "customers/import/"
    same_in_every_language(house)
    assert house._reverse_dict["en"] is house._reverse_dict["zh-hans"]
    with translation.override("zh-hans"):
        assert house.reverse("customer", 7) == "customers/7/"
