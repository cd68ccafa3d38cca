"""Every page of ours: no axe violation, nothing sideways, no English left, no script error."""

from __future__ import annotations

import os
import re

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from core import clock
from huaweicrm.testing import turns
from huaweicrm.tests.journey import stage
from huaweicrm.tests.journey.addresses import DOORS, pages
from huaweicrm.tests.journey.lacking import NOT_PAGES, lacking, unopened
from huaweicrm.tests.permission_table import addresses

THOROUGH = "THOROUGH" in os.environ
PHONE = ["scrollable-region-focusable", "target-size"]
"""What comes back is what stands in a message: the rest of a report takes longer to carry than to
find."""
VIOLATIONS = """async ([place, rules]) => {
  const options = {resultTypes: ["violations"], ...(rules ? {runOnly: rules}
    : {rules: {"color-contrast": {enabled: false}}})};
  const found = await axe.run(place || document, options);
  return found.violations.map((one) => [
    one.id, one.nodes.length, String(one.nodes[0].target), one.nodes[0].html.slice(0, 160)
  ]);
}"""
CONTRAST = """async ([place, seen, thorough]) => {
  const known = new Set(seen), fresh = new Set(), chosen = [], grounds = new Map();
  const clear = "rgba(0, 0, 0, 0)", look = (one) => {
    const css = getComputedStyle(one), above = one.parentElement ? ground(one.parentElement) : "";
    const painted = [css.backgroundColor, css.backgroundImage, css.opacity, css.filter,
      css.mixBlendMode, css.position].join() !== [clear, "none", "1", "none", "normal", "static"]
      .join();
    return above + (painted ? [one.localName, one.className, css.backgroundColor,
      css.backgroundImage, css.opacity, css.filter, css.mixBlendMode, css.position].join() : "");
  };
  const ground = (one) => {
    if (!grounds.has(one)) grounds.set(one, look(one));
    return grounds.get(one);
  };
  const hash = (text) => {
    let sum = 5381, other = 52711;
    for (let at = 0; at < text.length; at++) {
      sum = (sum * 33 ^ text.charCodeAt(at)) | 0; other = (other * 31 + text.charCodeAt(at)) | 0;
    }
    return sum + ":" + other;
  };
  const walk = document.createTreeWalker(place ? document.querySelector(place) : document.body,
    NodeFilter.SHOW_ELEMENT);
  for (let one = walk.currentNode; one; one = walk.nextNode()) {
    const texts = [...one.childNodes].some((each) => each.nodeType === 3 && each.nodeValue.trim());
    if (!(texts || "value" in one) || !one.checkVisibility()) continue;
    const css = getComputedStyle(one), over = one.parentElement;
    const kind = hash([one.localName, one.className, JSON.stringify(one.dataset), one.type,
      one.disabled, over.localName, over.className, css.color, css.fontSize, css.fontWeight,
      css.textShadow, css.webkitTextFillColor, ground(one)].join("|"));
    if (known.has(kind) || fresh.has(kind)) continue;
    fresh.add(kind); chosen.push(one);
  }
  if (!chosen.length && !thorough) return [[], []];
  const found = await axe.run(thorough ? (place || document) : {include: chosen},
    {resultTypes: ["violations"], runOnly: ["color-contrast"]});
  return [[...fresh], found.violations.map((one) => [
    one.id, one.nodes.length, String(one.nodes[0].target), one.nodes[0].html.slice(0, 160)
  ])];
}"""
"""Texts of one class, colour, size and weight on the same grounds are judged once, wherever they
stand; THOROUGH=1 judges each."""
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
    return _lines(name, tab.evaluate(VIOLATIONS, [place, rules]))


def pale(tab, name: str, seen: set[str], place: str = "") -> list[str]:
    """The same for the contrast of what was seen nowhere yet in this light."""
    fresh, found = tab.evaluate(CONTRAST, [place, sorted(seen), THOROUGH])
    seen.update(fresh)
    return _lines(name, found)


def _lines(name: str, found: list[tuple[str, int, str, str]]) -> list[str]:
    return [f"{name} {rule} ×{count} {target} {html}" for rule, count, target, html in found]


def look(tab, address: str, light: set[str], dark: set[str]) -> list[str]:
    """Everything that is wrong with a page: in light, and whole pages in dark and on a phone.

    `light` and `dark` hold the kinds of text that were judged on earlier pages.
    """
    answer = tab.goto(address, wait_until="load")
    if answer.status != 200:
        return [f"answers {answer.status}"]
    wrong: list[str] = []
    is_form = tab.locator("form.form-page").count() > 0
    tab.evaluate(SETTLE)
    # The frame around forms is the same everywhere: only what is theirs is looked at.
    place = "main" if is_form else ""
    wrong += said(tab, "light", place) + pale(tab, "light", light, place)
    wrong += [f"English: {text[:120]}" for text in english(tab.evaluate(TEXTS))]
    if tab.evaluate(SIDEWAYS) > 0:
        wrong.append("scrolls sideways at 1440")
    if not is_form:
        tab.evaluate("() => { document.documentElement.dataset.theme = 'dark' }")
        tab.evaluate(SETTLE)
        wrong += pale(tab, "dark", dark)
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
    """In `make test` a third of the pages, others every day; what opens is asked for all."""
    world = stage.demo(clock.now())
    opened, shut = pages(world, half, of=2)
    made = lacking(world)
    # Whatever opens for nobody is a button or has a reason.
    ours = set(sorted(addresses())[half::2])
    assert unopened(shut, opened + DOORS + made, world) == NOT_PAGES.keys() & ours
    people = world.users | {"portal": world.made["portal:lin"], "": None}
    wrong, tabs, light, dark = [], {}, set(), set()
    for who, address in turns.share(opened + made[half::2]):
        if who not in tabs:
            tabs[who] = windows.of(people[who], is_fresh=True)
            tabs[who].add_init_script(AXE_SCRIPT)
        found = look(tabs[who], address, light, dark)
        wrong += [f"{who} {address}: {line}" for line in found]
    assert not wrong, "\n".join(wrong)
