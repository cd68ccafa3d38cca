"""Every page of ours: no axe violation, nothing sideways, no English left, no script error."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from core import clock
from huaweicrm.tests.journey import stage
from huaweicrm.tests.journey.addresses import pages
from huaweicrm.tests.journey.lacking import NOT_PAGES, lacking, unopened

COLOURS = ["color-contrast"]
PHONE = ["scrollable-region-focusable", "target-size"]
"""What comes back is what stands in a message: the rest of a report takes longer to carry than to
find."""
VIOLATIONS = """async ([place, rules]) => {
  const options = {resultTypes: ["violations"], ...(rules ? {runOnly: rules} : {})};
  const found = await axe.run(place || document, options);
  return found.violations.map((one) => [
    one.id, one.nodes.length, String(one.nodes[0].target), one.nodes[0].html.slice(0, 160)
  ]);
}"""
SETTLE = """async () => {
  const ends = (one) => Number.isFinite(one.effect?.getComputedTiming().endTime);
  document.getAnimations().filter(ends).forEach((one) => one.finish());
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
"""Text that shows: text nodes of elements with a box, outside code, kbd and named places."""
TEXTS = """() => {
  const found = [], seen = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (seen.nextNode()) {
    const node = seen.currentNode, holder = node.parentElement;
    if (holder.closest("script, style, code, kbd, pre, [lang=en], [data-raw]")) continue;
    if (node.nodeValue.trim() && holder.checkVisibility()) found.push(node.nodeValue.trim());
  }
  return found;
}"""
ENGLISH = re.compile(r"\b[A-Za-z]{2,}(?:[ ,'’-]+[A-Za-z]+){2,}")
ALLOWED = re.compile(r"@|://|^\s*[A-Z]{2,5}-")


def english(texts: list[str]) -> list[str]:
    """Texts with three English words in a row."""
    return [text for text in texts if ENGLISH.search(text) and not ALLOWED.search(text)]


def said(tab, name: str, place: str = "", rules: list[str] | None = None) -> list[str]:
    """One line for each violation: how it was looked at, rule, how many, the first place."""
    if not tab.evaluate("() => 'axe' in window"):
        tab.evaluate(AXE_SCRIPT)
    found = tab.evaluate(VIOLATIONS, [place, rules])
    return [f"{name} {rule} ×{count} {target} {html}" for rule, count, target, html in found]


def look(tab, address: str) -> list[str]:
    """Everything that is wrong with a page: in light, and whole pages in dark and on a phone."""
    answer = tab.goto(address, wait_until="load")
    if answer.status != 200:
        return [f"answers {answer.status}"]
    wrong: list[str] = []
    is_form = tab.locator("form.form-page").count() > 0
    tab.evaluate(SETTLE)
    # The frame around forms is the same everywhere: only what is theirs is looked at.
    wrong += said(tab, "light", "main" if is_form else "")
    wrong += [f"English: {text[:120]}" for text in english(tab.evaluate(TEXTS))]
    if tab.evaluate(SIDEWAYS) > 0:
        wrong.append("scrolls sideways at 1440")
    if not is_form:
        tab.evaluate("() => { document.documentElement.dataset.theme = 'dark' }")
        tab.evaluate(SETTLE)
        wrong += said(tab, "dark", rules=COLOURS)
    tab.set_viewport_size({"width": 390, "height": 844})
    tab.evaluate(SETTLE)
    if not is_form:
        wrong += said(tab, "390", rules=PHONE)
    if tab.evaluate(SIDEWAYS) > 0:
        wrong.append(f"scrolls sideways at 390 by {tab.evaluate(SIDEWAYS)}")
    tab.set_viewport_size({"width": 1440, "height": 900})
    return wrong


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(900)
@pytest.mark.parametrize("half", [0, 1])
def test_every_page_is_readable_by_everyone(half, windows):
    world = stage.demo(clock.now())
    opened, shut = pages(world, half, of=2)
    others, more = pages(world, 1, of=2) if half == 0 else ([], [])
    made = lacking(world)
    if half == 0:  # once: whatever opens for nobody, here or there, is a button or has a reason
        assert unopened(shut + more, opened + others + made, world) == set(NOT_PAGES)
    people = world.users | {"portal": world.made["portal:lin"], "": None}
    wrong, tabs = [], {}
    for who, address in opened + made[half::2]:
        tab = tabs.get(who) or tabs.setdefault(who, windows.of(people[who], is_fresh=True))
        wrong += [f"{who} {address}: {line}" for line in look(tab, address)]
    assert not wrong, "\n".join(wrong)
