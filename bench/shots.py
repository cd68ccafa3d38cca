"""`make shots`: start the product on fresh demo data and photograph its pages.

Pictures go to `var/shots/`. `make shots ARGS="--only today"` takes pages whose name contains a
word; `ARGS=--readme` takes only those of the README, into `docs/images/`.
"""

from __future__ import annotations

import argparse
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(BASE))

from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from huaweicrm.testing import chromium, processes  # noqa: E402


@dataclass(frozen=True)
class Shot:
    """One page: name of the picture, path, who looks ("" for nobody)."""

    name: str
    path: str
    user: str = "shen"


GUEST = "linruochuan@lanhai.example"
# One line a page. A path may name the first row of a list, `/risks/@first`, and what stands behind
# its address.
SHOTS = [
    Shot("sign-in", "/accounts/login/", ""),
    Shot("styleguide", "/styleguide/"),
    Shot("today", "/"),
    Shot("today-delivery", "/", "han"),
    Shot("today-head", "/", "lu"),
    Shot("search", "/search/?q=lanhai"),
    Shot("customers", "/customers/"),
    Shot("customer", "/customers/1/"),
    Shot("customer-new", "/customers/new/"),
    Shot("timeline", "/customers/1/timeline/"),
    Shot("team", "/customers/1/team/"),
    Shot("exposure", "/exposure/", "lu"),
    Shot("organisational-ways", "/organisational-ways/", "lu"),
    Shot("account-health", "/account-health/", "lu"),
    Shot("handovers", "/handovers/", "lu"),
    Shot("handover", "/handovers/@first", "lu"),
    Shot("tier", "/customers/1/tier/"),
    Shot("fit", "/customers/1/fit/"),
    Shot("contacts", "/customers/1/contacts/"),
    Shot("contact", "/contacts/1/"),
    Shot("contact-merge", "/contacts/5/merge/?other=16"),
    Shot("import", "/customers/import/"),
    Shot("grids", "/grid/"),
    Shot("grid", "/customers/1/grid/"),
    Shot("grid-plane", "/customers/1/grid/?view=plane"),
    Shot("grid-review", "/customers/1/grid/review/"),
    Shot("power", "/customers/1/power/"),
    Shot("power-known", "/customers/1/power/?view=known"),
    Shot("plan-review", "/relationship-plans/review/", "lu"),
    Shot("plans", "/relationship-plans/"),
    Shot("plan", "/relationship-plans/@first"),
    Shot("account-plans", "/account-plans/", "lu"),
    Shot("account-plan", "/account-plans/2/?beside=1"),
    Shot("plan-gaps", "/account-plans/gaps/", "lu"),
    Shot("agreements", "/agreements/", "lu"),
    Shot("agreement", "/agreements/2/"),
    Shot("innovation-centres", "/innovation-centres/", "lu"),
    Shot("innovation-centre", "/innovation-centres/1/"),
    Shot("customer-agreements", "/customers/1/agreements/"),
    Shot("access-log", "/access-log/"),
    Shot("voices", "/voc-items/"),
    Shot("gifts", "/gifts/"),
    Shot("gift", "/gifts/@first"),
    Shot("personal", "/contacts/1/personal/"),
    Shot("interactions", "/interactions/"),
    Shot("interaction-new", "/interactions/new/"),
    Shot("projects", "/projects/"),
    Shot("project", "/projects/1/"),
    Shot("matrix", "/projects/1/matrix/"),
    Shot("items-add", "/projects/1/items/add/"),
    Shot("expectation-items", "/expectation-items/"),
    Shot("expectation-item", "/expectation-items/1/"),
    Shot("forms", "/confirmation-forms/"),
    Shot("form", "/confirmation-forms/1/"),
    Shot("commitments", "/commitments/"),
    Shot("commitment", "/commitments/1/"),
    Shot("risks", "/risks/"),
    Shot("risk", "/risks/@first"),
    Shot("risk-new", "/projects/1/risks/new/", "han"),
    Shot("notices", "/customer-notices/"),
    Shot("notice", "/customer-notices/1/"),
    Shot("notice-draft", "/customer-notices/1/draft/", "han"),
    Shot("notice-verdict", "/customer-notices/1/verdict/"),
    Shot("weekly-reports", "/weekly-reports/"),
    Shot("tickets", "/tickets/?scope=all"),
    Shot("ticket", "/tickets/@first", "fu"),
    Shot("ticket-clocks", "/tickets/@first/clocks/", "fu"),
    Shot("ticket-new", "/tickets/new/", "fu"),
    Shot("notifications", "/notifications/"),
    Shot("me", "/me/"),
    Shot("me-notifications", "/me/notifications/"),
    Shot("tokens", "/me/tokens/"),
    Shot("outbox", "/outbox/", "admin"),
    Shot("outbox-message", "/outbox/1/", "admin"),
    Shot("verify", "/verify/"),
    Shot("portal-sign-in", "/portal/sign-in/", ""),
    Shot("portal", "/portal/", GUEST),
    Shot("portal-form", "/portal/forms/1/", GUEST),
    Shot("portal-notices", "/portal/notices/", GUEST),
    Shot("portal-reports", "/portal/weekly-reports/", GUEST),
    Shot("portal-tickets", "/portal/tickets/", GUEST),
    Shot("portal-ticket-new", "/portal/tickets/new/", GUEST),
]
README = ["today", "customer", "tickets", "grid"]
README_LIMIT = 200_000  # bytes a picture
# language, theme, width, height, pixels a point
LOOKS = [
    ("zh-hans", "light", 1440, 900, 1),
    ("zh-hans", "dark", 1440, 900, 1),
    ("en", "light", 1440, 900, 1),
    ("zh-hans", "light", 390, 844, 2),
    ("zh-hans", "dark", 390, 844, 2),
]


