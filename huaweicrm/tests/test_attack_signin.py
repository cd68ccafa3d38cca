"""Attacks on the doors: guessing, asking who exists, fixed sessions, side doors."""

import re

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.test import Client

from core.models import LoginAttempt, OutboxMessage
from huaweicrm.tests.world import world

pytestmark = pytest.mark.django_db
STAFF_DOOR, PORTAL_DOOR = "/accounts/login/", "/portal/sign-in/"


@pytest.fixture
def cast():
    return world()


def enter(client, name, password=None, door=STAFF_DOOR, **more):
    body = {"login": name, "password": password or f"{name} password"}
    return client.post(door, body, **more)


def is_inside(client, door=STAFF_DOOR):
    return client.get("/portal/" if door == PORTAL_DOOR else "/").status_code == 200


def test_the_admin_has_no_door_of_its_own(cast):
    client = Client()
    body = {"username": "adm", "password": "adm password", "next": "/admin/"}

    said = [client.get("/admin/login/?next=/admin/core/"), client.post("/admin/login/", body)]

    assert [each["Location"] for each in said] == [
        "/accounts/login/?next=%2Fadmin%2Fcore%2F",
        "/accounts/login/?next=%2Fadmin%2F",
    ]
    assert client.get("/admin/").status_code == 302
    stray = client.get("/admin/login/?next=https://evil.example/")
    assert stray["Location"] == "/accounts/login/?next=%2Fadmin%2F"


def test_whoever_is_signed_in_cannot_become_somebody_else_at_the_admin(cast):
    clerk, lin = Client(), Client()
    cast.wei.is_staff = True
    cast.wei.save()
    clerk.force_login(cast.wei)
    lin.force_login(cast.lin)

    said = clerk.post("/admin/login/", {"username": "adm", "password": "adm password"})

    assert said["Location"] == "/admin/"
    assert clerk.session["_auth_user_id"] == str(cast.wei.pk)
    assert lin.get("/admin/login/").status_code == 403


def test_a_user_name_and_its_mail_address_are_one_account(cast):
    client = Client()
    for name in ("lin", "LIN@example.com ", "Lin", "lin@EXAMPLE.com", "lin"):
        enter(client, name, "wrong")

    assert enter(client, "lin@example.com", "lin password").status_code == 200
    assert enter(client, "lin").status_code == 200
    assert not is_inside(client)


def test_a_lock_is_kept_in_the_database_and_by_no_browser(cast):
    for _ in range(5):
        enter(Client(), "lin", "wrong")
    cache.clear()

    assert LoginAttempt.objects.filter(login="lin", ip="127.0.0.1").count() == 5
    assert enter(Client(), "lin").status_code == 200
    assert enter(Client(), "lin", HTTP_X_FORWARDED_FOR="10.9.9.9").status_code == 200


def code_of(secret):
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def test_wrong_codes_lock_and_a_right_password_between_does_not_forget_them(cast):
    secret = generate_totp_secret()
    TOTP.activate(cast.adm, secret)
    client = Client()
    for _ in range(5):
        enter(client, "adm")
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    enter(client, "adm")

    client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})

    assert not is_inside(client)
    elsewhere = Client(REMOTE_ADDR="10.0.0.9")
    enter(elsewhere, "adm")
    elsewhere.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert is_inside(elsewhere)


@pytest.fixture
def hashes(monkeypatch):
    """How many passwords were hashed: what a stranger can time. The hasher still works."""
    count, encode = [], MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda *a, **k: count.append(1) or encode(*a, **k)
    )
    return count


def plain(answer, name):
    """A page without what was typed, its CSRF token and its time."""
    text = answer.content.decode().replace(f'value="{name}"', "")
    return re.sub(r'(csrf[^>]*"[A-Za-z0-9]{64}"|server-now" content="[^"]+")', "", text)


@pytest.mark.parametrize("door", [STAFF_DOOR, PORTAL_DOOR])
@pytest.mark.parametrize("tail", ["", "@example.com"])
def test_who_exists_cannot_be_read_from_an_answer_nor_from_its_work(cast, hashes, door, tail):
    seen = set()
    for name in ("lin", "nobody", "portal"):
        hashes.clear()
        answer = enter(Client(), name + tail, "wrong", door)
        seen.add((answer.status_code, len(hashes), plain(answer, name + tail)))

    assert len(seen) == 1


def test_a_reset_answers_alike_and_writes_only_to_those_it_knows(cast):
    said = {
        (answer.status_code, answer["Location"])
        for name in ("lin", "nobody", "portal")
        for answer in [Client().post("/accounts/password/reset/", {"email": f"{name}@example.com"})]
    }

    assert len(said) == 1
    assert mail.outbox == []
    assert set(OutboxMessage.objects.values_list("address", flat=True)) == {
        "lin@example.com",
        "portal@example.com",
    }
    assert "/accounts/password/reset/key/" in OutboxMessage.objects.first().body


@pytest.mark.parametrize(("door", "name"), [(STAFF_DOOR, "lin"), (PORTAL_DOOR, "portal")])
def test_a_session_known_before_the_sign_in_is_worth_nothing_after(cast, door, name):
    cookie = "portal" if door == PORTAL_DOOR else "session"
    victim, thief = Client(), Client()
    session = victim.session
    session["planted"] = 1
    session.save()
    victim.cookies[cookie] = thief.cookies[cookie] = session.session_key

    enter(victim, name, door=door)

    assert is_inside(victim, door)
    assert victim.cookies[cookie].value != session.session_key
    assert not is_inside(thief, door)


def test_signing_out_and_a_new_password_end_what_others_hold(cast):
    here, there, copied = Client(), Client(), Client()
    for client in (here, there):
        enter(client, "lin")
    copied.cookies["session"] = there.cookies["session"].value
    assert is_inside(copied)

    there.post("/accounts/logout/")
    assert not is_inside(copied)

    enter(there, "lin")
    new = "Zx8!longer-than-twelve"
    body = {"oldpassword": "lin password", "password1": new, "password2": new}
    here.post("/accounts/password/change/", body)
    assert is_inside(here)
    assert not is_inside(there)


def test_one_lists_and_ends_ones_other_sessions(cast):
    here, there = Client(), Client()
    for client in (here, there):
        enter(client, "lin")
        client.get("/")

    assert here.get("/accounts/sessions/").content.count(b"127.0.0.1") == 2
    here.post("/accounts/sessions/")

    assert is_inside(here)
    assert not is_inside(there)
