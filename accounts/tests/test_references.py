"""Reference sites: shown only while the customer consents; who came; alerts; pages."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import references as rule
from accounts import timers_market
from accounts.actions import references
from accounts.actions.references import Consent
from accounts.models import ReferenceSite, ReferenceVisit
from accounts.tests import build
from accounts.tests.build import NINE
from core import clock, timers
from core.actors import Actor
from core.errors import Invalid, Refused
from core.models import Notification, Timer

DAY = dt.timedelta(days=1)
TODAY = NINE.date()
UNTIL = TODAY + 90 * DAY
SITE = {"kind": "showcase", "product": "核心网关", "site": "一号机房"}


@pytest.mark.parametrize(
    ("status", "on", "shown"),
    [
        ("candidate", TODAY, False),
        ("retired", TODAY, False),
        ("active", TODAY - DAY, False),
        ("active", TODAY, True),
        ("active", UNTIL, True),
        ("active", UNTIL + DAY, False),
    ],
)
def test_a_site_is_shown_from_the_first_to_the_last_day_of_the_consent(status, on, shown):
    said = {"status": status, "consent_on": TODAY, "consent_until": UNTIL, "on": on}

    assert rule.may_be_shown(**said) is shown
    assert rule.may_be_shown(**said | {"consent_until": None}) is False


@pytest.mark.parametrize(("until", "long"), [("2028-03-02", False), ("2028-03-03", True)])
def test_a_consent_runs_twenty_four_months(until, long):
    assert rule.too_long(TODAY, dt.date.fromisoformat(until), months=24) is long


@pytest.fixture
def cast(db):
    return build.cast()


def proposed(cast):
    return references.create(cast.lanhai, SITE, by=Actor.of(cast.lin), now=NINE)


def agreed(cast, **changes):
    values = {"by": cast.ruochuan, "on": TODAY, "until": UNTIL, "proof": "来函"}
    return Consent(**values | changes)


def shown(cast):
    return references.activate(proposed(cast), agreed(cast), by=Actor.of(cast.lin), now=NINE)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"on": TODAY + DAY}, "on"),
        ({"until": TODAY - DAY}, "until"),
        ({"until": dt.date(2028, 3, 3)}, "until"),
        ({"proof": " "}, "proof"),
    ],
)
def test_a_consent_that_cannot_be_is_refused_with_its_field(cast, changes, field):
    with pytest.raises(Invalid) as refusal:
        references.activate(
            proposed(cast), agreed(cast, **changes), by=Actor.of(cast.lin), now=NINE
        )

    assert list(refusal.value.fields) == [field]


def test_nobody_of_another_customer_consents(cast):
    other = build.contact(build.customer(cast.office, "岭东"), "梁书亭")

    with pytest.raises(Invalid) as refusal:
        references.activate(proposed(cast), agreed(cast, by=other), by=Actor.of(cast.lin), now=NINE)

    assert list(refusal.value.fields) == ["by"]


def test_visits_are_noted_on_days_that_the_consent_covers_only(cast):
    by = Actor.of(cast.lin)
    row = proposed(cast)
    visit = {"visited_on": TODAY, "visitors": "某省公司", "people": 3}

    with pytest.raises(Refused):
        references.host(row, visit, by=by, now=NINE)
    references.activate(row, agreed(cast), by=by, now=NINE)
    references.host(row, visit, by=by, now=NINE)
    with pytest.raises(Invalid):
        references.host(row, visit | {"visited_on": TODAY + DAY}, by=by, now=NINE)
    with pytest.raises(Refused):
        references.host(row, visit | {"visited_on": TODAY - DAY}, by=by, now=NINE)
    last = NINE + 91 * DAY
    with pytest.raises(Refused):
        references.host(row, visit | {"visited_on": last.date()}, by=by, now=last)

    assert ReferenceVisit.objects.get().people == 3


def test_a_consent_is_renewed_for_longer_only_and_a_retired_site_is_done(cast):
    by = Actor.of(cast.lin)
    row = shown(cast)

    with pytest.raises(Invalid):
        references.renew(row, agreed(cast), by=by, now=NINE)
    references.renew(row, agreed(cast, until=UNTIL + DAY), by=by, now=NINE)
    assert row.consent_until == UNTIL + DAY
    with pytest.raises(Invalid):
        references.retire(row, " ", by=by, now=NINE)
    references.retire(row, "设备已撤", by=by, now=NINE)
    for act in (references.activate, references.renew):
        with pytest.raises(Refused):
            act(row, agreed(cast, until=UNTIL + 2 * DAY), by=by, now=NINE)
    with pytest.raises(Refused):
        references.edit(row, {"site": "二号"}, by=by, now=NINE, version=None)
    assert proposed(cast).pk


def test_a_site_stands_once_in_the_register(cast):
    proposed(cast)

    with pytest.raises(Refused):
        proposed(cast)


def test_the_manager_hears_thirty_days_before_and_the_day_after_and_no_more(cast):
    row = shown(cast)
    soon, over = references.reminder_at(row, NINE), references.end_at(row)
    told = Notification.objects.filter(kind__startswith="reference.").order_by("id")
    armed = Timer.objects.armed().filter(about_label="accounts.referencesite")

    assert set(armed.values_list("kind", "about_label", "about_id", "due_at")) == set(
        timers_market.expected(NINE)
    )
    for moment, count in ((soon - DAY / 86_400, 0), (soon, 1), (soon, 1), (over, 2), (over, 2)):
        timers.sweep(moment)
        assert told.count() == count
    assert {note.user_id for note in told} == {cast.lin.pk}
    assert ["do not show it" in note.title for note in told] == [False, True]


def test_a_site_that_was_retired_meanwhile_warns_nobody(cast):
    row = shown(cast)
    late, end = [Timer(about_id=row.pk)], references.end_at(row)
    told = Notification.objects.filter(kind__startswith="reference.")
    references.retire(row, "设备已撤", by=Actor.of(cast.lin), now=NINE)

    timers_market.warn_of_consents(late, now=end)
    assert not told.exists()
    ReferenceSite.objects.filter(pk=row.pk).update(status="active")
    timers_market.warn_of_consents(late, now=end)
    assert told.exists()


def test_retiring_and_renewing_move_the_alerts(cast):
    by, row = Actor.of(cast.lin), shown(cast)
    armed = Timer.objects.armed().filter(about_label="accounts.referencesite")

    references.renew(row, agreed(cast, until=UNTIL + 30 * DAY), by=by, now=NINE)
    assert {one.due_at for one in armed} == {
        references.reminder_at(row, NINE),
        references.end_at(row),
    }
    references.retire(row, "设备已撤", by=by, now=NINE)
    assert armed.all().count() == 0


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_from_the_page_a_site_is_proposed_agreed_visited_and_retired(cast):
    lin = signed_in(cast.lin)
    today = clock.now().astimezone(build.SHANGHAI).date()
    lin.post(f"/customers/{cast.lanhai.pk}/reference-sites/new/", SITE)
    row = ReferenceSite.objects.get()
    home = f"/reference-sites/{row.pk}/"
    consent = {"by": cast.ruochuan.pk, "on": today, "until": today + 60 * DAY, "proof": "来函"}

    early = lin.post(f"{home}visit/", {"visited_on": today, "visitors": "某省公司", "people": 2})
    steps = [
        lin.post(f"{home}activate/", consent),
        lin.post(f"{home}visit/", {"visited_on": today, "visitors": "某省公司", "people": 2}),
        lin.post(f"{home}renew/", consent | {"until": today + 90 * DAY}),
        lin.post(f"{home}edit/", SITE | {"highlights": "零中断"}),
    ]
    page = lin.get(home).content.decode()
    lin.post(f"{home}retire/", {"reason": "设备已撤"})

    assert early.status_code == 409
    assert [step["Location"] for step in steps] == [home] * 4
    assert "某省公司" in page and "零中断" in page
    gone = lin.get(home).content.decode()
    assert "设备已撤" in gone and f"{home}retire/" not in gone


def test_the_list_costs_the_same_for_one_and_thirty_and_filters_what_may_be_shown(cast):
    lin = signed_in(cast.lin)
    now = clock.now()
    today = now.astimezone(build.SHANGHAI).date()
    row = references.create(cast.lanhai, SITE, by=Actor.of(cast.lin), now=now)
    consent = agreed(cast, on=today, until=today)
    references.activate(row, consent, by=Actor.of(cast.lin), now=now)
    url = f"/reference-sites/?customer={cast.lanhai.pk}"
    lin.get(url)
    with CaptureQueriesContext(connection) as one:
        lin.get(url)
    for number in range(29):
        references.create(
            cast.lanhai, SITE | {"site": f"第{number}处"}, by=Actor.of(cast.lin), now=now
        )

    with CaptureQueriesContext(connection) as thirty:
        page = lin.get(url).content.decode()

    assert len(one) == len(thirty) <= 8
    assert page.count("第") >= 29
    assert [line[0].pk for line in lin.get(f"{url}&shown=yes").context["lines"]] == [row.pk]
    assert len(lin.get(f"{url}&shown=no").context["lines"]) == 29
    assert "一号机房" not in signed_in(cast.stranger).get(url).content.decode()
