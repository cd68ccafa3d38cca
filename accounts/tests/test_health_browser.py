"""Account health in a browser: from the list of heads to the reasons and the rows behind a part."""

from decimal import Decimal

import pytest

from accounts.actions import health
from accounts.health import Evidence
from accounts.tests.build import NINE, cast
from core.actors import Actor

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_head_goes_from_the_list_to_the_rows_behind_a_part(settings, sign_in, page, live_server):
    settings.DEMO_NOW = NINE.isoformat()
    world = cast()
    said = {"key_index": Evidence(Decimal(40), {}), "sla": Evidence(Decimal(90), {})}
    row = health.row_of(world.lanhai.pk, NINE.date(), said, now=NINE)
    health.keep([world.lanhai], [row], NINE.date(), by=Actor.system(), now=NINE)
    sign_in(world.boss)

    page.goto(f"{live_server.url}/account-health/")
    page.locator("tbody a.nm").first.click()
    page.wait_for_url("**/health/")
    assert page.locator("tbody tr").first.locator("td").first.inner_text().strip() == "40"
    page.locator(f'a[href="/customers/{world.lanhai.pk}/power/"].nm').click()
    page.wait_for_url("**/power/**")


@pytest.mark.parametrize("name", ["", "action-items/"])
def test_a_long_row_of_tabs_begins_where_the_current_one_is(sign_in, page, live_server, name):
    world = cast()
    sign_in(world.lin)
    page.set_viewport_size({"width": 390, "height": 844})

    page.goto(f"{live_server.url}/customers/{world.lanhai.pk}/{name}")
    tab = page.locator(".tabs [aria-current=page]")
    page.wait_for_function("() => document.readyState === 'complete'")
    box = tab.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
