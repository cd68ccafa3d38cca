"""Hands: what a person does on a page, and what a person reads there."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect

DIALOG = "dialog[open] form"


def read(tab: Page, *texts: str, where: str = "main") -> None:
    """Every text shows on the page; waits for it."""
    for text in texts:
        expect(tab.locator(where).first).to_contain_text(text)


def act(tab: Page, tail: str) -> None:
    """Press the button of a form that posts to an address with this end; wait for the answer."""
    button = tab.locator(f"main form[action$='{tail}'] button").first
    with tab.expect_navigation():
        button.click()


def follow(tab: Page, tail: str) -> None:
    """Follow a link whose address has this end."""
    with tab.expect_navigation():
        tab.locator(f"main a[href$='{tail}']:not([data-dialog])").first.click()


def fill(tab: Page, values: dict[str, Any], where: str = "main form") -> None:
    """Write into fields by name: text, a choice, a tick, several ticks (a list)."""
    for name, value in values.items():
        field = tab.locator(f"{where} [name='{name}']:not([type=hidden])")
        if isinstance(value, bool):
            field.first.set_checked(value)
        elif isinstance(value, list):
            for each in value:
                tab.locator(f"{where} [name='{name}'][value='{each}']").check()
        elif field.first.get_attribute("type") == "radio":
            tab.locator(f"{where} [name='{name}'][value='{value}']").check()
        elif field.first.evaluate("one => one.tagName") == "SELECT":
            field.first.select_option(str(value))
        else:
            field.first.fill(str(value))


def save(tab: Page, where: str = "main form.form-page") -> None:
    """Press the main button of the form and wait for the next page."""
    with tab.expect_navigation():
        tab.locator(f"{where} button.primary").first.click()


def dialog(tab: Page, tail: str, values: dict[str, Any] | None = None) -> None:
    """Open a dialog by its link, fill it, send it; it closes and the page moves on."""
    tab.locator(f"main a[data-dialog][href$='{tail}']").first.click()
    tab.locator(DIALOG).first.wait_for()
    fill(tab, values or {}, DIALOG)
    with tab.expect_navigation():
        tab.locator(f"{DIALOG} button.primary").first.click()


def number(tab: Page) -> int:
    """The id in the address of the page."""
    found = re.findall(r"/(\d+)/", tab.url)
    assert found, tab.url
    return int(found[-1])


def mail(admin: Page, subject: str) -> str:
    """The text of the newest outgoing message whose subject has these words, as the admin reads
    it."""
    admin.goto("/outbox/")
    admin.locator("main tbody a", has_text=subject).first.click()
    return admin.locator("main pre").inner_text()
