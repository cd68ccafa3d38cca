"""The own calendar: weeks of a month, and a secret address that says little and can be revoked."""

import datetime as dt

import pytest
from icalendar import Calendar

from accounts.tests.build import NINE, cast
from core.actors import Actor
from core.errors import Forbidden
from relationships import calendar
from relationships.actions import feeds, interactions
from relationships.models import CalendarFeed
from relationships.tests.build import kind

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
DOOR = "django.contrib.auth.backends.ModelBackend"


@pytest.mark.parametrize(
    ("on", "view", "start", "end"),
    [
        ("2026-03-02", "month", "2026-02-23", "2026-04-06"),
        ("2026-02-28", "month", "2026-01-26", "2026-03-02"),
        ("2026-03-08", "week", "2026-03-02", "2026-03-09"),
        ("2026-03-09", "week", "2026-03-09", "2026-03-16"),
        ("2026-12-31", "month", "2026-11-30", "2027-01-04"),
    ],
)
def test_whole_weeks_from_monday(on, view, start, end):
    first, after = calendar.span(dt.date.fromisoformat(on), view)

    assert (str(first), str(after)) == (start, end)


@pytest.fixture
def made(client, settings):
    settings.DEMO_NOW = NINE.isoformat()
    world = cast()
    client.force_login(world.lin, backend=DOOR)
    return world


def planned(made, user, starts=NINE + DAY, **values):
    values = {
        "type": kind(),
        "starts_at": starts,
        "purpose": "要说服方铎",
        "place": "网络部",
    } | values
    by = Actor.of(user)
    return interactions.plan(made.lanhai, [made.ruochuan], values, by=by, now=NINE)


def events(client, token):
    answer = client.get(f"/calendar/{token}.ics")
    return answer, list(Calendar.from_ical(answer.content).walk("VEVENT"))


def test_the_page_shows_own_meetings_only(client, made):
    mine = planned(made, made.lin)
    theirs = planned(made, made.wei)

    for view in ("month", "week"):
        text = client.get(f"/calendar/?view={view}&on=2026-03-02").content.decode()
        assert (mine.get_absolute_url() in text, theirs.get_absolute_url() in text) == (True, False)


def test_a_wrong_day_is_today(client, made):
    assert client.get("/calendar/?on=x").context["on"] == NINE.date()


def test_the_feed_has_own_meetings_without_people_or_purpose(client, made):
    mine = planned(made, made.lin)
    planned(made, made.wei)
    token = feeds.begin(by=Actor.of(made.lin), now=NINE)
    client.logout()

    answer, found = events(client, token)

    assert [str(each["uid"]) for each in found] == [f"interaction-{mine.pk}@huaweicrm"]
    assert (found[0]["dtstart"].dt, found[0]["location"]) == (NINE + DAY, "网络部")
    text = answer.content.decode()
    assert "方铎" not in text and made.ruochuan.name not in text
    assert answer["Content-Type"].startswith("text/calendar")


def test_a_cancelled_meeting_and_a_lost_customer_leave_the_feed(client, made):
    row = planned(made, made.lin)
    token = feeds.begin(by=Actor.of(made.lin), now=NINE)
    assert len(events(client, token)[1]) == 1

    interactions.cancel(row, by=Actor.of(made.lin), now=NINE, reason="改期")

    assert events(client, token)[1] == []


def test_a_new_address_ends_the_old_one_and_revoking_ends_it(client, made):
    old = feeds.begin(by=Actor.of(made.lin), now=NINE)
    shown = client.post("/calendar/feed/").context["address"]
    new = shown.rsplit("/", 1)[1].removesuffix(".ics")

    assert client.get(f"/calendar/{old}.ics").status_code == 404
    assert client.get(f"/calendar/{new}.ics").status_code == 200
    client.post("/calendar/feed/revoke/")
    assert client.get(f"/calendar/{new}.ics").status_code == 404
    assert not CalendarFeed.objects.filter(digest__contains=new).exists()


def test_nobody_has_no_feed(made):
    for act in (feeds.begin, feeds.revoke):
        with pytest.raises(Forbidden):
            act(by=Actor.system(), now=NINE)


def test_who_left_has_no_feed(client, made):
    token = feeds.begin(by=Actor.of(made.lin), now=NINE)
    made.lin.is_active = False
    made.lin.save(update_fields=["is_active"])

    assert client.get(f"/calendar/{token}.ics").status_code == 404
