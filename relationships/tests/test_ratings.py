"""Several raters: the spread, who sees what and when, what is refused, the end of a round."""

import datetime as dt

import pytest

from accounts.tests.build import NINE, cast, contact
from core import timers
from core.actors import Actor
from core.errors import Forbidden, Invalid, Refused
from core.models import Notification, OutboxMessage, Timer, TrailEntry
from relationships.actions import assessments, ratings
from relationships.models import Rating, RatingRound
from relationships.ratings import Spread, sees_scores, spread_of, spreads_of
from relationships.tests.build import CANARY, proposed

DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("values", "spread", "wide"),
    [
        ([1], (1, 1, 1), False),
        ([1, 2], (1, 2, 1), False),
        ([-2, -1], (-2, -1, -1), False),
        ([-1, 1], (-1, 1, -1), True),
        ([0, 1, 3], (0, 3, 1), True),
        ([3, -3, 0, 0], (-3, 3, 0), True),
    ],
)
def test_the_spread_is_lowest_highest_and_the_careful_middle(values, spread, wide):
    found = spread_of(values)

    assert (found, found.is_wide) == (Spread(*spread), wide)


def test_without_scores_there_is_no_spread():
    assert (spread_of([]), spreads_of([])) == (None, None)
    assert spreads_of([(0, 1), (2, 1)]) == (Spread(0, 2, 0), Spread(1, 1, 1))


def test_open_scores_are_seen_by_those_only_who_gave_theirs():
    assert sees_scores(1, {1}, is_open=True)
    assert not sees_scores(2, {1}, is_open=True)
    assert sees_scores(2, {1}, is_open=False)


def asked(made, *names, at=NINE, **more):
    people = [getattr(made, name) for name in names or ("lin", "wei")]
    return ratings.ask(made.ruochuan, people, by=Actor.of(made.lin), now=at, **more)


def rated(row, user, point=(0, 1), at=NINE, evidence=CANARY):
    return ratings.rate(row, point, by=Actor.of(user), now=at, evidence=evidence)


@pytest.mark.django_db
def test_raters_are_told_without_any_score_and_the_last_one_closes_the_round():
    made = cast()
    row = asked(made)

    rated(row, made.lin)
    row.refresh_from_db()
    before = row.status
    rated(row, made.wei, (1, -1))
    row.refresh_from_db()

    assert (before, row.status) == ("open", "closed")
    told = Notification.objects.filter(kind="grid.round_asked").values_list("user", flat=True)
    assert set(told) == {made.lin.pk, made.wei.pk}
    said = "".join(str(note.params) for note in Notification.objects.all())
    said += "".join(str(message.body) for message in OutboxMessage.objects.all())
    assert CANARY not in said
    entries = TrailEntry.objects.filter(verb__startswith="round.")
    assert {entry.klass for entry in entries} == {"confidential"}
    assert not any(CANARY in entry.facts or "support" in entry.facts for entry in entries)
    assert not Timer.objects.filter(kind=ratings.END, state="armed").exists()


@pytest.mark.django_db
def test_who_was_not_asked_rates_nobody_and_nobody_rates_twice():
    made = cast()
    row = asked(made)
    rated(row, made.lin)

    with pytest.raises(Forbidden):
        rated(row, made.fang)
    with pytest.raises(Refused) as refusal:
        rated(row, made.lin, (2, 2))

    assert refusal.value.rule == "R-R2"
    assert Rating.objects.get(rater=made.lin).point == (0, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("point", "evidence", "field"),
    [((4, 0), "x", "intimacy"), ((0, -4), "x", "support"), ((0, 0), "  ", "evidence")],
)
def test_bad_scores_are_refused(point, evidence, field):
    made = cast()
    row = asked(made)

    with pytest.raises(Invalid) as refusal:
        rated(row, made.lin, point, evidence=evidence)

    assert (list(refusal.value.fields), refusal.value.rule) == ([field], "R-R2")


@pytest.mark.django_db
@pytest.mark.parametrize("names", [("lin",), ("lin", "lin"), ("lin", "stranger")])
def test_a_round_needs_two_people_who_may_propose(names):
    made = cast()

    with pytest.raises(Invalid) as refusal:
        asked(made, *names)

    assert list(refusal.value.fields) == ["raters"]


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "fits"), [(-1, False), (0, True), (7, True), (8, False)])
def test_a_round_lasts_from_today_to_a_week(days, fits):
    made = cast()
    last = NINE.date() + days * DAY

    if fits:
        assert asked(made, closes_on=last).closes_on == last
    else:
        with pytest.raises(Invalid):
            asked(made, closes_on=last)


