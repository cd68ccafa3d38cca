"""POST to an address somebody else chose: public hosts only, no redirects, little time and size."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from core.environment import text, words

DEADLINE_S = 5.0
MAX_BYTES = 64 * 1024
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Special by IANA, yet global for some versions of Python; 192.0.0.192 serves cloud metadata.
_SPECIAL = [
    ipaddress.ip_network(each)
    for each in (
        "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "100.64.0.0/10",
        "::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20",
        "5f00::/16", "fec0::/10",
    )
]  # fmt: skip


class Refusal(Exception):
    """The address may never be called from here."""


class Failure(Exception):
    """It did not work this time."""


@dataclass(frozen=True)
class Answer:
    """What came back: the status and the first bytes of the body."""

    status: int
    body: bytes


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """POST over HTTPS to the address that was checked; 2xx or Failure. At most 5 s and 64 KB.

    Private, loopback, link-local and metadata addresses raise Refusal, in every notation, unless
    the host is named in WEBHOOK_PRIVATE_HOSTS. WEBHOOK_CA_FILE trusts an inner authority.
    """
    if len(body) > MAX_BYTES:
        raise Refusal("the body is over 64 KB")
    host, port, target = _parts(url)
    connection = _Pinned(host, port, checked_address(host, port))
    timer = threading.Timer(DEADLINE_S, connection.cut)
    timer.daemon = True
    timer.start()
    try:
        connection.request("POST", target, body=body, headers=dict(headers))
        response = connection.getresponse()
        said = response.read(MAX_BYTES + 1)
    except (OSError, http.client.HTTPException) as error:
        raise Failure(f"{type(error).__name__}: {error}"[:300]) from error
    finally:
        timer.cancel()
        connection.close()
    if connection.was_cut:
        raise Failure(f"no answer within {DEADLINE_S:g} s")
    return _judged(response.status, said)


def _judged(status: int, said: bytes) -> Answer:
    if 300 <= status < 400:
        raise Failure(f"status {status}: redirects are not followed")
    if not 200 <= status < 300:
        raise Failure(f"status {status}")
    if len(said) > MAX_BYTES:
        raise Failure("the answer is over 64 KB")
    return Answer(status, said)


def check_url(url: str) -> None:
    """Refusal when this address could never be called: for forms."""
    host, port, _target = _parts(url)
    checked_address(host, port)


def _parts(url: str) -> tuple[str, int, str]:
    try:
        parts = urlsplit(url)
        port = parts.port or 443
    except ValueError as error:
        raise Refusal(str(error)) from error
    if parts.scheme != "https" or not parts.hostname:
        raise Refusal("only https:// addresses are called")
    if parts.username is not None or parts.password is not None:
        raise Refusal("the address carries a password")
    if not url.isascii():
        raise Refusal("the address has letters outside ASCII: write xn-- names and %-codes")
    if any(char.isspace() or ord(char) < 33 for char in url):
        raise Refusal("the address has spaces or control characters")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.hostname, port, target


def checked_address(host: str, port: int) -> str:
    """The first resolved address of a host, when all of them are public; else Refusal."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Failure(f"{host} is not found") from error
    addresses = [str(entry[4][0]) for entry in found]
    if host not in words("WEBHOOK_PRIVATE_HOSTS"):
        for address in addresses:
            if not is_public(address):
                raise Refusal(f"{host} leads to {address}, which is not public")
    return addresses[0]


def is_public(address: str) -> bool:
    """Globally routable, also inside mapped, 6to4, Teredo and NAT64 notation."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    if any(ip in net for net in _SPECIAL):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


class _Pinned(http.client.HTTPSConnection):
    """TLS to the very address that was checked; the certificate is that of the host name."""

    def __init__(self, host: str, port: int, address: str) -> None:
        context = ssl.create_default_context(cafile=text("WEBHOOK_CA_FILE") or None)
        super().__init__(host, port, timeout=DEADLINE_S, context=context)
        self.address = address
        self.tls = context
        self.was_cut = False

    def connect(self) -> None:
        """Connect without asking the resolver again."""
        plain = socket.create_connection((self.address, self.port), self.timeout)
        self.sock = plain
        self.sock = self.tls.wrap_socket(plain, server_hostname=self.host)

    def cut(self) -> None:
        """Time is up, however slowly the other side drips."""
        self.was_cut = True
        if self.sock is not None:
            try:
                self.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                return