@contextmanager
def product(folder: Path) -> Iterator[str]:
    """Serve fresh demo data from a temporary folder; yields the address."""
    port, log = processes.free_port(), folder / "log"
    env = {**os.environ, "DATA_DIR": str(folder), "PORT": str(port), "TWO_STEP_FORCED": "0"}
    for name in ("DATABASE_URL", "REDIS_URL"):
        env.pop(name, None)
    command = [sys.executable, "manage.py", "serve", "--demo", "--port", str(port)]
    server = processes.spawn(command, log=log, cwd=BASE, env=env)
    address = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + 300
        while not answers(address) and server.poll() is None and time.monotonic() < until:
            time.sleep(0.3)
        if not answers(address):
            raise SystemExit(log.read_text())
        yield address
    finally:
        processes.stop(server, signal.SIGTERM)


def answers(address: str) -> bool:
    """True when the process answers."""
    try:
        return urllib.request.urlopen(f"{address}/healthz", timeout=2).status == 200
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False


def session_of(user: str, folder: Path) -> str:
    """A session key for a demo account, made in its data folder; "" when there is none."""
    code = (
        "from django.contrib.auth import *\n"
        "from django.contrib.sessions.backends.db import SessionStore\n"
        f"user = get_user_model().objects.filter(username={user!r}).first()\n"
        "store = SessionStore()\n"
        "if user:\n"
        "    store.update({SESSION_KEY: str(user.pk),"
        " BACKEND_SESSION_KEY: 'django.contrib.auth.backends.ModelBackend',"
        " HASH_SESSION_KEY: user.get_session_auth_hash()})\n"
        "    store.save()\n"
        "    print('key=' + store.session_key)\n"
    )
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", code],
        cwd=BASE,
        env={**os.environ, "DATA_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    return next((w[4:] for w in done.stdout.split() if w.startswith("key=")), "")


def prefer(folder: Path, language: str, theme: str) -> None:
    """Give every account of the demo a language and a theme."""
    with sqlite3.connect(folder / "huaweicrm.sqlite3", timeout=20) as database:
        database.execute("UPDATE core_user SET language = ?, theme = ?", (language, theme))


def take(
    browser: Browser, address: str, folder: Path, sessions: dict[str, str], words: list[str]
) -> list[str]:
    """Photograph every shot in every look; returns what could not be taken."""
    missed, target = [], BASE / "var" / "shots"
    target.mkdir(parents=True, exist_ok=True)
    for language, theme, width, height, scale in LOOKS:
        prefer(folder, language, theme)
        for shot in (s for s in SHOTS if not words or any(word in s.name for word in words)):
            context = browser.new_context(
                base_url=address,
                viewport={"width": width, "height": height},
                device_scale_factor=scale,
                color_scheme=theme,
                locale="en-GB" if language == "en" else "zh-CN",
            )
            cookies = {"language": language, "theme": theme}
            if sessions.get(shot.user):
                cookies["portal" if shot.user == GUEST else "session"] = sessions[shot.user]
            context.add_cookies(
                [{"name": k, "value": v, "url": address} for k, v in cookies.items()]
            )
            name = f"{shot.name}-{'en' if language == 'en' else 'zh'}-{theme}-{width}"
            status = visit(context.new_page(), shot.path, target / f"{name}.png")
            context.close()
            print(f"{status}  {name}", flush=True)
            if status != 200:
                missed.append(f"{name}: {status} at {shot.path}")
    return missed


def for_readme(browser: Browser, address: str, folder: Path, sessions: dict[str, str]) -> list[str]:
    """The pictures of the documents: one light window each, narrower while one is too large."""
    missed, target = [], BASE / "docs" / "images"
    target.mkdir(parents=True, exist_ok=True)
    prefer(folder, "zh-hans", "light")
    for shot in (s for s in SHOTS if s.name in README):
        for width, height in [(1440, 900), (1280, 800), (1120, 700)]:
            context = browser.new_context(
                base_url=address, viewport={"width": width, "height": height}, locale="zh-CN"
            )
            cookies = {"language": "zh-hans", "theme": "light", "session": sessions[shot.user]}
            context.add_cookies(
                [{"name": k, "value": v, "url": address} for k, v in cookies.items()]
            )
            picture = target / f"{shot.name}.png"
            status = visit(context.new_page(), shot.path, picture, whole=False)
            context.close()
            if status != 200:
                missed.append(f"{shot.name}: {status} at {shot.path}")
                break
            if picture.stat().st_size <= README_LIMIT:
                break
    return missed


def visit(page: Page, path: str, picture: Path, *, whole: bool = True) -> int:
    """Open a page and photograph it; `@first` follows the first row of the list. Its status."""
    start, first, rest = path.partition("@first")
    answer = page.goto(start, wait_until="load")
    if first:
        links = page.locator(f"main a[href^='{start}']").evaluate_all(
            "links => links.map(link => link.getAttribute('href'))"
        )
        rows = [link for link in links if link.removeprefix(start).rstrip("/").isdigit()]
        if not rows:
            return 404
        answer = page.goto(rows[0] + rest.removeprefix("/"), wait_until="load")
    if answer is not None and answer.status == 200:
        page.screenshot(path=picture, full_page=whole)
    return answer.status if answer is not None else 0


def main() -> int:
    """Take all pictures; 1 when one is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", default=[], metavar="WORD")
    parser.add_argument("--readme", action="store_true")
    options = parser.parse_args()
    words = options.only
    if chromium.why_not():
        raise SystemExit(f"No screenshots: {chromium.why_not()}")
    with tempfile.TemporaryDirectory(prefix="huaweicrm-shots-") as name:
        folder = Path(name)
        with product(folder) as address, sync_playwright() as playwright:
            sessions = {user: session_of(user, folder) for user in {s.user for s in SHOTS} if user}
            fonts = chromium.font_config(folder)
            browser = playwright.chromium.launch(
                executable_path=chromium.executable(),
                args=chromium.FLAGS,
                env={**os.environ, "FONTCONFIG_FILE": str(fonts)},
            )
            missed = (
                for_readme(browser, address, folder, sessions)
                if options.readme
                else take(browser, address, folder, sessions, words)
            )
            browser.close()
    print("\n".join(["Not taken:", *missed]) if missed else "All pictures taken.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
