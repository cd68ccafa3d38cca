"""Customer insight: what makes it whole, for how long it holds, its states and reminders."""

import datetime as dt

import pytest
from django.test import Client

from accounts import insights as rule
from accounts import timers_record
from accounts.actions import insights
from accounts.choices import TeamRole
from accounts.models import AccountAssignment, CustomerInsight
from accounts.queries_record import insight_of
from accounts.tests import build
from accounts.tests.build import NINE
from accounts.tests.permissions import WHOLE
from core import timers
from core.actors import Actor
from core.errors import Forbidden, Invalid, Refused, Stale
from core.models import ApiToken, Notification, Timer

DAY = dt.timedelta(days=1)
UNTIL = dt.date(2027, 3, 2)


@pytest.mark.parametrize("gap", rule.REQUIRED)
def test_each_required_part_is_named_when_it_lacks(gap):
    assert rule.missing(WHOLE | {gap: "  "}) == [gap]
    assert rule.missing({name: None for name in WHOLE}) == list(rule.REQUIRED)


def test_the_view_of_the_competitors_may_stay_empty():
    assert rule.missing(WHOLE | {"competitor_view": ""}) == []


@pytest.mark.parametrize(("tier", "asked"), [(1, True), (2, True), (3, False), (None, False)])
def test_key_accounts_have_one(tier, asked):
    assert rule.is_mandatory(tier) is asked


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (UNTIL - 31 * DAY, "current"),
        (UNTIL - 30 * DAY, "expiring"),
        (UNTIL, "expiring"),
        (UNTIL + DAY, "missing"),
    ],
)
def test_it_holds_to_the_end_of_its_last_day(today, state):
    assert rule.state(UNTIL, today=today, remind_days=30) == state
    assert rule.state(None, today=today, remind_days=30) == "missing"


@pytest.fixture
def cast(db):
    made = build.cast()
    made.lanhai.tier = 1
    made.lanhai.save(update_fields=["tier"])
    return made


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def drafted(cast, now=NINE, **more):
    return insights.draft(cast.lanhai, WHOLE | more, by=Actor.of(cast.lin), now=now)


def published(cast, now=NINE):
    return insights.publish(drafted(cast, now), by=Actor.of(cast.lin), now=now)


def test_publishing_holds_for_a_year_and_expires_the_one_before(cast):
    first = published(cast)
    second = published(cast, NINE + 40 * DAY)

    first.refresh_from_db()
    assert (first.status, first.valid_until) == ("expired", UNTIL)
    assert (second.status, second.valid_until) == ("published", dt.date(2027, 4, 11))


def test_a_draft_with_gaps_is_not_published_and_names_them(cast):
    row = drafted(cast, pains=" ", main_business_position="")

    with pytest.raises(Invalid) as refusal:
        insights.publish(row, by=Actor.of(cast.lin), now=NINE)

    assert list(refusal.value.fields) == ["pains", "main_business_position"]
    assert refusal.value.rule == "C126"


def test_a_second_draft_an_edit_after_publishing_and_a_stale_edit_are_refused(cast):
    by = Actor.of(cast.lin)
    row = drafted(cast)
    with pytest.raises(Refused):
        drafted(cast)
    insights.edit(row, {"pains": "新"}, by=by, now=NINE, version=1)
    with pytest.raises(Stale):
        insights.edit(row, {"pains": "旧"}, by=by, now=NINE, version=1)
    insights.publish(row, by=by, now=NINE)
    with pytest.raises(Refused):
        insights.edit(row, {"pains": "后"}, by=by, now=NINE, version=None)
    with pytest.raises(Refused):
        insights.publish(row, by=by, now=NINE)


def test_a_machine_publishes_nothing(cast):
    machine = Actor(user=cast.lin, token=ApiToken(user=cast.lin), channel="api")

    with pytest.raises(Forbidden):
        insights.publish(drafted(cast), by=machine, now=NINE)


def test_the_manager_is_reminded_thirty_days_before_and_it_expires_after_its_last_day(cast):
    row = published(cast)
    remind, over = insights.reminder_at(row, NINE), insights.expiry_at(row)
    told = Notification.objects.filter(kind="insight.expiring", user=cast.lin)

    timers.sweep(remind - dt.timedelta(seconds=1))
    assert told.count() == 0
    timers.sweep(remind)
    timers.sweep(remind)
    assert told.count() == 1
    timers.sweep(over - dt.timedelta(seconds=1))
    row.refresh_from_db()
    assert row.status == "published"
    timers.sweep(over)
    row.refresh_from_db()
    assert row.status == "expired"


def test_what_must_be_armed_is_armed(cast):
    row = published(cast)

    wanted = set(timers_record.expected(NINE))

    rows = Timer.objects.armed().filter(about_label=timers_record.LABEL, about_id=row.pk)
    assert wanted == set(rows.values_list("kind", "about_label", "about_id", "due_at"))
    assert len(wanted) == 2


