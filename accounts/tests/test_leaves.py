"""Leave: entered for oneself, within bounds, called off; days away and who stands in."""

import datetime as dt

import pytest

from accounts.actions import leaves
from accounts.models import UserLeave
from accounts.queries_leave import days_away, stand_ins
from accounts.tests import build
from accounts.tests.build import NINE
from core.actors import Actor
from core.errors import Invalid, Refused
from core.models import Notification

DAY = dt.timedelta(days=1)
MON = NINE.date()


@pytest.fixture
def made(db):
    return build.cast()


def enter(made, first=0, last=4, **more):
    days = MON + first * DAY, MON + last * DAY
    return leaves.enter(made.lin, *days, by=Actor.of(made.lin), now=NINE, **more)


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [(-14, 0, None), (-15, 0, "starts_on"), (1, 0, "ends_on"), (0, 199, None), (0, 200, "ends_on")],
)
def test_the_first_day_lies_at_most_two_weeks_back_and_the_last_one_follows(
    made, first, last, field
):
    if field is None:
        assert enter(made, first, last).pk
        return

    with pytest.raises(Invalid) as refusal:
        enter(made, first, last)

    assert set(refusal.value.fields) == {field}


def test_days_are_entered_once_until_they_are_called_off(made):
    first = enter(made)
    with pytest.raises(Invalid):
        enter(made, 4, 6)
    leaves.call_off(first, by=Actor.of(made.lin), now=NINE)
    second = enter(made, 4, 6)

    with pytest.raises(Refused):
        leaves.call_off(first, by=Actor.of(made.lin), now=NINE)

    assert days_away([made.lin.pk], MON, MON + 5 * DAY) == {
        made.lin.pk: frozenset({MON + 4 * DAY, MON + 5 * DAY})
    }
    assert second.cancelled_at is None


def test_the_deputy_is_told_and_stands_in_unless_away_as_well(made):
    enter(made, deputy=made.wei)

    assert Notification.objects.get().user == made.wei
    assert stand_ins([made.lin.pk, made.fang.pk], MON) == {made.lin.pk: made.wei}
    assert stand_ins([made.lin.pk], MON + 5 * DAY) == {}

    leaves.enter(made.wei, MON, MON, by=Actor.of(made.wei), now=NINE)
    assert stand_ins([made.lin.pk], MON) == {}


def test_the_usual_deputy_stands_in_where_the_leave_names_none(made):
    made.lin.profile.deputy = made.fang
    made.lin.profile.save()
    enter(made)

    assert stand_ins([made.lin.pk], MON) == {made.lin.pk: made.fang}


def test_nobody_stands_in_for_themselves(made):
    with pytest.raises(Invalid):
        enter(made, deputy=made.lin)


def test_leave_is_seen_by_its_person_the_deputy_and_the_heads_above(made):
    enter(made, deputy=made.wei)

    seen = {
        name
        for name in ("lin", "wei", "boss", "exe", "fang", "stranger")
        if UserLeave.objects.visible_to(getattr(made, name)).exists()
    }

    assert seen == {"lin", "wei", "boss", "exe"}


def test_the_page_enters_and_calls_off(made, client):
    client.force_login(made.lin)
    days = {"starts_on": "2199-01-01", "ends_on": "2199-01-05", "deputy": made.wei.pk}

    assert client.post("/leaves/new/", days).status_code == 302
    row = UserLeave.objects.get()
    assert "Wei" in client.get("/leaves/").content.decode()
    client.post(f"/leaves/{row.pk}/call-off/")

    row.refresh_from_db()
    assert (row.user, row.deputy) == (made.lin, made.wei)
    assert row.cancelled_at is not None
