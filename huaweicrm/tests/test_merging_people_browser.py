"""In a browser: a person entered twice is found, compared side by side, merged, and undone."""

import pytest

from accounts.models import Contact
from accounts.tests.build import NINE, cast, contact
from relationships.tests.build import met

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_person_entered_twice_becomes_one_and_two_again(settings, sign_in, page, live_server):
    settings.DEMO_NOW = NINE.isoformat()
    world = cast()
    other = contact(world.lanhai, "林若川", title="副总经理")
    met(other, world.lin)
    sign_in(world.lin)
    page.set_viewport_size({"width": 390, "height": 844})

    page.goto(f"{live_server.url}/contacts/{world.ruochuan.pk}/")
    page.locator(f'a[href="/contacts/{world.ruochuan.pk}/merge/"]').click()
    page.wait_for_url("**/merge/")
    page.select_option("select[name=other]", str(other.pk))
    page.locator("form.form-page button").click()
    page.wait_for_url(f"**/merge/?other={other.pk}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("input[name=of_title][value=take]").check()
    page.locator("form.form-page button").click()
    page.wait_for_url(f"**/contacts/{world.ruochuan.pk}/")
    assert "副总经理" in page.locator(".page-head").inner_text()
    page.goto(f"{live_server.url}/contacts/{other.pk}/")
    assert page.url.endswith(f"/contacts/{world.ruochuan.pk}/")

    page.goto(f"{live_server.url}/contacts/{world.ruochuan.pk}/merge/")
    page.locator('form[action^="/contact-merges/"] button').click()
    page.wait_for_url(f"**/contacts/{other.pk}/")
    assert set(Contact.objects.values_list("status", flat=True)) == {"active"}
