"""Columns that are asked for by ids, written once."""

import pytest

from core.kept import KeptValues
from core.models import Event
from core.tests.test_kept import NINE, _event

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("number", [0, 1, 11, 12, 40])
def test_columns_by_ids_are_those_that_are_asked_for_anew(number):
    def make(ids):
        rows = Event.objects.filter(about_id__in=ids, name__in=("x", "y")).order_by("id")
        return rows.values_list("about_id", "about_label", "name")

    kept = KeptValues(make)
    for about in range(40):
        _event(about, NINE)

    for _time in range(3):
        assert kept.rows(range(number)) == list(make(list(range(number))))
        assert kept.rows([3, 99, 3]) == [(3, "a.b", "x")]
