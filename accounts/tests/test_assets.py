"""The installed base: what covers equipment, its states, and the alerts of its warranty."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import installed, timers_record
from accounts.actions import assets
from accounts.choices import TeamRole
from accounts.models import Asset
from accounts.queries_record import base_of
from accounts.tests import build
from accounts.tests.build import NINE
from core import clock, timers
from core.actors import Actor
from core.errors import Invalid, Refused, Stale
from core.models import Notification, Timer

DAY = dt.timedelta(days=1)
TODAY = NINE.date()
END = dt.date(2026, 12, 31)
RUNS = {"product": "核心网关", "status": "in_service", "warranty_end": END}


@pytest.mark.parametrize(
    ("changes", "lacks"),
    [
        ({}, True),
        ({"vendor": "competitor"}, False),
        ({"status": "planned"}, False),
        ({"status": "retired"}, False),
        ({"warranty_end": END}, False),
        ({"contract": "SC-1"}, False),
        ({"contract": "  "}, True),
    ],
)
def test_only_our_own_in_service_needs_cover(changes, lacks):
    bare = {"vendor": "ours", "status": "in_service", "warranty_end": None, "contract": ""}

    assert installed.lacks_cover(**bare | changes) is lacks


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (END - 61 * DAY, "valid"),
        (END - 60 * DAY, "soon"),
        (END, "soon"),
        (END + DAY, "over"),
    ],
)
def test_a_warranty_runs_to_the_end_of_its_last_day(today, state):
    assert installed.warranty(END, today=today, remind_days=60) == state
    assert installed.warranty(None, today=today, remind_days=60) == "none"


@pytest.fixture
def cast(db):
    return build.cast()


def made(cast, now=NINE, **more):
    return assets.create(cast.lanhai, RUNS | more, by=Actor.of(cast.lin), now=now)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"warranty_end": None}, "warranty_end"),
        ({"commissioned_on": TODAY + DAY}, "commissioned_on"),
        ({"commissioned_on": TODAY, "warranty_end": TODAY - DAY}, "warranty_end"),
        ({"quantity": 0}, "quantity"),
        ({"product": " "}, "product"),
        ({"status": "retired"}, "status"),
        ({"vendor": "theirs"}, "vendor"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(cast, changes, field):
    with pytest.raises(Invalid) as refusal:
        made(cast, **changes)

    assert list(refusal.value.fields) == [field]


def test_just_in_time_is_right(cast):
    assert made(cast, commissioned_on=TODAY, warranty_end=TODAY, serial="S1").pk
    assert made(cast, warranty_end=None, contract="SC-1", serial="S2").pk


def test_the_database_refuses_uncovered_equipment_too(cast):
    row = Asset(customer=cast.lanhai, product="网关", status="in_service")

    with pytest.raises(Invalid):
        assets.insert(row, by=Actor.of(cast.lin), now=NINE)


def test_a_serial_number_stands_once_until_it_is_retired(cast):
    row = made(cast, serial="S1")
    with pytest.raises(Refused):
        made(cast, serial="S1")

    assets.retire(row, "换新", by=Actor.of(cast.lin), now=NINE)

    assert made(cast, serial="S1").pk
    assert made(cast, serial="").pk
    assert made(cast, serial="").pk


def test_planned_goes_into_service_with_cover_and_is_retired_with_a_reason(cast):
    by = Actor.of(cast.lin)
    row = made(cast, status="planned", warranty_end=None)

    with pytest.raises(Invalid):
        assets.put_in_service(row, TODAY, by=by, now=NINE)
    assets.put_in_service(row, TODAY, warranty_end=END, by=by, now=NINE)
    with pytest.raises(Refused):
        assets.put_in_service(row, TODAY, warranty_end=END, by=by, now=NINE)
    with pytest.raises(Invalid):
        assets.retire(row, " ", by=by, now=NINE)
    assets.retire(row, "换新", by=by, now=NINE)
    for act in (assets.verify, lambda *a, **k: assets.edit(*a, {"site": "x"}, version=None, **k)):
        with pytest.raises(Refused):
            act(row, by=by, now=NINE)
    assert (row.status, row.commissioned_on, row.note) == ("retired", TODAY, "换新")


def test_an_edit_may_not_take_the_cover_away_and_a_stale_one_is_refused(cast):
    by = Actor.of(cast.lin)
    row = made(cast)

    with pytest.raises(Invalid):
        assets.edit(row, {"warranty_end": None}, by=by, now=NINE, version=1)
    assets.edit(row, {"site": "一楼"}, by=by, now=NINE, version=1)
    with pytest.raises(Stale):
        assets.edit(row, {"site": "二楼"}, by=by, now=NINE, version=1)


def test_the_team_hears_sixty_days_before_and_the_day_after_once_a_customer(cast):
    seller = build.person("seller", cast.office)
    build.assign(cast.lanhai, seller, TeamRole.SERVICE_SALES)
    row = made(cast, serial="S1")
    made(cast, serial="S2")
    soon, over = assets.reminder_at(row, NINE), assets.end_at(row)
    told = Notification.objects.filter(kind__startswith="warranty.").order_by("id")

    timers.sweep(soon - dt.timedelta(seconds=1))
    assert told.count() == 0
    timers.sweep(soon)
    timers.sweep(soon)
    assert set(told.values_list("kind", "user")) == {
        ("warranty.ending", cast.lin.pk), ("warranty.ending", seller.pk),
    }  # fmt: skip
    assert told.count() == 2
    timers.sweep(over - dt.timedelta(seconds=1))
    assert told.count() == 2
    timers.sweep(over)
    assert told.filter(kind="warranty.over").count() == 2
    assert [" ended on " in note.title for note in told] == [False, False, True, True]


def test_a_new_end_moves_the_alerts_and_retiring_cancels_them(cast):
    by = Actor.of(cast.lin)
    row = made(cast)
    armed = Timer.objects.armed().filter(about_label="accounts.asset", about_id=row.pk)

    assets.edit(row, {"warranty_end": END + 30 * DAY}, by=by, now=NINE, version=None)

    found = set(armed.values_list("kind", "about_label", "about_id", "due_at"))
    wanted = {one for one in timers_record.expected(NINE) if one[1] == "accounts.asset"}
    assert found == wanted
    assert {due for _k, _l, _i, due in found} == {assets.reminder_at(row, NINE), assets.end_at(row)}
    assets.retire(row, "换新", by=by, now=NINE)
    assert armed.count() == 0


def test_a_warranty_that_is_over_when_it_is_recorded_alerts_nobody(cast):
    made(cast, warranty_end=TODAY - DAY, commissioned_on=None)

    assert Timer.objects.armed().filter(about_label="accounts.asset").count() == 0


def test_the_record_counts_pieces(cast):
    made(cast, quantity=5, warranty_end=TODAY + 60 * DAY)
    made(cast, quantity=2, warranty_end=TODAY + 61 * DAY)
    made(cast, quantity=3, vendor="competitor")
    made(cast, quantity=7, status="planned")

    base = base_of(cast.lanhai, today=TODAY, now=NINE)

    assert (base.ours, base.theirs, base.planned, base.soon, base.total) == (7, 3, 7, 1, 17)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_the_list_costs_the_same_for_one_and_thirty_and_keeps_to_its_customer(cast):
    lin = signed_in(cast.lin)
    other = build.customer(cast.office, "岭东")
    build.assign(other, cast.lin, TeamRole.AR)
    assets.create(other, RUNS | {"product": "别处"}, by=Actor.of(cast.lin), now=NINE)
    made(cast)
    url = f"/assets/?customer={cast.lanhai.pk}"
    lin.get(url)
    with CaptureQueriesContext(connection) as one:
        lin.get(url)
    for _number in range(29):
        made(cast)

    with CaptureQueriesContext(connection) as thirty:
        page = lin.get(url).content.decode()

    assert len(one) == len(thirty) <= 8
    assert page.count("核心网关") == 30
    assert "别处" not in page
    assert "别处" in lin.get("/assets/").content.decode()
    assert "核心网关" not in signed_in(cast.stranger).get(url).content.decode()


def test_from_the_page_equipment_is_recorded_put_in_service_verified_and_retired(cast):
    lin = signed_in(cast.lin)
    body = {"product": "网关", "vendor": "ours", "quantity": "2"}

    bad = lin.post(f"/customers/{cast.lanhai.pk}/assets/new/", body | {"status": "in_service"})
    lin.post(f"/customers/{cast.lanhai.pk}/assets/new/", body | {"status": "planned"})
    row = Asset.objects.get()
    start = {"on": "2026-03-01", "warranty_end": "2099-03-01"}
    steps = [
        lin.post(f"/assets/{row.pk}/in-service/", start),
        lin.post(f"/assets/{row.pk}/verify/"),
        lin.post(f"/assets/{row.pk}/edit/", body | {"site": "三楼", "warranty_end": "2099-03-01"}),
        lin.post(f"/assets/{row.pk}/retire/", {"reason": "换新"}),
    ]

    assert bad.status_code == 422
    assert "warranty_end" in bad.context["form"].errors
    assert [step["Location"] for step in steps] == [f"/assets/{row.pk}/"] * 4
    row.refresh_from_db()
    assert (row.status, row.site) == ("retired", "三楼")
    page = lin.get(f"/assets/{row.pk}/").content.decode()
    assert f"/assets/{row.pk}/retire/" not in page


@pytest.mark.parametrize(("state", "found"), [("over", 1), ("soon", 1), ("valid", 1), ("none", 1)])
def test_the_filter_and_the_mark_say_the_same(cast, state, found):
    lin = signed_in(cast.lin)
    today = clock.now().astimezone(build.SHANGHAI).date()
    for end in (today - DAY, today + 60 * DAY, today + 61 * DAY):
        made(cast, now=clock.now(), warranty_end=end)
    made(cast, warranty_end=None, contract="SC-1")

    answer = lin.get(f"/assets/?warranty={state}")

    assert [one[1] for one in answer.context["lines"]] == [state] * found
