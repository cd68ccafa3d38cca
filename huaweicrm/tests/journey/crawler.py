"""A walk over every link and button that a person is shown, starting at the first page."""

from __future__ import annotations

import re
from collections import Counter, deque
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

from django.db import transaction
from django.test import Client

ELSEWHERE = ("/static/", "/admin/", "/api/", "/media/")
"""Not walked: files, the admin and Swagger, which have tests of their own."""
LEAVING = ("/accounts/logout/", "/portal/sign-out/")
"""Buttons that end the session."""
VOID = {"input", "br", "img", "hr", "meta", "link", "source", "wbr", "col", "area", "base"}


@dataclass
class Form:
    """A form as it is shown: where it goes, what it carries by itself, its buttons."""

    action: str
    method: str
    hidden: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, dict[str, str]]] = field(default_factory=list)


class Seen(HTMLParser):
    """Links, partial loads and forms of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.open: Form | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what leads somewhere."""
        one = {key: value or "" for key, value in attrs}
        if tag == "a" and "href" in one:
            self.links.append(one["href"])
        self.links += [one[name] for name in ("hx-get", "data-move-url") if one.get(name)]
        if tag == "form":
            self.open = Form(one.get("action", ""), one.get("method", "get").lower())
            self.forms.append(self.open)
        elif self.open is not None and tag == "input" and one.get("type") == "hidden":
            self.open.hidden[one.get("name", "")] = one.get("value", "")
        elif self.open is not None and tag == "button" and one.get("type") != "button":
            named = {one["name"]: one.get("value", "")} if one.get("name") else {}
            self.open.buttons.append((one.get("formaction", ""), named))

    def handle_endtag(self, tag: str) -> None:
        """A form ends."""
        if tag == "form":
            self.open = None


@dataclass
class Walk:
    """The walk of one person: what was looked at, what was pressed, what went wrong.

    Of addresses that differ in their numbers only, `most` are looked at, and as many pressed.
    """

    client: Client
    most: int = 1_000
    shapes: Counter[Any] = field(default_factory=Counter)
    looked: set[Any] = field(default_factory=set)
    pressed: set[Any] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    ahead: deque[tuple[str, str, bool]] = field(default_factory=deque)

    def go(self, start: str) -> Walk:
        """Look at everything that can be reached from here."""
        self._plan(start, "")
        while self.ahead:
            self._look(*self.ahead.popleft())
        return self

    def _plan(self, href: str, behind: str, *, asks: bool = False) -> None:
        url = urldefrag(urljoin(behind, href)).url
        parts = urlsplit(url)
        if parts.scheme or parts.netloc or parts.path.startswith(ELSEWHERE):
            return
        names = tuple(sorted({name for name, _value in parse_qsl(parts.query)}))
        if (parts.path, names) not in self.looked and self._few("look", parts.path, names):
            self.looked.add((parts.path, names))
            self.ahead.append((url, behind, asks))

    def _few(self, *what: Any) -> bool:
        """Not more than `most` of a shape, whose numbers do not count."""
        shape = tuple(re.sub(r"\d+", "N", str(each)) for each in what)
        self.shapes[shape] += 1
        return self.shapes[shape] <= self.most

    def _look(self, url: str, behind: str, asks: bool) -> None:
        answer = self.client.get(url)
        if answer.status_code in {301, 302, 303}:
            self._plan(answer["Location"], url)
            return
        if asks and answer.status_code == 400:  # nothing was ticked or typed
            return
        if answer.status_code >= 400:
            self.wrong.append(f"{behind} leads to {url}: {answer.status_code}")
            return
        if not answer["Content-Type"].startswith("text/html"):
            return
        page = Seen(answer.text)
        for href in page.links:
            self._plan(href, url)
        for form in page.forms:
            if form.method == "get":
                self._plan(form.action or urlsplit(url).path, url, asks=True)
            elif form.method == "post":
                self._press_all(form, url)

    def _press_all(self, form: Form, url: str) -> None:
        for action, named in form.buttons or [("", {})]:
            there = urljoin(url, action or form.action or url)
            key = (urlsplit(there).path, *sorted(named.items()))
            if key in self.pressed or there.startswith((*ELSEWHERE, *LEAVING)):
                continue
            if self._few("press", *key):
                self.pressed.add(key)
                self._press(there, {**form.hidden, **named}, url)

    def _press(self, there: str, body: dict[str, str], url: str) -> None:
        answer = self._posted(there, body)
        if answer.status_code in {401, 403, 404, 405} or answer.status_code >= 500:
            self.wrong.append(f"{url} offers to post to {there}: {answer.status_code}")

    def _posted(self, there: str, body: dict[str, Any]) -> Any:
        """What a button answers; whatever it did is undone."""
        cookies = self.client.cookies.output()
        with transaction.atomic():
            answer = self.client.post(there, body)
            transaction.set_rollback(True)
        self.client.cookies.clear()
        self.client.cookies.load(cookies.replace("Set-Cookie: ", ""))
        return answer
