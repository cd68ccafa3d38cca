"""Account health: the rule, the night, what it says (R-H1)."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import translation

from accounts import health
from accounts.actions import health as actions
from accounts.choices_health import HealthPart
from accounts.health import Evidence
from accounts.models import AccountHealth
from accounts.policies_health import WEIGHTS
from accounts.queries_health import falls, part_lines, weights_at
from accounts.tests import build
from accounts.tests.build import NINE
from accounts.timers_health import measure
from core.actors import Actor
from core.models import Notification, TrailEntry

W = {part.value: weight for part, weight in WEIGHTS.items()}
DAY = NINE.date()
ALL = dict.fromkeys(health.PARTS, Decimal(70))
SYSTEM = Actor.system()


def test_the_weights_are_those_of_the_rule():
    assert list(W.values()) == [25, 10, 15, 20, 15, 15]


def test_a_whole_one_is_the_weighted_mean():
    values = dict(zip(health.PARTS, map(Decimal, (40, 100, 0, 50, 80, 90)), strict=True))

    assert health.total(values, W) == Decimal("55.50")


def test_what_is_missing_is_weighed_anew_and_no_nought():
    values = {**ALL, "satisfaction": None, "key_index": Decimal(100)}

    assert health.total(values, W) == Decimal("78.82")  # (25 × 100 + 60 × 70) ÷ 85
    assert "satisfaction" not in health.shares(values, W)
    assert sum(health.shares(values, W).values()) == pytest.approx(100)


def test_a_total_says_on_how_much_it_stands():
    assert health.basis(ALL, W) == 100
    assert health.basis({"universal": Decimal(100)}, W) == 10
    assert health.basis({}, W) == 0


def test_without_any_evidence_there_is_no_total():
    assert health.total({}, W) is None
    assert health.total(dict.fromkeys(health.PARTS), W) is None
    assert health.band(None) == ""


@pytest.mark.parametrize(
    ("total", "band"),
    [
        ("100", "healthy"), ("80", "healthy"), ("79.99", "watch"), ("60", "watch"),
        ("59.99", "risk"), ("40", "risk"), ("39.99", "critical"), ("0", "critical"),
    ],
)  # fmt: skip
def test_bands(total, band):
    assert health.band(Decimal(total)) == band


@pytest.mark.parametrize(
    ("index", "value"), [(-100, "0"), (0, "50"), (43.75, "71.88"), (100, "100"), (120, "100")]
)
def test_a_key_index_is_stretched_to_a_hundred(index, value):
    assert health.normal(index, -100, 100) == Decimal(value).quantize(Decimal("0.01"))


@pytest.mark.parametrize(
    ("day", "ends"),
    [
        ("2026-03-30", ["2025-06-30", "2025-09-30", "2025-12-31"]),
        ("2026-03-31", ["2025-09-30", "2025-12-31", "2026-03-31"]),
        ("2026-04-01", ["2025-09-30", "2025-12-31", "2026-03-31"]),
        ("2026-12-31", ["2026-06-30", "2026-09-30", "2026-12-31"]),
    ],
)
def test_quarter_ends(day, ends):
    found = health.quarter_ends(dt.date.fromisoformat(day))

    assert [str(each) for each in found] == ends


@pytest.mark.parametrize(
    ("totals", "lost", "alarm"),
    [
        ((80, 75, 70), 10, False),  # ten is not more than ten
        ((80, 75, "69.99"), "10.01", True),
        ((80, 80, 60), None, False),  # only one of the two fell
        ((80, 60, 61), None, False),
        ((80, None, 60), None, False),
    ],
)
def test_a_fall_over_two_quarter_ends(totals, lost, alarm):
    found = health.fell([None if one is None else Decimal(one) for one in totals])

    assert found == (None if lost is None else Decimal(lost))
    assert health.alarms(found, 10) is alarm


def test_losses_name_what_pulled_and_sum_up():
    before = {**ALL, "satisfaction": None}
    after = {**before, "key_index": Decimal(30), "sla": None, "attainment": Decimal(60)}

    found = health.losses(before, after, W)

    assert [each.part for each in found] == ["key_index", "attainment"]
    lost = health.total(before, W) - health.total(after, W)
    assert sum(each.points for each in found) == pytest.approx(lost, abs=Decimal("0.02"))


@pytest.fixture
def cast(db):
    return build.cast()


def kept(cast, day, **values):
    """A day of lanhai with these parts."""
    said = {part: Evidence(Decimal(value), {}) for part, value in values.items()}
    now = NINE + (day - DAY)
    row = actions.row_of(cast.lanhai.pk, day, said, now=now)
    return actions.keep([cast.lanhai], [row], day, by=SYSTEM, now=now)[0]


def test_a_night_writes_one_row_a_customer_and_twice_is_once(cast):
    assert measure(now=NINE) == 1
    assert measure(now=NINE) == 0
    assert measure(now=NINE + dt.timedelta(days=1)) == 1

    first, second = AccountHealth.objects.order_by("as_of")
    assert [first.is_current, second.is_current] == [False, True]
    assert second.as_of == DAY + dt.timedelta(days=1)


def test_no_evidence_is_no_nought(cast):
    measure(now=NINE)

    row = AccountHealth.objects.get()
    assert row.satisfaction is None
    lines = {line.part: line for line in part_lines(row, now=NINE)}
    assert lines["satisfaction"].value is None
    assert lines["satisfaction"].share is None


def test_archived_customers_have_no_health(cast):
    measure(now=NINE)
    type(cast.lanhai).objects.filter(pk=cast.lanhai.pk).update(is_archived=True)

    assert measure(now=NINE + dt.timedelta(days=1)) == 0
    assert not AccountHealth.objects.current().exists()


def test_a_day_stays_as_it_was_written(cast):
    kept(cast, DAY, key_index=50)
    rows = AccountHealth.objects.filter(customer=cast.lanhai)

    for change in ({"total": 99}, {"lost": 1}, {"band": "healthy"}, {"facts": {}}):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete()


ENDS = [dt.date(2025, 6, 30), dt.date(2025, 9, 30), dt.date(2025, 12, 31)]
AFTER = dt.date(2026, 1, 1)


@pytest.mark.parametrize(("last", "told"), [(70, 0), (69, 2)])
def test_a_relation_that_keeps_falling_is_told_once(cast, last, told):
    for day, value in zip(ENDS, (80, 75, last), strict=True):
        kept(cast, day, key_index=value)
    kept(cast, AFTER, key_index=last)
    kept(cast, AFTER + dt.timedelta(days=1), key_index=last)

    found = Notification.objects.filter(kind="health.fell")
    assert {row.user_id for row in found} == ({cast.lin.pk, cast.boss.pk} if told else set())
    assert len(found) == told
    entries = TrailEntry.objects.filter(verb="health.fell")
    assert [row.klass for row in entries] == ["confidential"] * (told // 2)
    assert not any(str(last) in str(row.params) for row in found)


def test_what_was_lost_is_counted_from_the_last_quarter_end_but_one(cast):
    kept(cast, ENDS[1], key_index=90)
    kept(cast, ENDS[2], key_index=95)

    assert kept(cast, AFTER, key_index=60).lost == Decimal(30)


def test_without_a_baseline_nothing_was_lost(cast):
    assert kept(cast, AFTER, key_index=60).lost == 0


def test_why_it_fell_is_said_in_words(cast):
    kept(cast, ENDS[1], key_index=90, sla=80)
    row = kept(cast, AFTER, key_index=40, sla=80)

    with translation.override("en"):
        found = falls([row], day=AFTER, now=NINE)[0]

    assert found.before.as_of == ENDS[1]
    assert found.reasons == ["Key persons 90 → 40"]


def test_the_weights_are_policies(db):
    assert weights_at(NINE) == W
    assert set(W) == set(HealthPart.values)


def test_many_customers_cost_the_same_queries(cast, django_assert_num_queries):
    for number in range(5):
        build.customer(cast.office, f"多{number}", tier=1)

    with django_assert_num_queries(16):
        assert measure(now=NINE) == 6


def faded(cast):
    """Lanhai lost thirty points since the last quarter end but one, another one nothing."""
    other = build.customer(cast.office, "岭东电网", tier=2)
    kept(cast, ENDS[1], key_index=90)
    kept(cast, AFTER, key_index=60)
    row = actions.row_of(other.pk, AFTER, {"sla": Evidence(Decimal(30), {})}, now=NINE)
    actions.keep([other], [row], AFTER, by=SYSTEM, now=NINE)
    return other


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def january(settings):
    settings.DEMO_NOW = "2026-01-02T09:00:00+08:00"


def test_the_list_of_heads_begins_where_most_was_lost(cast, january):
    other = faded(cast)
    boss = signed_in(cast.boss)

    answer = boss.get("/account-health/")
    rows = [line.row.customer_id for line, _manager in answer.context["lines"]]
    assert rows == [cast.lanhai.pk, other.pk]
    assert answer.context["lines"][0][0].reasons != []
    narrowed = boss.get("/account-health/?band=critical").context["lines"]
    assert [line.row.customer_id for line, _manager in narrowed] == [other.pk]


def test_health_is_for_who_reads_the_confidential_class(cast, january):
    faded(cast)

    assert signed_in(cast.stranger).get("/account-health/").context["lines"] == []
    assert signed_in(cast.stranger).get(f"/customers/{cast.lanhai.pk}/health/").status_code == 404
    assert signed_in(cast.lin).get(f"/customers/{cast.lanhai.pk}/health/").status_code == 200


def test_an_earlier_day_shows_its_own_parts(cast, january):
    faded(cast)
    lin, url = signed_in(cast.lin), f"/customers/{cast.lanhai.pk}/health/"

    assert lin.get(url).context["row"].as_of == AFTER
    assert lin.get(f"{url}?on={ENDS[2]}").context["row"].as_of == ENDS[1]
    assert lin.get(f"{url}?on=2020-01-01").context["row"] is None
    assert lin.get(f"{url}?on=2025-13-45").context["row"].as_of == AFTER


def test_the_customer_list_shows_it_to_the_team(cast, january):
    faded(cast)

    said = signed_in(cast.lin).get("/customers/?columns=name,health").content.decode()

    assert "60 · " in said
    assert "30 · " not in said  # the other one is not his
