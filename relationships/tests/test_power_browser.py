"""The power map in a browser: a drag, the keys and the table open the same form."""

import pytest

from accounts.tests.build import cast
from relationships.models import PowerSeat
from relationships.tests.build import placed, power_map, seat

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def made(settings, sign_in):
    settings.DEMO_NOW = "2026-03-02T09:00:00+08:00"
    world = cast()
    placed(world.ruochuan, world.lin, world.boss, (0, -1))
    row = power_map(world.lanhai, world.lin)
    world.top = seat(row, world.lin, "approver", title="总经理")
    world.net = seat(
        row, world.lin, "decider", world.ruochuan, title="网络部", reports_to=world.top
    )
    world.buy = seat(row, world.lin, "gatekeeper", title="采购部", reports_to=world.top)
    world.url = row.get_absolute_url()
    sign_in(world.lin)
    return world


def spot(page, row):
    box = page.locator(f'[data-seat="{row.pk}"] .sh').bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def saved(page, row, above):
    form = page.locator("dialog[open]")
    form.locator("select[name=reports_to]").wait_for()
    assert form.locator("select[name=reports_to]").input_value() == str(above.pk)
    form.locator(".btn.primary").click()
    page.wait_for_url(f"**seat={row.pk}")
    return PowerSeat.objects.get(pk=row.pk).reports_to


def test_a_seat_dragged_onto_another_one_stands_below_it(page, made):
    page.goto(made.url)

    page.mouse.move(*spot(page, made.buy))
    page.mouse.down()
    page.mouse.move(*spot(page, made.net), steps=8)
    page.mouse.up()

    assert saved(page, made.buy, made.net) == made.net


def test_shift_and_an_arrow_put_a_seat_below_the_one_above(page, made):
    page.goto(made.url)

    page.locator(f'[data-seat="{made.net.pk}"]').focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.seat") == str(made.buy.pk)
    page.keyboard.press("Shift+ArrowRight")

    assert saved(page, made.buy, made.net) == made.net


def test_a_seat_opens_beside_the_map_and_presenting_hides_all(page, made):
    page.goto(made.url)

    page.locator(f'[data-seat="{made.net.pk}"]').click()
    page.wait_for_url(f"**seat={made.net.pk}")
    assert page.locator("#seat h2").inner_text() == "林若川"
    page.locator("header [data-present]").click()
    page.locator(".pm").first.wait_for(state="detached")

    assert "林若川" not in page.locator("main").inner_text()
