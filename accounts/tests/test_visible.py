"""Who sees a customer (domain.md 0.2)."""

import pytest

from accounts.models import Customer
from accounts.tests import build

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "sees", "confidential"),
    [
        ("lin", True, True),
        ("fang", True, True),
        ("boss", True, True),
        ("exe", True, True),
        ("stranger", False, False),
    ],
)
def test_team_and_heads_see_a_customer_and_strangers_do_not(name, sees, confidential):
    cast = build.cast()
    user = getattr(cast, name)

    assert Customer.objects.visible_to(user).filter(pk=cast.lanhai.pk).exists() is sees
    assert Customer.objects.confidential_to(user).filter(pk=cast.lanhai.pk).exists() is confidential
