"""How a web process begins and ends: warm, and with every connection that was made answered.

The first request of a cold process loads every page of the product. That takes seconds of a busy
machine, and a process told to stop meanwhile would be killed with those requests in hand.

Closing a listening socket resets the connections that the kernel has made and nobody has taken
yet. So on SIGTERM the door is shut for new ones first, by a filter on the socket that drops their
first packet (SYN); those who knock meanwhile try again and find the next process, or a refusal.
"""

from __future__ import annotations

import ctypes
import select
import socket
import struct
from collections.abc import Iterable

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import ImproperlyConfigured
from django.template.loader import get_template
from django.urls import get_resolver, resolve, reverse
from django.utils import translation
from gunicorn.workers.gthread import ThreadWorker

from core.routing import same_in_every_language

SO_ATTACH_FILTER = 26
QUIET_S = 0.2
# Load the flags of the TCP header; with SYN drop the packet, else let it in whole.
_NO_SYN = ((0x30, 0, 0, 13), (0x45, 0, 1, 0x02), (0x06, 0, 0, 0), (0x06, 0, 0, 0xFFFFFFFF))


def warm(*names: str) -> None:
    """Load what the first request would: pages, their addresses, words, the frame around them.
    `names` are addresses of parts that only some need (a table of hundreds for each namespace);
    who forks has them once for all, in the language of the house. Asks no database, so that the
    process may still be forked.

    Raises `ImproperlyConfigured` when the style sheets are not where every page looks for them.
    """
    if getattr(staticfiles_storage, "hashed_files", None) == {}:
        raise ImproperlyConfigured(
            f"{settings.STATIC_ROOT} holds no style sheets, without them every page would fail. "
            "Run `python manage.py collectstatic --noinput` and start again."
        )
    resolve(reverse("account_login"))
    same_in_every_language(get_resolver())
    for name in names:
        reverse(name)
    get_template("base_shell.html")
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            translation.gettext(code)


def shut(listener: socket.socket) -> bool:
    """Let no new connection in, without touching those that are made; False where that cannot be
    done (not Linux, not TCP)."""
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in _NO_SYN))
    program = struct.pack("HP", len(_NO_SYN), ctypes.addressof(code))
    if listener.family not in (socket.AF_INET, socket.AF_INET6):
        return False
    try:
        listener.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, program)
    except OSError:
        return False
    return True


def is_quiet(listeners: Iterable[socket.socket]) -> bool:
    """True when nobody has come for a while."""
    return not select.select(list(listeners), [], [], QUIET_S)[0]


class DrainingWorker(ThreadWorker):
    """The threaded worker of gunicorn that takes in whoever stands in the queue before it stops."""

    def set_accept_enabled(self, enabled: bool) -> None:
        """As gunicorn's; the last time it is switched off, the queue is emptied first."""
        if self._accepting and not enabled and not self.alive:
            sockets = [getattr(one, "sock", one) for one in self.sockets]
            if all([shut(one) for one in sockets]):
                while not is_quiet(sockets):
                    for listener in self.sockets:
                        self.accept(listener)
        super().set_accept_enabled(enabled)
