"""What every answer carries, what production demands, and that reading writes nothing."""

import json
import os
import subprocess
import sys

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import reverse

from core.tests.permission_rows import ACTORS
from huaweicrm.testing import turns
from huaweicrm.testing.check import PRODUCTION
from huaweicrm.testing.source import BASE
from huaweicrm.tests import mirror
from huaweicrm.tests import permission_table as table
from huaweicrm.tests.world import clients, world

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]
ROWS = [row for row in table.rows() if row.get is not None]
SIGNED_IN = [name for name in ACTORS if name != "anonymous"]


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker):
    """The world and a client for everybody, built once; nothing of it stays."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = world()
        yield made, clients(made)
        transaction.set_rollback(True)


def lacking(answer, *, kept_private):
    """Names of headers that an answer should have and has not."""
    policy = answer.headers.get("Content-Security-Policy", "")
    wanted = {
        "nosniff": answer.headers.get("X-Content-Type-Options") == "nosniff",
        "referrer": answer.headers.get("Referrer-Policy") == "same-origin",
        "frame": answer.headers.get("X-Frame-Options") == "DENY",
        "opener": answer.headers.get("Cross-Origin-Opener-Policy") == "same-origin",
        "csp": all(word in policy for word in CSP) and "unsafe" not in policy,
        "request id": "X-Request-ID" in answer.headers,
        "no-store": "no-store" in answer.headers.get("Cache-Control", "") or not kept_private,
    }
    return [name for name, there in wanted.items() if not there]


CSP = ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'")
"""A downloaded file has a narrower policy of its own."""
NARROW = ("default-src 'none'", "sandbox")


def reader_of(row):
    """Somebody who may read a row's address."""
    if row.door == "public":
        return "anonymous"
    inside = [name for name in ("adm", "lin", "portal") if name in row.get]
    return (inside or sorted(row.get) or ["lin"])[0]


@pytest.mark.parametrize("row", turns.due(ROWS, at=1), ids=lambda row: row.path or "today")
def test_reading_writes_nothing_and_every_answer_carries_its_headers(stage, row):
    made, people = stage
    name = reader_of(row)
    with transaction.atomic():
        url = table.address_of(row, made)
        with mirror.changes() as changes:
            answer = people[name].get(url)
            b"".join(answer.streaming_content) if answer.streaming else answer.content
        transaction.set_rollback(True)

    assert not changes or changed_by(people[name], row, made) <= TOLD.get(row.path, set())
    missing = lacking(answer, kept_private=name != "anonymous")
    if missing == ["csp"]:
        assert all(word in answer["Content-Security-Policy"] for word in NARROW)
    else:
        assert missing == []


def changed_by(client, row, made):
    """The tables that differ after a reading: all are read before and after it."""
    with transaction.atomic():
        url = table.address_of(row, made)
        before = mirror.fingerprint()
        client.get(url).getvalue()
        after = mirror.fingerprint()
        transaction.set_rollback(True)
    return {name for name in after if after[name] != before.get(name)}


LOOKED = {"core_trailentry"}
TOLD = {
    "customers/<pk>/grid/": LOOKED,
    "customers/<pk>/grid/review/": LOOKED,
    "customers/<pk>/grid/pdf/": LOOKED,
    "customers/<pk>/before/": LOOKED,
    "customers/<pk>/prepare/": LOOKED,
    "customers/<pk>/exposure/": LOOKED,
    "handovers/<pk>/pack/": LOOKED,
    "handovers/<pk>/pack/pdf/": LOOKED,
    "grid-rounds/<pk>/": LOOKED,
    "api/v1/rating-rounds/<pk>/": LOOKED,
    "relationship-plans/<pk>/": LOOKED,
    "api/v1/relationship-plans/<pk>/": LOOKED,
    "customers/<pk>/power/": LOOKED,
    "power-maps/<pk>/": LOOKED,
    "api/v1/competitor-stances/<pk>/": LOOKED,
    "api/v1/power-maps/<pk>/": LOOKED,
    "api/v1/power-seats/<pk>/": LOOKED,
    "api/v1/influence-edges/<pk>/": LOOKED,
    "contacts/<pk>/grid/": LOOKED,
    "api/v1/personal-details/<pk>/": LOOKED,
    "api/v1/grid-assessments/<pk>/": LOOKED,
}
"""Reads that leave a line on the trail: who looked at what is confidential."""


