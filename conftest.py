"""What every test shares: the compiled catalogue, fresh policies, engines, the browser."""

from __future__ import annotations

import datetime as dt
import gc
import os
from collections.abc import Generator
from importlib import import_module
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from playwright.sync_api import sync_playwright

from core import cached, context, paging, policy
from huaweicrm import catalogue
from huaweicrm.testing import chromium, database, emptying, inflight, turns
from huaweicrm.testing.valkey import valkey

BASE_DIR = Path(__file__).resolve().parent


DATABASES = {"db", "django_db_setup", "live_server"}


def pytest_configure(config: pytest.Config) -> None:
    """Compile the translations before the first text is read.

    Policies and lateness are kept for the whole of a test: on a slow machine their second reading
    would be counted as a statement of whatever page is asked just then. Nor is a count kept because
    the machine was slow.
    """
    os.environ.setdefault("TURN", str(dt.date.today().toordinal()))  # workers inherit it
    gc.disable()  # until all is loaded: nothing of it ever goes
    catalogue.build(BASE_DIR)
    inflight.listen()
    emptying.listen()
    policy._TTL_S = 3600.0
    context.LATE_KEPT_S = 3600
    paging.SLOW_S = float("inf")
    import_module("accounts.models.customer").SIGHTS = None  # nobody counts what is in sight


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """In `make test` the second engine is asked a part of what no engine decides."""
    return True if turns.rests(collection_path) else None


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is loaded by now stays: the collector need not walk through it again and again."""
    gc.freeze()
    gc.enable()
    gc.set_threshold(100_000, 50, 100)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sorts, and marks who needs a database, a browser, the broker; without a browser such are
    skipped."""
    items.sort(key=turn)
    missing = chromium.why_not()
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if fixtures & DATABASES or item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.database)
        if "browser" in fixtures:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.skipif(bool(missing), reason=f"NO BROWSER: {missing}"))
        if "broker" in fixtures:
            item.add_marker(pytest.mark.broker)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failure shows the end of what was logged: thousands of lines would bury its reason."""
    report = yield
    report.sections = [
        (name, "".join(text.splitlines(keepends=True)[-40:])) for name, text in report.sections
    ]
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what failed to the suite, which says it once more when both engines have run."""
    path = os.environ.get("FAILED_TESTS")
    if path and "PYTEST_XDIST_WORKER" not in os.environ:
        wrong = [
            report.nodeid
            for outcome in ("failed", "error")
            for report in terminalreporter.stats.get(outcome, [])
        ]
        with open(path, "a") as file:
            file.writelines(f"{name}\n" for name in wrong)


def turn(item: pytest.Item) -> tuple[int, float]:
    """When a test comes: what has leave to take long is the first of its kind, not the tail.

    Pure rules come last, they fill what is left; before them the tests that empty the database.
    """
    fixtures, mark = set(getattr(item, "fixturenames", ())), item.get_closest_marker("django_db")
    leave = item.get_closest_marker("timeout")
    long = -float(leave.args[0]) if leave and leave.args else 0.0
    if fixtures & {"transactional_db", "live_server"} or (mark and mark.kwargs.get("transaction")):
        return 2, long
    if long:
        return 0, long
    return (1 if mark or "db" in fixtures else 3), 0.0


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, tmp_path_factory):
    """Begin with a copy of a database that is migrated already."""
    database.use_template(connection.settings_dict, BASE_DIR, tmp_path_factory.getbasetemp())


@pytest.fixture(scope="session")
def django_db_keepdb():
    """The SQLite file lies in the folder of the run: it is kept for migrate to complete."""
    return connection.vendor == "sqlite"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Keep what was migrated for the next run."""
    with django_db_blocker.unblock():
        database.keep(connection.settings_dict, BASE_DIR)


@pytest.fixture(autouse=True)
def _fresh_policies():
    """No test sees the policy values of another, nor what another kept between requests."""
    policy.forget()
    cached.forget_all()
    cache.delete("shell:late")
    _forget_rates()
    yield
    policy.forget()
    cached.forget_all()


def _forget_rates() -> None:
    """Users of other tests have the same numbers: what they tried within a minute is not ours."""
    kept = [key for key in getattr(cache, "_cache", {}) if "allauth:rl" in key]
    cache.delete_many([key.split(":", 2)[2] for key in kept])


@pytest.fixture(scope="session")
def broker():
    """REDIS_URL of a Valkey of our own."""
    with valkey() as url:
        yield url


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """A chromium for the session."""
    fonts = chromium.font_config(tmp_path_factory.mktemp("fonts"))
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright runs a loop in this thread
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium.executable(),
            args=chromium.FLAGS,
            env={**os.environ, "FONTCONFIG_FILE": str(fonts)},
        )
        yield started
        started.close()


@pytest.fixture
def page(browser, live_server):
    """An empty tab, zh-CN, 1440 × 900; a script error or a refusal by the CSP fails the test."""
    context = browser.new_context(
        base_url=live_server.url, locale="zh-CN", viewport={"width": 1440, "height": 900}
    )
    context.set_default_timeout(10_000)
    tab, wrong = context.new_page(), []
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.on(
        "console",
        lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None,
    )
    yield tab
    tab.close()  # before the context, whose cookies go first: what still loads would sign in again
    context.close()
    inflight.settle()
    assert wrong == []


@pytest.fixture
def sign_in(page, client, live_server, settings):
    """Sign a user in without the form: `sign_in(lin)`."""

    def sign(user):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        name = settings.SESSION_COOKIE_NAME
        cookie = {"name": name, "value": client.cookies[name].value, "url": live_server.url}
        page.context.add_cookies([cookie])

    return sign
