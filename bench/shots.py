"""`make shots`: start the product on fresh demo data and photograph its pages.

Pictures go to `var/shots/`. `make shots ARGS="--only today"` takes pages whose name contains a
word; `ARGS=--readme` also puts those of the README into `docs/images/`.
"""

from __future__ import annotations

import argparse
import os
import shutil
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


# One line a page. A path may name the first row of a list: `/customers/` + `@first`.
SHOTS = [
    Shot("sign-in", "/accounts/login/", ""),
    Shot("styleguide", "/styleguide/"),
    Shot("today", "/"),
    Shot("customers", "/customers/"),
    Shot("customer", "/customers/@first"),
    Shot("projects", "/projects/"),
    Shot("project", "/projects/@first"),
    Shot("risks", "/risks/"),
    Shot("risk", "/risks/@first"),
    Shot("expectation-items", "/expectation-items/"),
    Shot("tickets", "/tickets/"),
    Shot("ticket", "/tickets/@first"),
    Shot("outbox", "/outbox/", "admin"),
    Shot("imports", "/imports/", "shen"),
]
README = ["today-zh-light-1440.png", "customer-zh-light-1440.png", "ticket-zh-light-390.png"]
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
                cookies["session"] = sessions[shot.user]
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


def visit(page: Page, path: str, picture: Path) -> int:
    """Open a page and photograph it; `@first` follows the first row of the list. Its status."""
    start, first, _rest = path.partition("@first")
    answer = page.goto(start, wait_until="load")
    if first:
        links = page.locator(f"main a[href^='{start}']").evaluate_all(
            "links => links.map(link => link.getAttribute('href'))"
        )
        rows = [link for link in links if link.removeprefix(start).rstrip("/").isdigit()]
        if not rows:
            return 404
        answer = page.goto(rows[0], wait_until="load")
    if answer is not None and answer.status == 200:
        page.screenshot(path=picture, full_page=True)
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
            missed = take(browser, address, folder, sessions, words)
            browser.close()
    if options.readme:
        (BASE / "docs" / "images").mkdir(parents=True, exist_ok=True)
        for name in README:
            shutil.copy(BASE / "var" / "shots" / name, BASE / "docs" / "images" / name)
    print("\n".join(["Not taken:", *missed]) if missed else "All pictures taken.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