def test_a_key_account_without_one_is_asked_for_each_thirty_days(cast):
    def asked(at):
        return timers_record.ask_for_insights(now=NINE + at)

    assert [asked(0 * DAY), asked(30 * DAY - dt.timedelta(seconds=1)), asked(30 * DAY)] == [1, 0, 1]
    assert Notification.objects.filter(kind="insight.wanted", user=cast.lin).count() == 2
    published(cast, NINE + 31 * DAY)
    assert asked(90 * DAY) == 0


def test_the_insight_of_one_customer_stands_for_no_other(cast):
    published(cast)
    other = build.customer(cast.office, "岭东", tier=1)
    build.assign(other, cast.lin, TeamRole.AR)
    former = build.assign(other, cast.stranger, TeamRole.MEMBER)
    ended = {"role": TeamRole.AR, "status": "ended", "until": NINE}
    AccountAssignment.objects.filter(pk=former.pk).update(**ended)

    assert timers_record.ask_for_insights(now=NINE) == 1
    told = Notification.objects.filter(kind=timers_record.WANTED)
    assert [(note.user, note.about_id) for note in told] == [(cast.lin, other.pk)]


def test_what_is_not_in_force_neither_reminds_nor_expires(cast):
    row = published(cast)
    rows = CustomerInsight.objects.filter(pk=row.pk)
    late, over = [Timer(about_id=row.pk)], insights.expiry_at(row)
    told = Notification.objects.filter(kind="insight.expiring")

    timers_record.expire_insights(late, now=over - dt.timedelta(seconds=1))
    assert rows.get().status == "published"
    rows.update(status="expired")
    timers_record.expire_insights(late, now=over)
    timers_record.remind_of_insights(late, now=over)
    assert (rows.get().status, told.count()) == ("expired", 0)
    rows.update(status="published")
    timers_record.remind_of_insights(late, now=over)
    timers_record.expire_insights(late, now=over)
    assert (rows.get().status, told.count()) == ("expired", 1)


def test_customers_of_nobody_do_not_stand_before_the_others(cast, monkeypatch):
    monkeypatch.setattr(timers_record, "MOST", 1)
    alone = build.unit("远方")
    first = cast.lanhai
    for number in range(3):
        build.customer(alone, f"无主 {number}", tier=1)
    last = build.customer(cast.office, "最后", tier=1)
    build.assign(last, cast.lin, TeamRole.AR)

    assert timers_record.ask_for_insights(now=NINE) == 5
    asked = Notification.objects.filter(kind="insight.wanted", user=cast.lin)
    assert set(asked.values_list("about_id", flat=True)) == {first.pk, last.pk}


@pytest.mark.parametrize("change", [{"tier": 3}, {"tier": None}, {"status": "lost"}])
def test_nobody_is_asked_for_other_customers(cast, change):
    type(cast.lanhai).objects.filter(pk=cast.lanhai.pk).update(**change)

    assert timers_record.ask_for_insights(now=NINE) == 0


def test_only_a_lack_that_counts_is_a_risk(cast):
    def tone():
        return insight_of(cast.lanhai, today=NINE.date(), now=NINE).tone

    assert tone() == "risk"
    cast.lanhai.tier = 3
    assert tone() == "none"
    published(cast)
    assert tone() == "ok"


def test_from_the_page_a_draft_is_written_gone_on_with_and_published(cast):
    lin = signed_in(cast.lin)
    home = f"/customers/{cast.lanhai.pk}/record/"

    first = lin.post(f"/customers/{cast.lanhai.pk}/insight/new/", {"pains": "断电"})
    row = CustomerInsight.objects.get()
    again = lin.get(f"/customers/{cast.lanhai.pk}/insight/new/")
    early = lin.post(f"/customer-insights/{row.pk}/publish/")
    lin.post(f"/customer-insights/{row.pk}/edit/", WHOLE | {"version": 1})
    done = lin.post(f"/customer-insights/{row.pk}/publish/")

    assert (first["Location"], again["Location"]) == (home, f"/customer-insights/{row.pk}/edit/")
    assert (early.status_code, done["Location"]) == (400, home)
    assert WHOLE["direction"] in lin.get(home).content.decode()


def test_a_new_one_begins_with_the_text_in_force_and_the_old_one_is_kept(cast):
    lin = signed_in(cast.lin)
    published(cast)

    page = lin.get(f"/customers/{cast.lanhai.pk}/insight/new/").content.decode()
    published(cast, NINE + DAY)
    before = lin.get(f"/customers/{cast.lanhai.pk}/record/history/").content.decode()

    assert WHOLE["pains"] in page
    assert WHOLE["pains"] in before
