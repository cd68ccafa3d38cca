"""Finds the page of an address among those that begin with its first word.

Django tries every pattern in turn: of 400 addresses the one asked for stands behind 240 others.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any

from django.conf import settings
from django.urls import ResolverMatch, URLPattern, URLResolver
from django.urls.resolvers import RegexPattern, RoutePattern

_FIRST = re.compile(r"\^([a-z0-9-]+)/(?![?*{])")


class ByFirstWord(URLResolver):
    """Patterns in their order, of which only those are tried that can match."""

    def resolve(self, path: Any) -> ResolverMatch:
        """What Django's resolver finds among all of them."""
        found = self.pattern.match(str(path))
        word = found[0].partition("/")[0] if found else ""
        return self._by_word.get(word, self._others).resolve(path)

    @cached_property
    def _by_word(self) -> dict[str, URLResolver]:
        words = set[str]().union(*(words or () for words, _one in self._parts))
        return {word: self._narrowed(word) for word in words}

    @cached_property
    def _others(self) -> URLResolver:
        """For a word that no pattern begins with."""
        return self._narrowed(None)

    @cached_property
    def _parts(self) -> list[tuple[set[str] | None, URLPattern | URLResolver]]:
        """Each pattern with its first words; made once, the same ones stand under each word."""
        return [(begins_with(one), _sorted(one)) for one in self.url_patterns]

    def _narrowed(self, word: str | None) -> URLResolver:
        """The patterns that can match what begins with a word."""
        left = [one for words, one in self._parts if words is None or word in words]
        return URLResolver(
            self.pattern, left, self.default_kwargs, app_name=self.app_name,
            namespace=self.namespace,
        )  # fmt: skip


def by_first_word(patterns: list[Any]) -> ByFirstWord:
    """These patterns as one."""
    return ByFirstWord(RoutePattern("", is_endpoint=False), patterns)


def same_in_every_language(resolver: URLResolver) -> None:
    """Find addresses by name once for all languages: Django keeps a table of each, and no address
    of ours is translated (megabytes of every process). Private parts of a pinned Django; should
    they move, each language has its own table again."""
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            same_in_every_language(one)
    for name in ("_reverse_dict", "_namespace_dict", "_app_dict"):
        by_language = getattr(resolver, name, {})
        if by_language:
            found = next(iter(by_language.values()))
            by_language.update((code, found) for code, _name in settings.LANGUAGES)


def begins_with(one: URLPattern | URLResolver) -> set[str] | None:
    """The first words of the addresses that a pattern can match; None when it may be any."""
    if isinstance(one.pattern, RoutePattern):
        route = str(one.pattern)
        word, slash, _rest = route.partition("/")
        if "<" not in word and (slash or isinstance(one, URLPattern)):
            return {word}
        if route == "" and isinstance(one, URLResolver):
            parts = [begins_with(each) for each in one.url_patterns]
            return None if None in parts else set[str]().union(*(part or () for part in parts))
    if isinstance(one.pattern, RegexPattern):
        said = _FIRST.match(str(one.pattern))
        return {said[1]} if said and "|" not in str(one.pattern) else None
    return None


def _sorted(one: URLPattern | URLResolver) -> URLPattern | URLResolver:
    """The same; what holds patterns finds its own by the next word."""
    if type(one) is not URLResolver:
        return one
    return ByFirstWord(
        one.pattern, one.urlconf_name, one.default_kwargs, app_name=one.app_name,
        namespace=one.namespace,
    )  # fmt: skip