@pytest.mark.django_db
def test_no_proposal_shows_a_score_while_a_round_is_open_and_no_round_beside_a_proposal():
    made = cast()
    row = asked(made)

    with pytest.raises(Refused):
        proposed(made.ruochuan, made.wei)
    with pytest.raises((Refused, Invalid)):
        asked(made)
    ratings.cancel(row, by=Actor.of(made.lin), now=NINE)
    proposed(made.ruochuan, made.wei)
    with pytest.raises(Refused):
        asked(made)

    assert RatingRound.objects.open().count() == 0


@pytest.mark.django_db
def test_a_round_closes_after_its_last_day_with_what_was_given():
    made = cast()
    row = asked(made, "lin", "wei", "fang")
    rated(row, made.fang)
    end = (NINE + 8 * DAY).replace(hour=0)

    timers.sweep(end - dt.timedelta(seconds=1))
    row.refresh_from_db()
    before = row.status
    timers.sweep(end)
    row.refresh_from_db()

    assert (before, row.status, row.closed_at) == ("open", "closed", end)
    assert Notification.objects.filter(kind="grid.round_closed").get().user == made.lin


@pytest.mark.django_db
def test_a_cancelled_round_keeps_no_score():
    made = cast()
    row = asked(made)
    rated(row, made.wei)

    ratings.cancel(row, by=Actor.of(made.lin), now=NINE)

    assert not Rating.objects.exclude(given_at=None).exists()
    with pytest.raises(Refused):
        rated(row, made.lin)


@pytest.mark.django_db
def test_somebody_else_may_be_asked_again_and_a_proposal_follows():
    made = cast()
    row = asked(made)
    rated(row, made.lin)
    rated(row, made.wei)

    assert asked(made).pk != row.pk
    other = contact(made.lanhai, "孟昭")
    assert assessments.propose(other, (0, 0), by=Actor.of(made.lin), now=NINE, evidence="x").pk


@pytest.fixture
def at_nine(settings):
    settings.DEMO_NOW = "2026-03-02T09:00:00+08:00"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/grid-rounds/{}/", "/api/v1/rating-rounds/{}/"])
def test_a_rater_sees_the_others_after_the_own_score_only(client, at_nine, address):
    made = cast()
    row = asked(made)
    rated(row, made.wei, (3, -3))
    address = address.format(row.pk)
    seen = {}
    for name in ("lin", "fang", "boss", "wei"):
        client.force_login(getattr(made, name))
        seen[name] = CANARY in client.get(address).content.decode()
        grid = client.get(f"/customers/{made.lanhai.pk}/grid/?person={made.ruochuan.pk}")
        assert CANARY not in grid.content.decode()

    rated(row, made.lin, (0, 0), evidence="谈过")
    for name in ("lin", "fang"):
        client.force_login(getattr(made, name))
        seen[f"{name} later"] = CANARY in client.get(address).content.decode()

    assert seen == {
        "lin": False, "fang": False, "boss": False, "wei": True,
        "lin later": True, "fang later": True,
    }  # fmt: skip


@pytest.mark.django_db
def test_a_round_is_asked_and_answered_on_pages(client, at_nine):
    made = cast()
    client.force_login(made.lin)
    answer = client.post(
        f"/contacts/{made.ruochuan.pk}/rounds/new/", {"raters": [made.lin.pk, made.wei.pk]}
    )
    page = answer["Location"]
    empty = client.post(page, {"intimacy": "0", "support": "", "evidence": "谈过"})
    given = client.post(page, {"intimacy": "0", "support": "-1", "evidence": "谈过"})
    client.force_login(made.wei)
    client.post(page, {"intimacy": "1", "support": "1", "evidence": "会上支持"})
    shown = client.get(page)

    assert (empty.status_code, given.status_code) == (422, 302)
    spread = shown.context["shown"]
    assert (spread.support, spread.is_wide, spread.middle) == (Spread(-1, 1, -1), True, (0, -1))
    assert shown.context["propose_url"].endswith("/assess/?intimacy=0&support=-1")


@pytest.mark.django_db
def test_only_people_who_may_propose_are_offered(client, at_nine):
    made = cast()
    client.force_login(made.lin)

    form = client.get(f"/contacts/{made.ruochuan.pk}/rounds/new/").context["form"]

    offered = {user.username for user in form.fields["raters"].queryset}
    assert offered == {"lin", "wei", "fang", "boss", "exe"}
