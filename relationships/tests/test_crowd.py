"""A customer with 120 key contacts: readable, light and cheap in every view."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Contact
from accounts.tests.build import NINE, cast
from relationships import grid
from relationships.models import GridAssessment
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
    made = cast()
    people = [
        Contact(customer=made.lanhai, name=f"客户{n:03}", title="网络部主任",
                is_decision_layer=n % 12 == 0, created_at=NINE, updated_at=NINE)
        for n in range(PEOPLE)
    ]  # fmt: skip
    people = Contact.objects.bulk_create(people)
    points = [((n * 3) % 7 - 3, (n * 5) % 5 - 2) for n in range(PEOPLE)]
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
    return made


@pytest.mark.parametrize("view", ["panels", "plane", "list"])
@pytest.mark.parametrize("who", ["lin", "boss"])
def test_120_people_cost_12_queries_and_150_kb(client, made, view, who):
    client.force_login(getattr(made, who))
    address = f"/customers/{made.lanhai.pk}/grid/?view={view}"
    client.get(address)
    with CaptureQueriesContext(connection) as spent:
        page = client.get(address)

    assert page.status_code == 200
    assert (len(spent) <= 12, len(page.content) <= 150 * 1024) == (True, True), (
        len(spent), len(page.content),
    )  # fmt: skip


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
