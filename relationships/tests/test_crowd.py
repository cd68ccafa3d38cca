"""A customer with 12 and with 120 key contacts: readable, light and cheap in every view."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Contact
from accounts.tests.build import NINE, cast
from core.actors import Actor
from relationships import grid
from relationships.actions import power
from relationships.choices import SeatRole
from relationships.models import GridAssessment, PowerSeat
from relationships.tests.build import power_map, seat
from relationships.views import panels

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
PEOPLE = 120


def scored(made, person, point, days, status, previous=None):
    """A decided position as the actions leave it, without their cost."""
    day = (NINE - days * DAY).date()
    return GridAssessment(
        customer=made.lanhai, contact=person, counterpart=made.lin, intimacy=point[0],
        support=point[1], cell=grid.cell_of(point), attitude=grid.attitude_of(point[1]),
        previous=previous, evidence="会上说明了态度" * 20, assessed_on=day, assessor=made.lin,
        reviewer=made.boss, decided_at=NINE, valid_until=day + 90 * DAY, checked_on=day,
        status=status, created_at=NINE, updated_at=NINE,
    )  # fmt: skip


@pytest.fixture
def made(settings):
    settings.DEMO_NOW = "2026-03-02T09:00:00+08:00"
    return crowded(cast(), PEOPLE)


def crowded(made, count):
    """So many people at lanhai, each with a position and the one before it: a trail."""
    people = [
        Contact(customer=made.lanhai, name=f"客户{n:03}", title="网络部主任",
                is_decision_layer=n % 12 == 0, created_at=NINE, updated_at=NINE)
        for n in range(count)
    ]  # fmt: skip
    people = Contact.objects.bulk_create(people)
    points = [((n * 3) % 7 - 3, (n * 5) % 5 - 2) for n in range(count)]
    old = [
        scored(made, person, (0, -point[1]), 120, "superseded")
        for person, point in zip(people, points, strict=True)
    ]
    old = GridAssessment.objects.bulk_create(old)
    new = [
        scored(made, person, point, 20, "confirmed", before)
        for person, point, before in zip(people, points, old, strict=True)
    ]
    GridAssessment.objects.bulk_create(new)
    made.people = people
    return made


def asked(client, address):
    """The second answer to an address, and how many queries it took."""
    client.get(address)
    with CaptureQueriesContext(connection) as spent:
        page = client.get(address)
    assert page.status_code == 200
    return page, len(spent)


@pytest.mark.parametrize("view", ["panels", "plane", "list"])
@pytest.mark.parametrize("who", ["lin", "boss"])
def test_120_people_cost_12_queries_and_150_kb(client, made, view, who):
    client.force_login(getattr(made, who))
    page, queries = asked(client, f"/customers/{made.lanhai.pk}/grid/?view={view}")

    assert len(page.context["tokens"]) == PEOPLE
    assert any(token.previous for token in page.context["tokens"])
    assert (queries <= 12, len(page.content) <= 150 * 1024) == (True, True), (
        queries, len(page.content),
    )  # fmt: skip


def test_12_people_cost_no_fewer_queries_than_120(client, settings):
    """Nothing is asked once a person: ten times as many cost the same."""
    settings.DEMO_NOW = "2026-03-02T09:00:00+08:00"
    made = crowded(cast(), 12)
    client.force_login(made.lin)
    costs = {}
    for view in ("panels", "plane", "list"):
        page, queries = asked(client, f"/customers/{made.lanhai.pk}/grid/?view={view}")
        costs[view] = queries
        assert len(page.content) <= 75 * 1024, (view, len(page.content))
    crowded(made, PEOPLE - 12)
    address = f"/customers/{made.lanhai.pk}/grid/?view="
    assert {view: asked(client, address + view)[1] for view in costs} == costs


def test_a_power_map_of_120_seats_costs_12_queries_and_150_kb(client, made):
    chart = power_map(made.lanhai, made.lin)
    seats = []
    for number, person in enumerate(made.people):
        one = PowerSeat(
            map=chart, title=person.title, contact=person if number % 6 else None,
            role=SeatRole.values[number % len(SeatRole.values)],
            reports_to=seats[(number - 1) // 4] if number else None,
        )  # fmt: skip
        one.stamp(by=Actor.of(made.lin), now=NINE)
        one.save()
        seats.append(one)
    power.activate(chart, by=Actor.of(made.lin), now=NINE)
    client.force_login(made.lin)

    for view in ("", "?view=list"):
        page, queries = asked(client, f"/power-maps/{chart.pk}/{view}")
        assert (queries <= 12, len(page.content) <= 150 * 1024) == (True, True), (
            view, queries, len(page.content),
        )  # fmt: skip


def test_a_list_of_many_seats_is_folded_by_branch(client, made):
    chart, seats = power_map(made.lanhai, made.lin), []
    for number in range(45):
        above = seats[0] if 0 < number < 4 else seats[1 + number % 3] if number else None
        seats.append(seat(chart, made.lin, "user", title=f"席位{number}", reports_to=above))
    client.force_login(made.lin)

    folded = client.get(f"/power-maps/{chart.pk}/?view=list")
    power.remove_seat(seats[44], by=Actor.of(made.lin), now=NINE)
    for number in range(39, 44):
        power.remove_seat(seats[number], by=Actor.of(made.lin), now=NINE)
    plain = client.get(f"/power-maps/{chart.pk}/?view=list").content.decode()

    said = [(branch.head and branch.head.seat.title, len(branch.lines), branch.vacant)
            for branch in folded.context["branches"]]  # fmt: skip
    assert said == [(None, 1, 1), ("席位1", 14, 14), ("席位2", 15, 15), ("席位3", 15, 15)]
    text = folded.content.decode()
    assert text.count(" data-branch") == 4
    assert all(f"席位{number}<" in text for number in range(45))
    assert " data-branch" not in plain


def test_of_many_who_turned_twelve_are_named_and_the_rest_opens(client, made):
    client.force_login(made.lin)

    page = client.get(f"/customers/{made.lanhai.pk}/grid/")

    lost = page.context["turns"][-1]
    assert lost["count"] == len(lost["people"]) + len(lost["rest"]) > panels.TURNED
    assert len(lost["people"]) == panels.TURNED


def test_a_crowded_cell_shows_the_heaviest_and_folds_the_rest(client, made):
    client.force_login(made.lin)

    page = client.get(f"/customers/{made.lanhai.pk}/grid/")

    cells = [cell for panel in page.context["panels"] for row in panel.rows for cell in row.cells]
    fullest = max(cells, key=lambda cell: len(cell.tokens))
    assert len(fullest.tokens) > panels.FOLD
    assert len(fullest.shown) == panels.FOLD
    assert len(fullest.shown) + len(fullest.folded) == len(fullest.tokens)
    lightest = min(token.weight for token in fullest.shown)
    assert lightest >= max(token.weight for token in fullest.folded)
    assert sum(len(cell.tokens) for cell in cells) >= PEOPLE


def test_the_chosen_one_is_never_folded(client, made):
    client.force_login(made.lin)
    address = f"/customers/{made.lanhai.pk}/grid/"
    drawn = client.get(address).context["panels"]
    cells = [cell for panel in drawn for row in panel.rows for cell in row.cells]
    hidden = next(cell for cell in cells if cell.folded).folded[-1].contact

    shown = client.get(f"{address}?person={hidden}").context["panels"]

    standing = [
        t.contact for p in shown for row in p.rows for cell in row.cells for t in cell.shown
    ]
    assert hidden in standing
