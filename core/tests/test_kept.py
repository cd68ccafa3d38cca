"""SQL that is written once says what Django would write each time."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db.models import Exists, OuterRef

from core.kept import NEVER, NOBODY, KeptQuery
from core.models import Event, EventDelivery

pytestmark = pytest.mark.django_db

NINE = dt.datetime(2026, 3, 2, 9, 0, 0, 250_000, tzinfo=dt.timezone.utc)
MICRO = dt.timedelta(microseconds=1)


def _event(about: int, at: dt.datetime) -> Event:
    return Event.objects.create(name="x", about_label="a.b", about_id=about, occurred_at=at)


@pytest.mark.parametrize("step", [-MICRO, 0 * MICRO, MICRO])
def test_an_id_and_an_instant_go_where_the_probes_stood(step):
    kept = KeptQuery(
        lambda: Event.objects.filter(about_id=NOBODY, occurred_at__gt=NEVER).order_by("id")[:2],
        {"about": NOBODY, "since": NEVER},
    )
    rows = [_event(about, NINE + n * MICRO) for about in (7, 8) for n in (-1, 0, 1, 2)]

    for about in (7, 8, 9):
        wanted = [one for one in rows if one.about_id == about and one.occurred_at > NINE + step]
        assert kept.rows({"about": about, "since": NINE + step}) == wanted[:2]


def test_an_instant_inside_a_subquery_goes_there_too_in_any_zone():
    late = EventDelivery.objects.filter(event=OuterRef("pk"), next_try_at__lte=NEVER)
    kept = KeptQuery(
        lambda: Event.objects.annotate(late=Exists(late)).order_by("id"), {"now": NEVER}
    )
    for number in range(2):
        at = NINE + number * MICRO
        EventDelivery.objects.create(event=_event(number, NINE), consumer="c", next_try_at=at)

    east = NINE.astimezone(dt.timezone(dt.timedelta(hours=8)))
    assert [row.late for row in kept.rows({"now": east})] == [True, False]
    assert [row.late for row in kept.rows({"now": east + MICRO})] == [True, True]
    assert [row.late for row in kept.rows({"now": east - MICRO})] == [False, False]


def test_a_probe_that_stands_nowhere_is_an_error():
    kept = KeptQuery(lambda: Event.objects.filter(about_id=7), {"about": NOBODY})

    with pytest.raises(ValueError, match="about"):
        kept.rows({"about": 8})


def test_a_spare_probe_may_stand_nowhere_but_nothing_counted_from_one_is_kept():
    probes, hour = {"about": NOBODY, "now": NEVER}, dt.timedelta(hours=1)
    _event(8, NINE)
    kept = KeptQuery(lambda: Event.objects.filter(about_id=NOBODY), probes, spare=True)
    counted = KeptQuery(
        lambda: Event.objects.filter(about_id=NOBODY, occurred_at__gt=NEVER - hour), probes
    )

    assert len(kept.rows({"about": 8, "now": NINE})) == 1
    with pytest.raises(ValueError, match="counted from a probe"):
        counted.rows({"about": 8, "now": NINE})
