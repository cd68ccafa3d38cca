"""Addresses of chat robots: one robot each, of an open kind, never in our own network."""

from __future__ import annotations

from typing import Any

from core import guarded_http
from core.environment import words
from core.later import Later

apprise = Later("apprise")

CHAT = ("wecombot", "dingtalk", "feishu")
"""Kinds that call the host of their vendor, whatever the address says. CHAT_SCHEMES opens more."""


def scheme_of(address: str) -> str:
    """The kind of an address, in small letters."""
    return address.partition("://")[0].lower()


def is_open(address: str) -> bool:
    """True when this kind may be used here."""
    return scheme_of(address) in {*CHAT, *words("CHAT_SCHEMES")}


def robot(address: str) -> Any:
    """What sends to an address; follows no redirects. Raises Refusal, or Failure for no such host.

    A list of addresses is no address: the second one would escape every check of the first.
    """
    if not is_open(address):
        raise guarded_http.Refusal(f"the scheme {scheme_of(address)}:// is not open here")
    if any(char.isspace() for char in address):
        raise guarded_http.Refusal("the address has spaces")
    made = apprise.Apprise.instantiate(address)
    if made is None:
        raise guarded_http.Refusal("the address is not understood")
    if any("{host}" in each for each in made.templates):  # else it calls a host of its vendor
        for host in {made.host, getattr(made, "smtp_host", "") or made.host}:
            guarded_http.checked_address(host, made.port or 443)
    made.redirects = False
    return made
