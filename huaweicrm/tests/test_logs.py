"""Logs carry ids: whatever is asked, typed or broken, nothing that was said gets in."""

import datetime as dt
import io
import json
import logging
import sqlite3
import sys
from contextlib import closing

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from core import delivery, events, outbox, timers
from core.logs import LineFormatter
from core.tests.build import NINE, SYSTEM, after, person
from huaweicrm import tasks
from huaweicrm.testing import source
from huaweicrm.tests.logs_sample import CANARY

pytestmark = pytest.mark.django_db
WORD = f"{CANARY}4711"


@pytest.fixture
def written(settings):
    """Everything that is logged during a test, down to DEBUG, as it would be printed."""
    out = io.StringIO()
    handler, root = logging.StreamHandler(out), logging.getLogger()
    handler.setFormatter(LineFormatter())
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(level)


def silent(lines):
    return [line for line in lines if CANARY in json.dumps(line).lower()] == []


def test_a_request_leaves_one_line_of_ids(written, client):
    lin = person()
    client.force_login(lin)

    answer = client.get(f"/search/?q={WORD}")

    (line,) = [line for line in written() if line["event"] == "request"]
    assert line.pop("ms") >= line.pop("sql_ms") >= 0
    assert line.pop("sql") > 0
    at = dt.datetime.fromisoformat(line.pop("at").replace("Z", "+00:00"))
    assert abs(at - timezone.now()) < dt.timedelta(minutes=2)
    assert line == {
        "level": "info", "logger": "core.request", "event": "request", "method": "GET",
        "request_id": answer["X-Request-ID"], "user": lin.pk, "route": "search/", "status": 200,
    }  # fmt: skip


def test_a_token_is_known_by_its_user_and_machines_that_ask_for_health_are_not_logged(written):
    Client().get("/healthz")
    Client().get("/api/v1/customers/")

    (line,) = [line for line in written() if line["event"] == "request"]
    assert (line["route"], line["status"], line["user"]) == ("api/v1/customers/", 401, 0)


REQUESTS = [
    ("get", f"/{WORD}/", {}),
    ("get", f"/search/?q={WORD}", {}),
    ("get", f"/customers/?{WORD}={WORD}", {}),
    ("get", f"/api/v1/customers/?search={WORD}&{WORD}=1", {}),
    ("post", "/api/v1/customers/", {"name": WORD, WORD: [WORD]}),
    ("patch", "/api/v1/customers/1/", {"name": WORD}),
    ("post", "/api/v1/tickets/", {"title": WORD, "description": WORD}),
    ("get", f"/portal/invitation/1/{WORD}/{WORD}/", {}),
    ("get", f"/accounts/password/reset/key/1-{WORD}/", {}),
    ("get", f"/api/v1/{WORD}/", {}),
    ("get", f"/crash/{WORD}/?{WORD}", {}),
    ("get", f"/api/../crash/{WORD}/", {}),
    ("get", f"/collide/{WORD}/", {}),
    ("get", f"/sql/{WORD}/", {}),
]


def test_no_request_puts_what_it_says_into_the_logs(written, settings):
    settings.ROOT_URLCONF = "huaweicrm.tests.logs_sample"
    client = Client(
        raise_request_exception=False,
        headers={
            "Authorization": f"Bearer {WORD}", "User-Agent": WORD, "Referer": f"https://{WORD}/",
            "X-Request-ID": WORD, "X-Forwarded-For": WORD, "Accept-Language": WORD,
        },
    )  # fmt: skip
    client.cookies["session"] = WORD
    person(full_name=WORD)

    statuses = set()
    for method, path, body in REQUESTS:
        with transaction.atomic():
            send = getattr(client, method)
            data = (body, "application/json") if body else ()
            statuses.add(send(path, *data).status_code)
            transaction.set_rollback(True)
    for data in ({"login": WORD, "password": WORD}, {"login": "lin", "password": WORD}):
        client.post("/accounts/login/", data)
        client.post("/portal/sign-in/", data)
    Client(headers={"Host": f"{WORD}.example.com"}).get("/")

    assert {401, 404, 500} <= statuses
    assert silent(written())
    crashes = [line for line in written() if line["logger"] == "django.request"]
    assert {"ValueError", "RuntimeError < IntegrityError < IntegrityError"} & {
        line.get("error", "")[: len("RuntimeError < IntegrityError < IntegrityError")]
        for line in crashes
    }
    assert any("logs_sample.py" in place for line in crashes for place in line.get("trace", []))


