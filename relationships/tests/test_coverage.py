"""The coverage matrix: cells, warmth, sums from the counties up, the nightly count, the pages."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Contact, Customer
from accounts.tests import build
from accounts.tests.build import NINE
from relationships.actions import coverage as actions
from relationships.cells import Cell, Known, Share, Warmth, counted, rolled, warmth
from relationships.coverage import coverage_share, thinnest_for
from relationships.models import CoverageCell
from relationships.tests.build import met

DAY = dt.timedelta(days=1)
SINCE = NINE - 90 * DAY


def known(met_at=None, owner=None, kind="network", level="staff"):
    return Known(1, kind, level, owner, met_at)


def test_a_cell_counts_people_the_met_the_owner_of_most_and_the_last_touch():
    people = [known(SINCE, 7), known(SINCE - dt.timedelta(seconds=1), 5), known(None, 5)]
    people += [known(NINE, level="executive")]

    cells = counted(people, since=SINCE)

    assert cells == {
        (1, "network", "staff"): Cell(3, 1, 5, SINCE),
        (1, "network", "executive"): Cell(1, 1, None, NINE),
    }


def test_owners_of_equally_many_are_told_apart_by_id():
    assert counted([known(owner=9), known(owner=4)], since=SINCE)[1, "network", "staff"].owner == 4


@pytest.mark.parametrize(
    ("gone", "said"),
    [
        (90 * DAY, Warmth.WARM),
        (90 * DAY + dt.timedelta(seconds=1), Warmth.COOLING),
        (180 * DAY, Warmth.COOLING),
        (180 * DAY + dt.timedelta(seconds=1), Warmth.COLD),
        (None, Warmth.NEVER),
    ],
)
def test_a_touch_cools_after_ninety_and_is_cold_after_a_hundred_and_eighty_days(gone, said):
    last = None if gone is None else NINE - gone

    assert warmth(last, NINE, warm_days=90, cold_days=180) == said


def test_shares_are_percent_and_none_without_anybody():
    assert (Share(4, 3, 10, 4).coverage, Share(4, 3, 10, 4).breadth) == (75, 40)
    assert (Share().coverage, Share().breadth) == (None, None)


def test_sums_go_up_from_the_county_and_stop_at_who_is_out_of_sight():
    paths = {1: "/1/", 3: "/1/2/3/", 4: "/1/4/"}
    own = {1: Share(1, 1, 2, 2), 3: Share(2, 0, 5, 0), 4: Share(1, 1, 1, 1)}

    assert rolled(paths, own) == {
        1: Share(4, 2, 8, 3), 3: Share(2, 0, 5, 0), 4: Share(1, 1, 1, 1),
    }  # fmt: skip


@pytest.fixture
def made(db):
    return build.cast()


def cells():
    rows = CoverageCell.objects.order_by("unit_kind", "level")
    return list(rows.values_list("unit_kind", "level", "active", "contacted"))


def test_the_night_counts_people_and_running_it_twice_changes_nothing(made):
    net = build.department(made.lanhai, kind="network")
    near = build.contact(made.lanhai, "近", unit=net, relationship_owner=made.lin)
    build.contact(made.lanhai, "远", unit=net)
    build.contact(made.lanhai, "离", unit=net, status="left")
    met(near, made.lin, NINE)

    for _round in range(2):
        actions.count_all(now=NINE + DAY)

    assert cells() == [("network", "staff", 2, 1), ("other", "staff", 1, 0)]
    row = CoverageCell.objects.get(unit_kind="network")
    assert (row.owner, row.last_touch_at) == (made.lin, NINE)


def test_who_left_leaves_the_matrix_and_an_archived_customer_with_all_its_cells(made):
    build.contact(made.lanhai, "局长", level="executive")
    actions.count_all(now=NINE)
    Contact.objects.filter(name="局长").update(status="left")

    actions.count_all(now=NINE)
    before = cells()
    Customer.objects.update(is_archived=True)
    actions.count_all(now=NINE)

    assert (before, cells()) == ([("other", "staff", 1, 0)], [])


def test_counting_costs_the_same_for_one_customer_and_for_many(made):
    costs = []
    for number in (0, 6):
        for each in range(number):
            build.contact(build.customer(made.office, f"客{each}"), f"人{each}")
        ids = list(Customer.objects.values_list("pk", flat=True))
        with CaptureQueriesContext(connection) as asked:
            actions.count(ids, now=NINE)
        costs.append(len([q for q in asked if "SAVEPOINT" not in q["sql"]]))

    assert costs[1] <= costs[0]


def test_the_share_is_of_cells_reached_within_ninety_days_to_the_second(made):
    met(made.ruochuan, made.lin, NINE)
    build.contact(made.lanhai, "局长", level="executive")
    actions.count_all(now=NINE)

    shares = [
        coverage_share([made.lanhai, 0], now=NINE + 90 * DAY + late)
        for late in (dt.timedelta(0), dt.timedelta(seconds=1))
    ]

    assert [one[made.lanhai.pk].coverage for one in shares] == [50, 0]
    assert set(shares[0]) == {made.lanhai.pk}


def test_the_least_covered_customer_in_sight_comes_first(made):
    bare = build.customer(made.office, "空白县局", tier=1)
    build.contact(bare, "无人见")
    met(made.ruochuan, made.lin, NINE)
    Customer.objects.filter(pk=made.lanhai.pk).update(tier=2)
    build.contact(build.customer(made.west, "远西", tier=1), "看不见")
    actions.count_all(now=NINE)

    def names(user, **more):
        return [one.customer.name for one in thinnest_for(user, now=NINE, **more)]

    assert names(made.boss, key_accounts=True) == ["空白县局", "澜海移动通信"]
    assert names(made.stranger, key_accounts=False) == ["远西"]


def test_the_page_shows_the_tree_and_opens_a_field(made, client):
    county = build.customer(made.office, "澜海县局", parent=made.lanhai, level="county")
    who = build.contact(county, "县局长", level="executive")
    met(made.ruochuan, made.lin, NINE)
    client.force_login(made.lin)

    client.post(f"/customers/{made.lanhai.pk}/coverage/count/")
    client.force_login(made.boss)
    client.post(f"/customers/{county.pk}/coverage/count/")
    page = client.get(f"/customers/{made.lanhai.pk}/coverage/?kind=other&level=staff")
    below = client.get(f"/customers/{county.pk}/coverage/?kind=other&level=executive")

    assert [line.customer for line in page.context["branches"]] == [made.lanhai, county]
    assert page.context["branches"][0].whole.cells == 2
    assert [one.contact for one in page.context["people"]] == [made.ruochuan]
    assert [one.contact for one in below.context["people"]] == [who]
    assert "澜海县局" in page.content.decode()
