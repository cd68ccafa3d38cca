"""The grid in a browser: drag, keys and table open the same evidence form."""

import pytest

from accounts.tests.build import cast, contact
from relationships.models import GridAssessment
from relationships.tests.build import placed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def made(settings, sign_in):
    settings.DEMO_NOW = "2026-03-02T09:00:00+08:00"
    world = cast()
    world.row = placed(world.ruochuan, world.lin, world.boss, (0, -1))
    contact(world.lanhai, "许临安")
    sign_in(world.lin)
    return world


def submit(page, text):
    """Write the evidence and send the form in the dialog."""
    page.locator("dialog[open] textarea[name=evidence]").fill(text)
    page.locator("dialog[open] .btn.primary").click()
    page.wait_for_url("**person=**")


def test_dragging_a_token_opens_the_form_at_that_cell_and_proposes(page, made):
    page.goto(f"/customers/{made.lanhai.pk}/grid/")
    token = page.locator(f'.ng2 [data-contact="{made.ruochuan.pk}"]')
    target = page.locator('.ng2 [data-cell="0,0"]')

    token.scroll_into_view_if_needed()
    start, end = token.bounding_box(), target.bounding_box()
    page.mouse.move(start["x"] + 12, start["y"] + 12)
    page.mouse.down()
    page.mouse.move(end["x"] + 40, end["y"] + 60, steps=8)
    page.mouse.up()
    form = page.locator("dialog[open]")
    assert form.locator("select[name=support]").input_value() == "0"
    submit(page, "会上说两家都可以")

    row = GridAssessment.objects.get(status="proposed")
    assert (row.point, row.previous) == ((0, 0), made.row)


def test_shift_and_an_arrow_moves_one_step(page, made):
    page.goto(f"/customers/{made.lanhai.pk}/grid/")

    page.locator(f'.ng2 [data-contact="{made.ruochuan.pk}"]').focus()
    page.keyboard.press("Shift+ArrowRight")
    page.locator("dialog[open] select[name=intimacy]").wait_for()
    submit(page, "主动约了下次交流")

    assert GridAssessment.objects.get(status="proposed").point == (1, -1)


def test_escape_leaves_everything_as_it_was(page, made):
    page.goto(f"/customers/{made.lanhai.pk}/grid/?view=plane")

    page.locator(f'[data-contact="{made.ruochuan.pk}"] .hit').focus()
    page.keyboard.press("Shift+ArrowUp")
    page.locator("dialog[open]").wait_for()
    page.keyboard.press("Escape")
    page.locator("dialog[open]").wait_for(state="detached")
    page.locator(".moving").wait_for(state="detached")

    assert GridAssessment.objects.count() == 1


def test_the_table_opens_the_same_form_without_a_pointer(page, made):
    page.goto(f"/customers/{made.lanhai.pk}/grid/?view=list")

    page.locator("tbody .btn").first.click()
    page.locator("dialog[open] textarea[name=evidence]").wait_for()

    assert page.locator("dialog[open] select[name=support]").input_value() == "-1"


def test_the_slider_steps_by_key_and_plays_twelve_months(page, made):
    page.goto(f"/customers/{made.lanhai.pk}/grid/")
    slider = page.locator(".ngtime input[type=range]")
    token = page.locator(f'.ng2 [data-contact="{made.ruochuan.pk}"]')

    slider.focus()
    page.keyboard.press("PageUp")
    page.wait_for_url("**at=2026-02-28**")
    token.wait_for(state="detached")
    page.keyboard.press("End")
    token.wait_for()
    assert "at=" not in page.url

    page.locator("[data-play]").click()
    page.wait_for_url("**at=2025-03-31**")
    page.wait_for_url("**at=2025-05-31**")
    page.locator("[data-play]").click()
    stopped = page.url
    page.wait_for_timeout(1200)
    assert page.url == stopped
    assert page.locator("[data-play]").get_attribute("aria-pressed") == "false"


def test_a_token_moves_by_key_after_the_way_through_the_past_and_back(page, made):
    page.goto(f"/customers/{made.lanhai.pk}/grid/?at=2026-02-28")
    assert page.locator("[data-movable]").count() == 0

    page.locator("[data-part=shown] a").click()
    page.locator(f'.ng2 [data-contact="{made.ruochuan.pk}"]').focus()
    page.keyboard.press("Shift+ArrowRight")

    page.locator("dialog[open] select[name=intimacy]").wait_for()
