"""Windows: one browser context per person, watched for script errors and refusals by the CSP."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from huaweicrm.testing import inflight

BACKEND = "django.contrib.auth.backends.ModelBackend"
WAIT_MS = 15_000


def fresh(client: Client) -> None:
    """The password was given a moment ago: signing, tokens and exports ask for that."""
    session = client.session
    session[f"{AUTHENTICATION_METHODS_SESSION_KEY}_user"] = session[SESSION_KEY]
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time()}]
    session.save()


@dataclass
class Windows:
    """Opens windows for people; `wrong` holds what scripts and the console complained about."""

    browser: Browser
    url: str
    wrong: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def of(
        self, user: Any = None, *, width: int = 1440, height: int = 900, is_fresh: bool = False
    ) -> Page:
        """An empty tab for a person who has signed in; for nobody without one."""
        context = self.browser.new_context(
            base_url=self.url,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": width, "height": height},
            accept_downloads=True,
        )
        context.set_default_timeout(WAIT_MS)
        if user is not None:
            context.add_cookies([self._cookie(user, is_fresh=is_fresh)])
        self.contexts.append(context)
        tab = context.new_page()
        tab.on("pageerror", lambda error: self.wrong.append(f"{tab.url}: {error}"))
        tab.on("console", lambda said: self._listen(tab, said))
        return tab

    def close(self) -> None:
        """Close every window; nothing is being answered any more when this returns."""
        for context in self.contexts:
            for tab in context.pages:  # first: what still loads without cookies would sign in again
                tab.close()
            context.close()
        self.contexts.clear()
        inflight.settle()

    def _cookie(self, user: Any, *, is_fresh: bool) -> Any:
        client = Client()
        client.force_login(user, backend=BACKEND)
        if is_fresh:
            fresh(client)
        key = client.cookies[settings.SESSION_COOKIE_NAME].value
        door = settings.PORTAL_COOKIE_NAME if user.is_portal else settings.SESSION_COOKIE_NAME
        return {"name": door, "value": key, "url": self.url}

    def _listen(self, tab: Page, said: Any) -> None:
        expected = said.text.startswith("Failed to load resource")
        if said.type == "error" and not expected:
            self.wrong.append(f"{tab.url}: {said.text}")
