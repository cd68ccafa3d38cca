"""The phone form without a network at 390 px: saved on the phone, sent once, wiped at sign-out."""

import pytest

from accounts.tests.build import cast
from relationships.models import Interaction
from relationships.tests.build import kind, placed

pytestmark = pytest.mark.django_db(transaction=True)
KEPT = "async () => (await indexedDB.databases()).map((each) => each.name)"
DUMP = """async () => {
  const database = await new Promise((done) => {
    const asked = indexedDB.open("visits"); asked.onsuccess = () => done(asked.result);
  });
  const read = (store) => new Promise((done) => {
    const asked = database.transaction(store).objectStore(store).getAll();
    asked.onsuccess = () => done(asked.result);
  });
  const found = JSON.stringify([await read("queue"), await read("book")]);
  database.close();
  for (const name of await caches.keys()) {
    for (const one of await (await caches.open(name)).matchAll()) {
      if (!one.url.includes("/static/")) document.body.dataset.seen = await one.text();
    }
  }
  return found + document.body.dataset.seen;
}"""


@pytest.fixture
def made(page, sign_in):
    world = cast()
    for code in ("visit", "phone"):
        kind(code)
    sign_in(world.lin)
    page.set_viewport_size({"width": 390, "height": 844})
    return world


def prepared(page, made):
    """Opened once with a network: names and the empty form lie on the phone."""
    page.goto(f"/interactions/new/?customer={made.lanhai.pk}")
    page.wait_for_selector("html[data-visits-ready=true]", state="attached")


def fill(page, made, words="备件先放他那里"):
    """Whom and one line."""
    page.locator("label.chip", has_text=made.ruochuan.name).click()
    page.locator("textarea[name=summary]").fill(words)


def test_an_open_form_saves_without_a_network_and_sends_once(page, made):
    prepared(page, made)
    fill(page, made)
    page.context.set_offline(True)

    page.locator(".dock .btn.primary").click()
    page.locator("[data-visits] li").wait_for()
    assert Interaction.objects.count() == 0
    page.context.set_offline(False)
    page.locator("[data-visits]").wait_for(state="hidden")

    row = Interaction.objects.get()
    assert (row.summary, list(row.contacts.all())) == ("备件先放他那里", [made.ruochuan])


def test_the_form_opens_without_a_network_and_takes_a_promise(page, made):
    prepared(page, made)
    page.context.set_offline(True)

    page.goto(f"/interactions/new/?customer={made.lanhai.pk}")
    fill(page, made)
    page.locator("[name=promise]").fill("答复备件")
    page.locator("label.chip", has_text="18:00").nth(1).click()
    page.locator(".dock .btn.primary").click()
    page.locator("[data-visits] li").wait_for()
    page.reload()
    page.locator("[data-visits] li").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.context.set_offline(False)
    page.goto(f"/interactions/new/?customer={made.lanhai.pk}")
    for _turn in range(100):  # the queue is hidden before it is read, too
        if Interaction.objects.exists():
            break
        page.wait_for_timeout(100)

    row = Interaction.objects.get()
    assert (row.promise, row.promise_item.owner) == ("答复备件", made.lin)


def test_an_answer_that_was_lost_is_no_second_row(page, made):
    prepared(page, made)
    fill(page, made)
    answered = []

    def lose(route):
        answered.append(route.fetch().status)
        route.abort()

    page.route("**/interactions/sync/", lose, times=1)
    page.locator(".dock .btn.primary").click()
    page.locator("[data-visits] li").wait_for()
    page.locator("[data-visits] [data-again]").click()
    page.locator("[data-visits]").wait_for(state="hidden")

    assert (answered, Interaction.objects.count()) == ([200], 1)


BOOK = """async () => {
  const database = await new Promise((done) => {
    const asked = indexedDB.open("visits"); asked.onsuccess = () => done(asked.result);
  });
  const kept = await new Promise((done) => {
    const asked = database.transaction("book").objectStore("book").get("book");
    asked.onsuccess = () => done(asked.result);
  });
  database.close();
  return kept ? kept.days : null;
}"""
AGED = """async (days) => {
  const database = await new Promise((done) => {
    const asked = indexedDB.open("visits"); asked.onsuccess = () => done(asked.result);
  });
  const turn = database.transaction("book", "readwrite"), books = turn.objectStore("book");
  const asked = books.get("book");
  asked.onsuccess = () => books.put({ ...asked.result, at: Date.now() - days * 864e5 }, "book");
  await new Promise((done) => { turn.oncomplete = done; });
  database.close();
}"""


def kept(page, wanted):
    """How long the names are kept, once the phone says what is wanted; None: they are gone."""
    for _turn in range(50):
        found = page.evaluate(BOOK)
        if found == wanted:
            break
        page.wait_for_timeout(100)
    return found


def test_names_leave_the_phone_when_a_page_finds_the_session_gone(page, made):
    prepared(page, made)
    fill(page, made)
    page.context.set_offline(True)
    page.locator(".dock .btn.primary").click()
    page.locator("[data-visits] li").wait_for()
    before = page.evaluate(BOOK)
    page.context.clear_cookies()
    page.context.set_offline(False)
    page.goto("/accounts/login/")

    assert (before, kept(page, None)) == (14, None)
    assert '"key"' in page.evaluate(DUMP)  # the entry waits for whoever wrote it


@pytest.mark.parametrize(("days", "left"), [(13.9, 14), (14, None)])
def test_names_that_were_not_used_for_long_leave_by_themselves(page, made, days, left):
    prepared(page, made)
    page.evaluate(AGED, days)
    page.context.set_offline(True)

    page.goto(f"/interactions/new/?customer={made.lanhai.pk}")
    page.wait_for_timeout(200)

    assert kept(page, left) == left


def test_the_phone_keeps_nothing_confidential_and_nothing_after_signing_out(page, made):
    placed(made.ruochuan, made.lin, made.boss, (2, -2), evidence="金丝雀说的话")
    prepared(page, made)
    page.wait_for_timeout(100)

    found = page.evaluate(DUMP)
    assert made.ruochuan.name in found
    assert not [word for word in ("金丝雀", "tier", "support", "csrfmiddleware") if word in found]
    page.goto("/accounts/logout/")
    page.locator("main .btn.primary").click()
    page.wait_for_url("**/accounts/login/**")

    for _turn in range(50):
        left = page.evaluate(KEPT) + page.evaluate("caches.keys()")
        if not left:
            break
        page.wait_for_timeout(100)  # the browser deletes on its own time
    assert left == []
