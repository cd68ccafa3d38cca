"""How one message leaves: mail, chat (apprise) and webhook. Outside any transaction.

What needs the database is read when a job is made; the job itself runs on any thread.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import queue
import smtplib
import socket
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import get_connection

from core import guarded_http, registry, robots
from core.later import Later
from core.letters import Letter
from core.models import OutboxMessage, WebhookEndpoint

apprise = Later("apprise")
FAILURES = (OSError, smtplib.SMTPException, guarded_http.Failure)
CHAT_LIMIT = 1500
# A mail server may take so long for one answer, and for one letter.
MAIL_ANSWER_S, MAIL_S = 5, 10
LOOK_S = 0.5
Job = Callable[[], dict[str, Any]]


class Undeliverable(Exception):
    """It will never work as it stands: no retry."""


class Channels:
    """The channels of one round of delivery; keeps as many mail lines open as threads send."""

    def __init__(self) -> None:
        self._lines: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._limit = _Limit()

    def __enter__(self) -> Channels:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def job(self, messages: list[OutboxMessage], *, now: dt.datetime) -> Job:
        """What sends one message, or several of one chat address merged into one.

        It returns facts for the delivery log and raises Undeliverable, or one of FAILURES to try
        again. CHANNELS of the registry may add a channel: `function(messages, now=now)`, which
        asks no database. Raises Undeliverable when that is clear at once.
        """
        channel = messages[0].channel
        if channel == "email":
            return partial(self._send_mail, messages[0])
        if channel == "apprise":
            return partial(_send_chat, messages)
        if channel == "webhook":
            return _webhook(messages[0], now)
        path = registry.entry("CHANNELS", {}).get(channel)
        if path is None:
            raise Undeliverable(f"unknown channel {channel}")
        function = registry.load(path)
        return lambda: function(messages, now=now) or {}

    def _line(self) -> Any:
        """An open line that nobody uses, or a new one."""
        try:
            return self._lines.get_nowait()
        except queue.Empty:
            return get_connection(timeout=MAIL_ANSWER_S)

    def close(self) -> None:
        """Hang up all lines."""
        self._limit.end()
        while not self._lines.empty():
            _hang_up(self._lines.get())

    def _send_mail(self, message: OutboxMessage) -> dict[str, Any]:
        if not settings.EMAIL_URL:
            if settings.EMBEDDED:
                return {"shown": "outbox"}
            raise guarded_http.Failure("EMAIL_URL is not set")
        mail = Letter(
            subject=" ".join(message.subject.split()),
            body=message.body,
            to=[message.address],
            headers={
                "Message-ID": message_id(message.once),
                "Idempotency-Key": outward_key(message.once),
                "Auto-Submitted": "auto-generated",
            },
        )
        line = self._line()
        try:
            self._post(mail, line)
        except smtplib.SMTPRecipientsRefused as error:
            _hang_up(line)
            codes = [code for code, _said in error.recipients.values()]
            if codes and min(codes) >= 500:
                raise Undeliverable(f"refused for ever: {codes}") from error
            raise
        except FAILURES:
            _hang_up(line)
            raise
        except ValueError as error:
            raise Undeliverable(f"not an address: {error}") from error
        self._lines.put(line)
        return {}

    def _post(self, mail: Letter, line: Any) -> None:
        mail.connection = line
        line.open()
        self._limit.begin(line)
        try:
            mail.send()
        finally:
            self._limit.stop(line)


class _Limit:
    """Cuts a line that is busy with one letter for MAIL_S, however often the other side says a
    little. One thread looks at all lines, from the first letter on."""

    def __init__(self) -> None:
        self._until: dict[Any, float] = {}
        self._over = threading.Event()
        self._watch: threading.Thread | None = None
        self._lock = threading.Lock()

    def begin(self, line: Any) -> None:
        """A letter begins."""
        self._until[line] = time.monotonic() + MAIL_S
        if self._watch is None:
            with self._lock:
                if self._watch is None:
                    self._watch = threading.Thread(target=self._look, name="limit", daemon=True)
                    self._watch.start()

    def stop(self, line: Any) -> None:
        """The letter is through, or not."""
        self._until.pop(line, None)

    def end(self) -> None:
        """Nothing is sent any more."""
        self._over.set()

    def _look(self) -> None:
        while not self._over.wait(LOOK_S):
            at = time.monotonic()
            for line, until in list(self._until.items()):
                if at >= until:
                    self._until.pop(line, None)
                    _cut(line)


def _cut(line: Any) -> None:
    sock = getattr(getattr(line, "connection", None), "sock", None)
    if sock is not None:
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return


def _hang_up(line: Any) -> None:
    try:
        line.close()
    except FAILURES:
        return


def outward_key(once: str) -> str:
    """The once key as a header value: itself when it is plain ASCII, else its SHA-256."""
    plain = once.isascii() and once.isprintable()
    return once if plain else hashlib.sha256(once.encode()).hexdigest()


def message_id(once: str) -> str:
    """The same key gives the same Message-ID for ever, so receivers can drop a repeat."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"<{hashlib.sha256(once.encode()).hexdigest()[:40]}@{host}>"


def signature(secret: str, body: bytes, at: int) -> str:
    """`t=…,v1=…`: HMAC-SHA256 over `<t>.<body>`; receivers refuse a t that is too old."""
    mac = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={mac}"


def merged(messages: list[OutboxMessage]) -> tuple[str, str]:
    """Title and text of several messages to one address."""
    if len(messages) == 1:
        return messages[0].subject, messages[0].body[:CHAT_LIMIT]
    lines = [message.body.strip() or message.subject for message in messages]
    body = "\n\n".join(lines)
    return f"{messages[0].subject} (+{len(messages) - 1})", body[:CHAT_LIMIT]


def _send_chat(messages: list[OutboxMessage]) -> dict[str, Any]:
    address = messages[0].address
    title, body = merged(messages)
    key = outward_key(messages[0].once)
    if robots.scheme_of(address) == "https":
        said = json.dumps({"title": title, "body": body, "key": key}, ensure_ascii=False).encode()
        return _called(address, said, {"Idempotency-Key": key})
    chat = apprise.Apprise()
    try:
        chat.add(robots.robot(address))
    except guarded_http.Refusal as error:
        raise Undeliverable(f"refused: {error}") from error
    if not chat.notify(title=title, body=body):
        raise guarded_http.Failure("the channel did not take it")
    return {"merged": len(messages)}


def _webhook(message: OutboxMessage, now: dt.datetime) -> Job:
    endpoint = WebhookEndpoint.objects.filter(
        pk=message.extra.get("endpoint"), is_active=True
    ).first()
    if endpoint is None:
        raise Undeliverable("the webhook was switched off or removed")
    body = message.body.encode()
    headers = {
        "Idempotency-Key": outward_key(message.once),
        "X-Event-Id": str(message.extra.get("event", "")),
        "X-Event-Name": message.subject,
        "X-Signature": signature(endpoint.secret, body, int(now.timestamp())),
    }
    return partial(_called, endpoint.url, body, headers)


def _called(url: str, body: bytes, headers: dict[str, str]) -> dict[str, Any]:
    try:
        answer = guarded_http.post(url, body, {"Content-Type": "application/json", **headers})
    except guarded_http.Refusal as error:
        raise Undeliverable(f"refused: {error}") from error
    return {"status": answer.status}