def test_no_job_puts_what_it_says_into_the_logs(written, settings):
    settings.HUAWEICRM_REGISTRY = "huaweicrm.tests.logs_sample"
    lin = person(WORD, full_name=WORD)
    timers.arm("canary", lin, NINE, now=NINE, facts={"word": WORD})
    outbox.post("test", WORD, once=WORD, subject=WORD, body=WORD, now=NINE)
    events.emit("thing.made", lin, by=SYSTEM, now=NINE, facts={"word": WORD})

    timers.sweep(after(seconds=1))
    events.consume(after(seconds=1))
    delivery.deliver(after(seconds=300))
    tasks.run.apply((WORD,), throw=False)

    kinds = {line.get("error", "").split(" <")[0] for line in written()}
    assert {"ValueError", "ArithmeticError", "LookupError"} <= kinds
    assert silent(written())


def test_what_libraries_say_is_kept_without_its_words(written):
    other = logging.getLogger("some.library")
    try:
        raise OSError(WORD)
    except OSError:
        other.exception("sending to %s failed after %d tries", WORD, 3)
    other.warning(f"posted to https://example.com/{WORD}")
    other.warning("%(who)s took %(seconds).1f s", {"who": WORD, "seconds": 2.5})
    other.warning("%s", sys)

    said = [line["event"] for line in written()]
    assert said[0] == "sending to … failed after 3 tries"
    assert said[1].startswith("test_logs:")
    assert said[2:] == ["… took 2.5 s", "…"]
    assert silent(written())
    assert written()[0]["error"] == "OSError"


def test_an_error_of_the_database_is_known_by_its_code(written):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {WORD}")
    except DatabaseError:
        logging.getLogger("core.sample").exception("failed")

    (line,) = [line for line in written() if line["event"] == "failed"]
    named = sys.version_info >= (3, 11)  # SQLite names its errors since
    wanted = {"postgresql": "42P01", "sqlite": "SQLITE_ERROR" if named else None}
    assert line.get("code") == wanted[connection.vendor]
    assert silent(written())


@pytest.mark.skipif(sys.version_info < (3, 11), reason="SQLite names its errors since Python 3.11")
def test_a_full_disk_is_told_from_a_lock(written, tmp_path):
    with closing(sqlite3.connect(tmp_path / "a", timeout=0)) as one:
        one.execute("BEGIN EXCLUSIVE")
        with closing(sqlite3.connect(tmp_path / "a", timeout=0)) as two:
            try:
                two.execute(f"CREATE TABLE {WORD} (a)")
            except sqlite3.OperationalError:
                logging.getLogger("core.sample").exception("failed")
        one.execute("PRAGMA max_page_count = 1")
        try:
            one.execute(f"CREATE TABLE {WORD} (a)")
        except sqlite3.OperationalError:
            logging.getLogger("core.sample").exception("failed")

    assert [line["code"] for line in written()] == ["SQLITE_BUSY", "SQLITE_FULL"]
    assert silent(written())


def test_our_own_records_say_a_constant_word_and_give_extras():
    wrong = []
    for module in source.code():
        for node in source.ast.walk(module.tree):
            if isinstance(node, source.ast.Call) and source.called(node).startswith("logger."):
                texts = [each for each in node.args if isinstance(each, source.ast.Constant)]
                if len(texts) != len(node.args) - (source.called(node) == "logger.log"):
                    wrong.append(f"{module.path}:{node.lineno}")

    assert wrong == []