def test_the_admin_writes_nothing_when_read(stage):
    _made, people = stage
    before = mirror.fingerprint()

    for model in admin.site._registry:
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        row = model._base_manager.order_by("pk").first()
        people["adm"].get(reverse(f"{base}_changelist"))
        if row is not None:
            people["adm"].get(reverse(f"{base}_change", args=[row.pk]))
            people["adm"].get(reverse(f"{base}_history", args=[row.pk]))

    assert mirror.fingerprint() == before


@pytest.mark.parametrize("path", [
    "/", "/nothing-here/", "/api/v1/nothing/", "/api/v1/customers/", "/accounts/login/",
    "/accounts/password/reset/", "/portal/sign-in/", "/healthz", "/admin/", "/static/none.css",
])  # fmt: skip
def test_refusals_and_public_pages_carry_them_too(path):
    answer = Client(raise_request_exception=False).get(path)

    assert lacking(answer, kept_private=False) == []


def test_what_a_token_reads_is_not_kept_either(stage):
    _made, people = stage
    for path in ("/api/v1/customers/", "/api/v1/me/"):
        assert "no-store" in people["token"].get(path)["Cache-Control"]


def test_cookies_are_out_of_reach_of_scripts(stage):
    client = Client()
    client.post("/accounts/login/", {"login": "lin", "password": "lin password"})
    client.post("/portal/sign-in/", {"login": "portal", "password": "portal password"})

    for name in ("session", "portal"):
        assert client.cookies[name]["httponly"] is True
        assert client.cookies[name]["samesite"] == "Lax"
        assert client.cookies[name]["path"] == "/"


ASKED = """
import json, django
django.setup()
from django.conf import settings
from django.test import Client
answer = Client().get("/accounts/login/", secure=True, headers={"host": "crm.example.com"})
plain = Client().get("/accounts/login/", headers={"host": "crm.example.com"})
cookies = {name: dict(each) for name, each in answer.cookies.items()}
names = ["SESSION_COOKIE_NAME", "PORTAL_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE",
         "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_DOMAIN",
         "TWO_STEP_FORCED", "CSRF_COOKIE_DOMAIN", "DEBUG", "SESSION_COOKIE_PATH"]
print(json.dumps({
    "headers": dict(answer.headers), "cookies": cookies,
    "moved": [plain.status_code, plain.headers.get("Location")],
    "settings": {name: getattr(settings, name) for name in names},
    "hashers": settings.PASSWORD_HASHERS[:1],
}))
"""


def what_it_says(folder):
    """What an installation behind https says of itself, without a database."""
    clean = {
        name: value for name, value in os.environ.items() if name not in {"DEBUG", "REDIS_URL"}
    }
    there = {**clean, **PRODUCTION, "DATA_DIR": str(folder)}
    there |= {"DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "huaweicrm.settings"}
    made = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
    subprocess.run(made, cwd=BASE, env=there, check=True)
    done = subprocess.run(
        [sys.executable, "-c", ASKED], cwd=BASE, env=there, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def production_binds_its_cookies_to_the_host(production):
    said = production["settings"]

    assert [said[f"{name}_COOKIE_NAME"] for name in ("SESSION", "PORTAL", "CSRF")] == [
        "__Host-session", "__Host-portal", "__Host-csrf",
    ]  # fmt: skip
    assert said["SESSION_COOKIE_SECURE"] and said["CSRF_COOKIE_SECURE"]
    assert said["SESSION_COOKIE_HTTPONLY"]
    assert said["SESSION_COOKIE_DOMAIN"] is None and said["CSRF_COOKIE_DOMAIN"] is None
    assert said["SESSION_COOKIE_PATH"] == "/"
    assert production["cookies"]["__Host-csrf"]["secure"] is True


def production_speaks_https_only_and_demands_two_steps(production):
    assert production["headers"]["Strict-Transport-Security"].startswith("max-age=31536000")
    assert production["moved"] == [301, "https://crm.example.com/accounts/login/"]
    assert production["settings"]["TWO_STEP_FORCED"] is True
    assert production["settings"]["DEBUG"] is False
    assert production["hashers"][0].rsplit(".", 1)[1] in {
        "PBKDF2PasswordHasher", "Argon2PasswordHasher",
    }  # fmt: skip


def test_production(tmp_path, subtests):
    """One test: it starts two processes, for each worker that has a part of it."""
    production = what_it_says(tmp_path)
    for check in (
        production_binds_its_cookies_to_the_host,
        production_speaks_https_only_and_demands_two_steps,
    ):
        with subtests.test(check.__name__):
            check(production)
