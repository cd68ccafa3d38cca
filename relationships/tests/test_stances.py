"""Where people stand towards competitors: noted with evidence, superseded, never shown outside."""

import datetime as dt

import pytest

from accounts.tests.build import NINE, cast
from core.actors import Actor
from core.errors import Forbidden, Invalid, Refused
from core.models import ApiToken
from relationships.actions import stances
from relationships.models import CompetitorStance
from relationships.queries.power import view_of
from relationships.tests.build import CANARY, placed, power_map, seat
from relationships.views.power import gaps_of

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def made():
    return cast()


def noted(made, stance=1, competitor="华信", **more):
    values = {"evidence": CANARY} | more
    by = Actor.of(made.lin)
    return stances.note(made.ruochuan, competitor, stance, by=by, now=NINE, **values)


def test_a_later_stance_supersedes_the_one_of_the_same_name(made):
    first = noted(made, as_of=NINE.date() - DAY)
    other = noted(made, competitor="北辰")
    second = noted(made, 2, competitor=" 华信 ")

    assert list(CompetitorStance.objects.current().order_by("id")) == [other, second]
    first.refresh_from_db()
    assert (first.superseded_at, first.stance) == (NINE, 1)


@pytest.mark.parametrize("value", [-3, 3])
def test_the_scale_ends_at_three(made, value):
    assert noted(made, value).stance == value
    with pytest.raises(Invalid):
        noted(made, value + (1 if value > 0 else -1))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"evidence": " "}, "evidence"),
        ({"competitor": " "}, "competitor"),
        ({"as_of": NINE.date() + DAY}, "as_of"),
    ],
)
def test_what_shows_nothing_is_refused(made, change, field):
    with pytest.raises(Invalid) as refusal:
        noted(made, **change)

    assert list(refusal.value.fields) == [field]


def test_what_is_older_than_what_is_known_is_refused(made):
    noted(made)
    with pytest.raises(Invalid):
        noted(made, 2, as_of=NINE.date() - DAY)

    assert noted(made, 2).competitor == "华信"


def test_a_machine_notes_none(made):
    machine = Actor(user=made.lin, token=ApiToken(user=made.lin), channel="api")

    with pytest.raises(Forbidden):
        stances.note(made.ruochuan, "华信", 1, by=machine, now=NINE, evidence="x")


@pytest.mark.parametrize(("support", "stance", "told"), [(1, 2, True), (1, 1, False), (0, 1, True)])
def test_the_map_names_a_competitor_who_is_closer_than_we_are(made, support, stance, told):
    placed(made.ruochuan, made.lin, made.boss, (0, support))
    noted(made, stance)
    row = power_map(made.lanhai, made.lin)
    seat(row, made.lin, contact=made.ruochuan)

    said = [words for _held, words, _tone in gaps_of(view_of(row, now=NINE))]

    assert any("华信" in words for words in said) is told


def test_the_form_notes_it_and_the_grid_shows_it(client, made, settings):
    settings.DEMO_NOW = "2026-03-02T09:00:00+08:00"
    client.force_login(made.lin)
    address = f"/contacts/{made.ruochuan.pk}/stances/new/"

    empty = client.post(address, {"competitor": "华信", "stance": "2", "evidence": ""})
    client.post(
        address, {"competitor": "华信", "stance": "2", "evidence": CANARY, "as_of": "2026-03-01"}
    )
    grid = client.get(f"/customers/{made.lanhai.pk}/grid/?person={made.ruochuan.pk}")

    assert empty.status_code == 422
    assert CompetitorStance.objects.get().stance == 2
    assert "华信" in grid.content.decode()


def test_nobody_outside_the_team_reads_it(client, made):
    noted(made)
    client.force_login(made.stranger)

    assert client.get("/api/v1/competitor-stances/").json()["results"] == []
    client.force_login(made.lin)
    assert (
        client.get("/api/v1/competitor-stances/?current=true").json()["results"][0]["stance"] == 1
    )


def test_who_left_gets_no_stance(made):
    made.ruochuan.status = "left"

    with pytest.raises(Refused):
        noted(made)
