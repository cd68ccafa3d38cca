"""SQL that is written once says what Django would write each time."""

from __future__ import annotations

import datetime as dt
import gc
import weakref

import pytest
from django.db.models import Exists, OuterRef, Prefetch

from core.kept import MANY, NEVER, NOBODY, KeptCount, KeptQuery, _kind_of_many
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


@pytest.mark.parametrize("number", [0, 1, MANY - 1, MANY, MANY + 1, 3000])
@pytest.mark.parametrize("kind", [list, tuple, set, dict.fromkeys])
def test_many_values_are_found_as_few_are(number, kind):
    rows = [_event(about, NINE) for about in range(8)]
    Event.objects.filter(pk=rows[3].pk).update(name='y" \\ {,}')
    wanted = list(range(6, 6 + number))

    found = Event.objects.filter(about_id__in=kind(wanted)).order_by("id")
    assert [row.about_id for row in found] == [6, 7][:number]
    left = Event.objects.exclude(about_id__in=kind(wanted)).order_by("id")
    assert [row.about_id for row in left] == [n for n in range(8) if n not in wanted]
    named = Event.objects.filter(name__in=kind([f"{n}" for n in wanted[1:]] + ['y" \\ {,}']))
    assert [row.about_id for row in named] == [3]
    EventDelivery.objects.create(event=rows[2], consumer="c", next_try_at=NINE)
    pks = [rows[2].pk, *(10**6 + n for n in wanted)]
    assert EventDelivery.objects.filter(event__in=kind(pks)).count() == 1
    assert EventDelivery.objects.filter(event_id__in=kind(pks[1:])).count() == 0


def test_numbers_that_no_column_holds_and_mixed_values_are_left_to_django():
    assert _kind_of_many([2**63, *range(MANY)]) == _kind_of_many([True, *range(MANY)]) == ""
    assert _kind_of_many(["a", *range(MANY)]) == _kind_of_many([None, *range(MANY)]) == ""
    assert _kind_of_many([2**63 - 1, -(2**63), *range(MANY)]) == "bigint"


def test_a_probe_that_stands_nowhere_is_an_error():
    kept = KeptQuery(lambda: Event.objects.filter(about_id=7), {"about": NOBODY})

    with pytest.raises(ValueError, match="about"):
        kept.rows({"about": 8})


def test_a_spare_probe_may_stand_nowhere_but_nothing_counted_from_one_is_kept():
    probes, hour = {"about": NOBODY, "now": NEVER}, dt.timedelta(hours=1)
    _event(8, NINE)
    kept = KeptQuery(lambda: Event.objects.filter(about_id=NOBODY), probes, spare=tuple(probes))
    counted = KeptQuery(
        lambda: Event.objects.filter(about_id=NOBODY, occurred_at__gt=NEVER - hour), probes
    )

    assert len(kept.rows({"about": 8, "now": NINE})) == 1
    with pytest.raises(ValueError, match="counted from a probe"):
        counted.rows({"about": 8, "now": NINE})


@pytest.mark.parametrize("kind", [KeptQuery, KeptCount])
def test_who_asked_first_is_not_kept_with_the_statement(kind):
    class Asker:
        """Somebody's request."""

        def rows(self):
            return Event.objects.filter(about_id=NOBODY)

    asker = Asker()
    kept, gone = kind(asker.rows, {"about": NOBODY}), weakref.ref(asker)
    del asker
    assert gone() is not None

    for _time in range(2):
        kept.rows({"about": 8}) if kind is KeptQuery else kept.number({"about": 8})
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize("most", [1, 2, 3, 4])
def test_rows_are_counted_up_to_their_bound_for_one_value_after_the_other(most):
    for about in (7, 7, 7, 8):
        _event(about, NINE)
    kept = KeptCount(
        lambda: Event.objects.filter(about_id=NOBODY)[:most], {"about": NOBODY, "now": NEVER}
    )

    said = [kept.number({"about": about, "now": NINE}) for about in (7, 8, 9, 7)]
    assert said == [min(3, most), 1, 0, min(3, most)]


def test_what_is_fetched_beside_the_rows_comes_along_unless_it_is_a_query_of_its_own():
    event = _event(7, NINE)
    EventDelivery.objects.create(event=event, consumer="c", next_try_at=NINE)
    probes = {"about": NOBODY}
    rows = Event.objects.filter(about_id=NOBODY)
    kept = KeptQuery(lambda: rows.prefetch_related("deliveries"), probes)
    own = Prefetch("deliveries", queryset=EventDelivery.objects.filter(consumer="c"))

    (found,) = kept.rows({"about": 7})
    assert "deliveries" in found._prefetched_objects_cache
    assert [one.consumer for one in found.deliveries.all()] == ["c"]
    with pytest.raises(ValueError, match="query of their own"):
        KeptQuery(lambda: rows.prefetch_related(own), probes).rows({"about": 7})
