"""Gives every page its frame: product name, navigation, theme, presenting mode, unread notices."""

import functools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import clock, registry
from core.lateness import lateness
from core.models import Notification
from core.preferences import is_presenting, shortcuts_on, theme_of

GAP = timedelta(minutes=5)
LATE_KEPT_S = 30
"""How long an answer about lateness serves every page, in seconds."""


@dataclass(frozen=True)
class NavItem:
    """One line of the navigation; `go` is its letter after G, `mobile`: in the bottom bar.

    `also` (a regular expression) names further addresses that belong to it.
    """

    key: str
    label: str
    url: str
    icon: str
    count: int | str = ""
    tone: str = ""
    go: str = ""
    mobile: bool = False
    also: str = ""


@dataclass(frozen=True)
class NavPin:
    """A pinned record: the letter of its seal, `tone` and `words` for its state."""

    label: str
    url: str
    seal: str
    tone: str = ""
    words: str = ""


@dataclass(frozen=True)
class Banner:
    """A line above every page: data is stale, the heartbeat is late, this is demo data."""

    tone: str
    text: str
    url: str = ""
    link: str = ""


@dataclass(frozen=True)
class Nav:
    """The whole navigation as the page needs it."""

    items: Sequence[NavItem] = ()
    pins: Sequence[NavPin] = ()
    current: str = field(default="")


def _ask(name: str, request: HttpRequest, default: Any) -> Any:
    """What the hook that the registry names under `name` says to a signed-in person."""
    target = registry.entry(name)
    user = getattr(request, "user", None)
    if not target or user is None or not user.is_authenticated:
        return default
    return registry.load(target)(request)


def _current(items: Sequence[NavItem], path: str) -> str:
    """The key of the item that claims the address, else of the longest beginning of `path`."""
    for item in items:
        if item.also and re.match(item.also, path):
            return item.key
    hits = [
        item
        for item in items
        if item.url == path or (item.url != "/" and path.startswith(item.url))
    ]
    return max(hits, key=lambda item: len(item.url)).key if hits else ""


def _nav(request: HttpRequest) -> Nav:
    items = _ask("NAV", request, ())
    return Nav(tuple(items), _ask("NAV_PINS", request, ()), _current(items, request.path))


def _layout(request: HttpRequest) -> str:
    """The base of a page that may also open as a dialog."""
    return "base_dialog.html" if request.headers.get("HX-Target") == "dialog" else "base.html"


def _user_label(request: HttpRequest) -> str:
    user = getattr(request, "user", None)
    return str(user) if user is not None and user.is_authenticated else ""


def _once(question: Callable[[], Any]) -> Callable[[], Any]:
    """A question templates ask by name, answered at most once a page."""
    return functools.cache(question)


def _unread(request: HttpRequest) -> int:
    if not _user_label(request):
        return 0
    known = getattr(request.user, "unread", None)
    if known is None:
        known = Notification.objects.unread().filter(user=request.user).count()
    return known


def _late() -> list[Banner]:
    """Lines above every page while something runs late: one question in 30 s for everyone."""
    late = cache.get_or_set("shell:late", lambda: lateness(clock.now()), LATE_KEPT_S)
    if late.last_beat is not None and clock.now() - late.last_beat >= GAP:
        words = _(
            "Timers and mail stand still since {time:%H:%M}; what you do is kept and caught up"
        )
        return [Banner("risk", words.format(time=localtime(late.last_beat)))]
    found = []
    if late.timers:
        found.append(
            Banner("risk", _("Alerts run late; whatever is due is caught up, at its true time"))
        )
    if late.outbox or late.outside:
        found.append(
            Banner("risk", _("Mail and messages wait to go out; they are kept and tried again"))
        )
    return found


def _banners(request: HttpRequest) -> list[Banner]:
    if not _user_label(request):
        return []
    return [*_late(), *_ask("BANNERS", request, ())]


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of every page; what costs a query is asked only when the page shows it."""
    return {
        "product_name": settings.PRODUCT_NAME,
        "theme": theme_of(request),
        "presenting": is_presenting(request),
        "keys_off": not shortcuts_on(request),
        "language": get_language(),
        "LANGUAGE_CODE": get_language(),
        "layout": _layout(request),
        "in_portal": request.path.startswith("/portal/"),
        "demo": bool(settings.DEMO_NOW),
        "server_now": _once(clock.now),
        "reference": getattr(request, "request_id", ""),
        "nav": _once(lambda: _nav(request)),
        "banners": _once(lambda: _banners(request)),
        "unread": _once(lambda: _unread(request)),
        "user_label": _once(lambda: _user_label(request)),
        "user_role": _once(lambda: _ask("USER_ROLE", request, "")),
    }
