"""The people to see this week, in a browser: from the day to the form with the person chosen."""

import pytest

from accounts.models import Contact, Customer
from accounts.tests.build import cast
from relationships.tests.build import placed

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_day_names_whom_to_see_and_opens_the_form_for_them(page, sign_in, settings):
    settings.DEMO_NOW = "2026-03-20T09:00:00+08:00"
    world = cast()
    Contact.objects.update(relationship_owner=world.lin)
    Customer.objects.update(tier=1)
    world.ruochuan.refresh_from_db()
    placed(world.ruochuan, world.lin, world.boss, (0, -1))
    sign_in(world.lin)

    page.goto("/")
    card = page.locator("section", has=page.locator("#h-five"))
    card.locator("li").wait_for()
    assert "林若川" in card.inner_text()
    assert "应每 14 天一次" in card.inner_text()
    card.locator("li .btn").click()

    chosen = page.locator(f'input[name=contacts][value="{world.ruochuan.pk}"]')
    chosen.wait_for(state="attached")
    assert chosen.is_checked()
