"""Payloads in every text that people type, on the pages of the house, in a real browser.

Rows come from the permission table; afterwards each typed text of each row is a payload. A page
is wrong when an element of a payload stands in it, when a link leads to a script, when a dialog
opens, or when the browser reports a breach of the content security policy.

The suite walks a quarter of the pages, with FUZZ_SEED saying which, each as one who may see it
(`make test` half of these, the other half tomorrow);
XSS_WALK="lin boss wei adm portal" walks every page as each of these who may see it; `adm` walks
the admin as well.
"""

import os
from collections import Counter
from html.parser import HTMLParser

import pytest
from django.contrib import admin
from django.db import DatabaseError, transaction
from django.urls import reverse

from core import clock
from core.actors import Actor
from core.errors import Refused
from huaweicrm.testing import turns
from huaweicrm.tests import permission_table
from huaweicrm.tests.journey.stage import seeded
from huaweicrm.tests.payloads import OURS, PAYLOADS, poison, poison_trail, typed_fields
from huaweicrm.tests.world import DOORS, clients, world

WHOLE = os.environ.get("XSS_WALK", "").split()
QUARTER = int(os.environ.get("FUZZ_SEED", "1")) % 4
LOOKERS = ("lin", "boss", "portal", "adm", "wei")
SEEN = """() => {
  const code = /^\\s*(javascript|data|vbscript):|evil\\.example/i, found = [];
  for (const each of document.querySelectorAll('*')) {  // a plane has data-x too, with a number
    const led = ['href', 'action', 'formaction', 'src', 'srcdoc', 'xlink:href', 'hx-get', 'hx-post']
      .some(name => code.test(each.getAttribute(name) || ''));
    const armed = [...each.attributes].some(one => /^on/.test(one.name) ||
      (one.name === 'data-x' && !one.value));
    if (led || armed) found.push(each.outerHTML.slice(0, 120));
  }
  return found;
}"""
TOLD = """document.addEventListener('securitypolicyviolation', said =>
  console.error('Content Security Policy ' + said.violatedDirective + ' ' + said.blockedURI))"""
ROWS = [
    row
    for row in permission_table.rows()
    if row.get and not row.is_api and row.door in {"staff", "portal"}
]


def stage(rows):
    """(world, [(actor, address)]) of pages, with an object of their own."""
    made, found = world(), []
    for place, row in enumerate(rows):
        try:
            with transaction.atomic():
                address = permission_table.address_of(row, made)
        except (Refused, DatabaseError, AssertionError):
            continue  # what it wants is taken by a row before it
        may = [name for name in LOOKERS if name in row.get] or [min(row.get)]
        one = may[place % len(may)]
        found += [(name, address) for name in may if name in (WHOLE or [one])]
    return made, found


def of_the_admin():
    """(actor, address) of each list of the admin and of one row of each."""
    found = []
    for model in admin.site._registry:
        label = model._meta.label_lower.replace(".", "_")
        if model._meta.app_label in OURS:
            found.append(("adm", reverse(f"admin:{label}_changelist")))
            if row := model._base_manager.order_by("pk").first():
                found.append(("adm", reverse(f"admin:{label}_change", args=[row.pk])))
    return found


class Armed(HTMLParser):
    """Elements of payloads in a text: for parts of pages, which no browser opens by themselves."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if any(name.startswith("on") or name == "data-x" and not value for name, value in attrs):
            self.found.append(self.get_starttag_text()[:120])


class Walk:
    """A tab for each actor, and everything that was wrong in them."""

    def __init__(self, browser, base, made, settings):
        self.browser, self.base, self.settings = browser, base, settings
        self.tabs, self.wrong, self.kinds = {}, [], Counter()
        self.clients = clients(made)

    def tab_of(self, actor):
        if actor not in self.tabs:
            names = self.settings.PORTAL_COOKIE_NAME, self.settings.SESSION_COOKIE_NAME
            context = self.browser.new_context(base_url=self.base, locale="zh-CN")
            context.set_default_timeout(60_000)
            value = self.clients[actor].cookies["session"].value
            name = names[actor not in DOORS]
            context.add_cookies([{"name": name, "value": value, "url": self.base}])
            context.add_init_script(TOLD)
            self.tabs[actor] = tab = context.new_page()
            tab.on("dialog", lambda said: (self.note(tab.url, "dialog"), said.dismiss()))
            tab.on("pageerror", lambda error: self.note(tab.url, str(error)))
            tab.on("console", lambda said: self.console(tab.url, said.text))
        return self.tabs[actor]

    def console(self, url, text):
        if "Content Security Policy" in text:
            self.note(url, text[:200])

    def note(self, where, what):
        print(f"WRONG {where}: {what}", flush=True)
        self.wrong.append(f"{where}: {what}")

    def ask(self, actor, address):
        """The answer to the program and, when it is a page, what the browser makes of it."""
        answer = self.clients[actor].get(address)
        said, body = answer.headers.get("Content-Type", ""), answer.getvalue()
        kind = said.partition(";")[0] if answer.status_code == 200 else str(answer.status_code)
        self.kinds[kind] += 1
        if answer.status_code >= 500:
            self.note(address, kind)
        elif kind == "text/html":
            self.look(actor, address)
            part = self.clients[actor].get(address, headers={"HX-Request": "true"}).getvalue()
            for found in Armed(part.decode()).found:
                self.note(f"part of {address}", found)
        elif kind == "application/pdf" and b"/JavaScript" in body:
            self.note(address, "a script in the document")
        elif answer.status_code == 200 and answer.headers["X-Content-Type-Options"] != "nosniff":
            self.note(address, "may be taken for a page")

    def look(self, actor, address):
        tab = self.tab_of(actor)
        shown = tab.goto(address, wait_until="load")
        if shown is None or shown.status != 200 or "/sign-in/" in tab.url or "/login/" in tab.url:
            self.note(address, f"{shown and shown.status} {tab.url}")
        for found in tab.evaluate(SEEN):
            self.note(address, found)

    def close(self):
        for tab in self.tabs.values():
            tab.context.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(3600 if WHOLE else 400)
def test_no_payload_becomes_code_on_any_page(browser, live_server, settings):
    seeded()
    rows = ROWS if WHOLE else turns.share(ROWS[QUARTER::4], 2)
    made, pages = stage(rows)
    pages += of_the_admin() if "adm" in WHOLE else []
    kinds = poison_trail(made.lanhai, Actor.of(made.lin), clock.now())
    texts = poison()
    assert WHOLE or len({address for _actor, address in pages}) > 0.9 * len(rows)
    walk = Walk(browser, live_server.url, made, settings)
    for actor, address in pages:
        walk.ask(actor, address)
    walk.close()
    print(f"{len(pages)} looks at {len(rows)} pages, {texts} texts, {kinds} kinds of entries")
    print(dict(walk.kinds), Counter(actor for actor, _address in pages))

    assert not walk.wrong, "\n".join(walk.wrong)
    assert walk.kinds["text/html"] > 0.7 * len(pages), walk.kinds
    assert texts > 200
    assert kinds > 3


def test_the_corpus_covers_what_people_type():
    covered = {model.__name__ for model, _fields in typed_fields()}

    assert len(PAYLOADS) >= 20
    assert {"Customer", "Contact", "Ticket", "TicketEvent", "Project", "ExpectationItem"} <= covered
    assert {"Commitment", "Risk", "WeeklyReport", "Interaction", "GridAssessment"} <= covered
