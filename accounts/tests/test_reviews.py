"""Key actions from evidence (R-K5) and the appraisal that needs both parts (R-K6)."""

from decimal import Decimal

import pytest
from django.test import Client

from accounts import keyactions
from accounts.actions import reviews, scorecards
from accounts.keyactions import Fact
from accounts.models import KeyActionReview
from accounts.tests import build, permissions_value
from core import clock
from core.actors import Actor
from core.errors import Forbidden, Invalid, Refused

D = Decimal


@pytest.mark.parametrize(
    ("facts", "score"),
    [
        ([], None),
        ([(None, 90)], None),
        ([(0, 90)], "0.0"),
        ([(45, 90)], "5.0"),
        ([(89, 90)], "9.9"),
        ([(90, 90)], "10.0"),
        ([(100, 90)], "10.0"),
        ([(90, 90), (None, 50), (0, 10)], "5.0"),
    ],
)
def test_evidence_scores_up_to_its_target_and_nothing_is_not_zero(facts, score):
    said = [Fact("x", None if one is None else D(one), D(target)) for one, target in facts]

    assert keyactions.points(said) == (None if score is None else D(score))


@pytest.mark.parametrize(
    ("scores", "part"),
    [
        ([10] * 9, "100.00"),
        ([0] * 9, "0.00"),
        ([7] * 9, "70.00"),
        ([7] * 8 + [None], None),
        ([], None),
    ],
)
def test_the_actions_part_needs_all_nine(scores, part):
    assert keyactions.actions_part(scores) == (None if part is None else D(part))


@pytest.mark.parametrize(
    ("kpi", "actions", "result"),
    [
        (D(80), D(70), "76.00"),
        (D(0), D(100), "40.00"),
        (None, D(70), None),
        (D(80), None, None),
    ],
)
def test_the_appraisal_is_sixty_to_forty_and_refused_while_a_part_is_missing(kpi, actions, result):
    wanted = None if result is None else D(result)

    assert keyactions.appraisal(kpi, actions, kpi_share=60) == wanted


@pytest.fixture
def cast(db):
    return build.cast()


def opened(cast):
    return permissions_value.review(cast)


def nine(value):
    return dict.fromkeys(reviews.key_actions(), value)


def acting(user):
    return {"by": Actor.of(user), "now": clock.now()}


def reviewed(cast, score=7):
    row = opened(cast)
    reviews.fill(row, nine(8), **acting(cast.lin))
    return reviews.review(row, nine((score, "面谈")), **acting(cast.boss))


def test_the_system_fills_in_what_it_knows_of_the_nine(cast):
    row = opened(cast)
    found = {one.action: one for one in row.scores.all()}

    assert list(found) == list(reviews.key_actions()) and len(found) == 9
    assert found["information"].evidence[0]["target"] == "90"
    assert found["information"].computed is not None
    assert found["plans"].computed is None
    assert found["plans"].evidence[0]["actual"] is None


def test_the_person_fills_in_first_then_another_one_scores(cast):
    row = opened(cast)
    with pytest.raises(Refused):
        reviews.review(row, nine((7, "面谈")), **acting(cast.boss))
    with pytest.raises(Forbidden):
        reviews.fill(row, nine(8), **acting(cast.wei))
    reviews.fill(row, nine(8), **acting(cast.lin))
    with pytest.raises(Refused):
        reviews.fill(row, nine(9), **acting(cast.lin))
    with pytest.raises(Forbidden):
        reviews.review(row, nine((10, "")), **acting(cast.lin))
    reviews.review(row, nine((7, "面谈")), **acting(cast.boss))

    assert {(one.self_score, one.manager_score) for one in row.scores.all()} == {(8, 7)}


@pytest.mark.parametrize("scores", [{}, {"plans": 8}, {"plans": 11}])
def test_all_nine_are_scored_or_none(cast, scores):
    row = opened(cast)
    with pytest.raises(Invalid):
        reviews.fill(row, scores, **acting(cast.lin))


def test_a_score_far_from_the_evidence_needs_a_comment(cast):
    row = opened(cast)
    reviews.fill(row, nine(8), **acting(cast.lin))
    one = row.scores.get(action="information")
    near, far = int(one.computed) + 2, int(one.computed) + 4
    said = nine((8, "面谈"))

    with pytest.raises(Invalid) as refusal:
        reviews.review(row, said | {"information": (far, " ")}, **acting(cast.boss))
    assert list(refusal.value.fields) == ["information"]
    row.refresh_from_db()
    reviews.review(row, said | {"information": (near, "")}, **acting(cast.boss))


def test_the_appraisal_needs_confirmed_figures_and_another_person(cast):
    row = reviewed(cast)
    card = row.scorecard
    with pytest.raises(Refused) as refusal:
        reviews.confirm(row, **acting(cast.boss))
    assert refusal.value.rule == "R-K6"
    scorecards.confirm(card, **acting(cast.exe))
    with pytest.raises(Forbidden):
        reviews.confirm(row, **acting(cast.lin))
    reviews.confirm(row, **acting(cast.boss))

    assert row.actions_part == 70
    assert row.result == keyactions.appraisal(card.score, D(70), kpi_share=60)
    with pytest.raises(Refused):
        reviews.gather(row, **acting(cast.boss))


def test_a_unit_has_no_key_actions_and_a_card_has_one_review(cast):
    row = opened(cast)
    with pytest.raises(Refused):
        reviews.open_review(row.scorecard, **acting(cast.boss))
    row.scorecard.person = None
    with pytest.raises(Refused):
        reviews.open_review(row.scorecard, **acting(cast.boss))


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_from_the_pages_both_score_and_a_head_confirms(cast):
    card = permissions_value.card(cast)
    home = f"/scorecards/{card.pk}/key-actions/"
    lin, boss, exe = (signed_in(user) for user in (cast.lin, cast.boss, cast.exe))

    empty = lin.get(home)
    boss.post(f"{home}open/")
    row = KeyActionReview.objects.get()
    path = f"/key-action-reviews/{row.pk}/"
    own = lin.post(f"{path}fill/", nine(8))
    said = nine(6) | {f"{key}_why": "面谈" for key in nine(6)}
    refused = lin.post(f"{path}score/", said)
    boss.post(f"{path}score/", said)
    early = boss.post(f"{path}confirm/")
    exe.post(f"/scorecards/{card.pk}/confirm/")
    exe.post(f"{path}confirm/")
    page = lin.get(home).content.decode()

    assert empty.status_code == 200 and f"{home}open/" not in empty.content.decode()
    assert own["Location"] == home
    assert (refused.status_code, early.status_code) == (403, 409)
    row.refresh_from_db()
    assert row.status == "confirmed" and str(row.result) in page
    assert signed_in(cast.stranger).get(home).status_code == 404


def test_all_of_it_hides_while_presenting(cast, client):
    row = opened(cast)
    client.force_login(cast.lin)
    client.post("/preferences/presenting/", {"value": "on"})

    page = client.get(row.get_absolute_url())

    assert page.context["lines"] == []
