"""The declared lists of projects and tickets answer for their neighbours, export and tags."""

import pytest

from accounts.tests.test_pages import signed_in
from core.tests.test_own_pages import fresh
from huaweicrm.tests.world import world

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("key", ["projects", "tickets"])
def test_a_declared_list_leaves_as_a_file(key):
    made = world()
    lin = signed_in(made.lin)
    fresh(lin)

    answer = lin.post(f"/lists/{key}/export/", {"kind": "csv"})

    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff") and "编号" in text.splitlines()[0]
