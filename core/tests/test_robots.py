"""Addresses of chat robots: one robot, of an open kind, never into our own network."""

from __future__ import annotations

import pytest

from core import delivery, outbox, robots
from core.guarded_http import Failure, Refusal
from core.models import NotificationChannel
from core.tests.build import NINE, person

OPENED = "json,jsons,xml,form,mmost,gotify,ntfy,mailto,syslog"
INNER = [
    "127.0.0.1", "localhost", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254",
    "100.64.0.1", "0.0.0.0", "[::1]", "[fd00::1]", "[::ffff:10.0.0.1]", "2130706433", "0x7f.1",
]  # fmt: skip
LISTS = [
    "feishu://abcdefghijk json://127.0.0.1:6379/",
    "feishu://abcdefghijk, json://127.0.0.1:6379/",
    "feishu://abcdefghijk,json://127.0.0.1:6379/",
    "wecombot://abc\njson://127.0.0.1:6379/",
    "dingtalk://abcdefghijklmnop\tjson://10.0.0.1/",
]


@pytest.mark.parametrize("address", LISTS)
def test_the_second_address_of_a_list_is_never_called(address):
    try:
        made = robots.robot(address)
    except Refusal:
        return
    assert "127.0.0.1" not in (made.host or "")
    assert made.url().startswith("feishu://")


@pytest.mark.parametrize("host", INNER)
@pytest.mark.parametrize("kind", ["json", "jsons", "xml", "form", "mmost", "gotify", "ntfy"])
def test_kinds_that_were_opened_do_not_lead_inside(kind, host, monkeypatch):
    monkeypatch.setenv("CHAT_SCHEMES", OPENED)

    with pytest.raises((Refusal, Failure)):
        robots.robot(f"{kind}://{host}/aaaaaaaaaaaaaaaa")


def test_nor_does_mail_by_another_host(monkeypatch):
    monkeypatch.setenv("CHAT_SCHEMES", OPENED)

    with pytest.raises((Refusal, Failure)):
        robots.robot("mailto://a:b@1.1.1.1/?smtp=127.0.0.1&to=a@b.example")


def test_a_kind_that_was_opened_reaches_a_public_host_and_follows_nobody(monkeypatch):
    monkeypatch.setenv("CHAT_SCHEMES", OPENED)

    made = robots.robot("json://1.1.1.1/x?redirect=yes")

    assert (made.host, made.redirects) == ("1.1.1.1", False)


@pytest.mark.parametrize("kind", robots.CHAT)
def test_our_kinds_call_their_vendor(kind):
    made = robots.robot(f"{kind}://abcdefghijklmnop")

    assert not any("{host}" in each for each in made.templates)
    assert made.redirects is False


@pytest.mark.parametrize("address", LISTS[:2])
def test_a_list_is_refused_on_the_page_and_dead_in_the_outbox(address, client, db):
    client.force_login(person())
    body = {"name": "a", "address": address, "minimum": "2"}
    outbox.post("apprise", address, once="k1", subject="s", body="b", now=NINE)

    assert client.post("/me/notifications/channels/new/", body).status_code == 422
    assert NotificationChannel.objects.count() == 0
    assert delivery.deliver(NINE).dead == 1
