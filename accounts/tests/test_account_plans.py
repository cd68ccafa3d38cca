"""Account plans: parts, measurable objectives, approval by a head, the yearly day, side by side."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from django.test import Client

from accounts import plans as noun
from accounts import policies_plan, timers_plan
from accounts import rules_plan as rules
from accounts.actions import objectives, plans
from accounts.choices import Tier
from accounts.models import AccountPlan, Customer
from accounts.queries_plan import lacking, year_before
from accounts.tests.build import NINE, SHANGHAI, SYSTEM, cast, customer
from accounts.views.plan_pdf import document_of
from core import policy
from core.actors import Actor
from core.errors import Forbidden, Invalid, Refused
from core.models import Notification

YEAR = NINE.year
DUE = dt.date(YEAR, 1, 31)
TEXTS = {
    "performance_gap": "少两成", "market_insight": "转向算力", "strategic_intent": "主力供应商",
    "critical_tasks": "实验局",
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "years", "fits"),
    [("abp", 1, True), ("abp", 2, False), ("asp", 2, False), ("asp", 3, True), ("asp", 5, True),
     ("asp", 6, False)],
)  # fmt: skip
def test_a_plan_looks_as_far_as_its_kind(kind, years, fits):
    assert noun.fits(kind, years) is fits


@pytest.mark.parametrize(
    ("baseline", "target", "actual", "met", "percent"),
    [
        (30, 50, 49, False, 95),
        (30, 50, 50, True, 100),
        (30, 50, 20, False, 0),
        (30, 20, 21, False, 90),
        (30, 20, 20, True, 100),
        (30, 20, 25, False, 50),
        (None, 8, 8, True, 100),
        (None, 8, 4, False, 50),
        (None, 0, 0, True, 100),
    ],
)
def test_met_lies_in_the_direction_of_the_target(baseline, target, actual, met, percent):
    parts = [None if each is None else Decimal(each) for each in (baseline, target, actual)]

    assert (noun.is_met(*parts), noun.progress(*parts)) == (met, percent)


@pytest.mark.parametrize(
    ("left", "step"),
    [(31, None), (30, 30), (8, 30), (7, 7), (0, 7), (-1, noun.LATE), (-300, noun.LATE)],
)
def test_the_reminder_that_is_reached(left, step):
    assert noun.reminder(DUE, (30, 7), today=DUE - dt.timedelta(days=left)) == step


@pytest.mark.parametrize(
    ("day", "within"),
    [((2025, 12, 31), False), ((2026, 1, 1), True), ((2028, 12, 31), True), ((2029, 1, 1), False)],
)
def test_a_day_lies_within_the_plan(day, within):
    assert noun.is_within(dt.date(*day), 2026, 3) is within


@pytest.fixture
def made(db):
    return cast()


def by(user):
    return Actor.of(user)


def drafted(made, year=YEAR, kind="abp", years=1, **more):
    return plans.draft(made.lanhai, kind, (year, years), TEXTS | more, by=by(made.lin), now=NINE)


def aimed(made, row, **more):
    values = {"type": "scale", "metric": "份额", "unit": "%", "baseline": Decimal(30),
              "target": Decimal(50), "due_on": dt.date(row.year, 6, 30)} | more  # fmt: skip
    return objectives.add(row, values, by=by(made.lin), now=NINE)


def approved(made, **more):
    row = drafted(made, **more)
    aimed(made, row)
    plans.submit(row, by=by(made.lin), now=NINE)
    return plans.approve(row, by=by(made.boss), now=NINE)


def running(made):
    return plans.start(approved(made), by=by(made.lin), now=NINE)


def test_what_lacks_is_named_when_it_is_submitted(made):
    row = drafted(made, market_insight="", critical_tasks=" ")
    with pytest.raises(Invalid) as refusal:
        plans.submit(row, by=by(made.lin), now=NINE)
    assert sorted(refusal.value.fields) == ["critical_tasks", "market_insight"]
    changes = {"market_insight": "a", "critical_tasks": "b"}
    plans.edit(row, changes, by=by(made.lin), now=NINE, version=row.version)
    with pytest.raises(Refused):
        plans.submit(row, by=by(made.lin), now=NINE)
    aimed(made, row)

    assert plans.submit(row, by=by(made.lin), now=NINE).status == "submitted"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"metric": " "}, "metric"),
        ({"target": Decimal(30)}, "target"),
        ({"due_on": dt.date(YEAR + 1, 1, 1)}, "due_on"),
    ],
)
def test_an_objective_is_measurable_and_within_the_plan(made, change, field):
    row = drafted(made)
    with pytest.raises(Invalid) as refusal:
        aimed(made, row, **change)

    assert list(refusal.value.fields) == [field]


def test_one_of_a_kind_and_year(made):
    drafted(made)
    with pytest.raises(Refused):
        drafted(made)
    drafted(made, kind="asp", years=3)
    drafted(made, year=YEAR + 1)

    assert AccountPlan.objects.count() == 3


def test_two_are_not_approved_for_a_year(made):
    approved(made)
    row = drafted(made)
    aimed(made, row)
    plans.submit(row, by=by(made.lin), now=NINE)
    with pytest.raises(Refused):
        plans.approve(row, by=by(made.boss), now=NINE)


def test_a_head_decides_and_neither_owner_nor_account_manager(made):
    row = drafted(made)
    aimed(made, row)
    plans.submit(row, by=by(made.wei), now=NINE)
    may = {name for name in ("lin", "wei", "fang", "boss", "exe", "stranger")
           if rules.may_decide_plan(getattr(made, name), row)}  # fmt: skip
    assert may == {"boss", "exe"}
    with pytest.raises(Forbidden):
        plans.approve(row, by=by(made.wei), now=NINE)
    with pytest.raises(Refused):
        plans.edit(row, {"talent": "x"}, by=by(made.lin), now=NINE, version=row.version)
    with pytest.raises(Invalid):
        plans.give_back(row, by=by(made.boss), now=NINE, note="")
    plans.give_back(row, by=by(made.boss), now=NINE, note="目标偏低")
    plans.edit(row, {"talent": "x"}, by=by(made.lin), now=NINE, version=row.version)

    assert (row.status, row.decision_note) == ("returned", "目标偏低")


def test_objectives_are_measured_in_execution_and_close_the_plan(made):
    row = approved(made)
    one = row.objectives.get()
    with pytest.raises(Refused):
        objectives.measure(one, Decimal(40), by=by(made.lin), now=NINE)
    plans.start(row, by=by(made.lin), now=NINE)
    one = row.objectives.get()
    objectives.measure(one, Decimal(40), by=by(made.lin), now=NINE)
    with pytest.raises(Refused):
        plans.close(row, by=by(made.lin), now=NINE)
    objectives.measure(one, Decimal(50), by=by(made.lin), now=NINE)
    plans.close(row, by=by(made.lin), now=NINE)

    assert (one.status, one.actual, row.status) == ("met", 50, "closed")


def test_an_objective_is_missed_after_its_day(made):
    row = running(made)
    last = dt.datetime(YEAR, 6, 30, 23, 59, 59, tzinfo=SHANGHAI)
    over = last + dt.timedelta(seconds=1)

    assert [objectives.miss(by=Actor.system(), now=at) for at in (last, over, over)] == [0, 1, 0]
    assert row.objectives.get().status == "missed"


def wanted():
    rows = Notification.objects.filter(kind__startswith="account_plan.wanted").order_by("id")
    return [(row.user.username, row.kind.rpartition("_")[2]) for row in rows]


def at(month, day, hour=0):
    return dt.datetime(YEAR, month, day, hour, tzinfo=SHANGHAI)


def test_the_yearly_plan_is_asked_for(made):
    Customer.objects.filter(pk=made.lanhai.pk).update(tier=Tier.A)
    second = dt.timedelta(seconds=1)
    for moment, told in (
        (at(1, 1) - second, []),
        (at(1, 1), [("lin", "30")]),
        (at(1, 1, 5), [("lin", "30")]),
        (at(1, 24), [("lin", "30"), ("lin", "7")]),
        (at(2, 1) - second, [("lin", "30"), ("lin", "7")]),
        (at(2, 1), [("lin", "30"), ("lin", "7"), ("lin", "0"), ("boss", "0")]),
        (at(3, 1), [("lin", "30"), ("lin", "7"), ("lin", "0"), ("boss", "0")]),
    ):
        if moment.year == YEAR:
            timers_plan.ask_for_plans(now=moment)
        assert sorted(wanted()) == sorted(told)
    rows = Notification.objects.filter(kind__startswith="account_plan.wanted")
    assert {"was due" in row.title for row in rows.filter(kind__endswith="_0")} == {True}
    assert {"was due" in row.title for row in rows.exclude(kind__endswith="_0")} == {False}


def test_each_key_account_is_asked_for_each_year_for_itself(made):
    Customer.objects.filter(pk=made.lanhai.pk).update(tier=Tier.A)
    assert timers_plan.ask_for_plans(now=at(1, 2)) == 1
    customer(made.office, "新来的", tier=Tier.S)

    assert timers_plan.ask_for_plans(now=at(1, 3)) == 1
    assert wanted()[-1] == ("boss", "30"), "nobody manages it yet: the head hears"
    assert timers_plan.ask_for_plans(now=at(1, 4)) == 0
    assert timers_plan.ask_for_plans(now=at(1, 2) + dt.timedelta(days=365)) == 2


def test_before_the_first_reminder_nobody_is_asked(made):
    Customer.objects.filter(pk=made.lanhai.pk).update(tier=Tier.A)
    for number in (policies_plan.ABP_FIRST_DAYS, policies_plan.ABP_LAST_DAYS):
        policy.set_value(number, 7, by=SYSTEM, now=at(1, 1), reason="晚些再问")

    assert timers_plan.ask_for_plans(now=at(1, 23)) == 0
    assert timers_plan.ask_for_plans(now=at(1, 24)) == 1


def test_whoever_has_one_or_is_no_key_account_is_left_alone(made):
    rows = Customer.objects.all()
    assert list(lacking(rows, YEAR)) == []
    Customer.objects.filter(pk=made.lanhai.pk).update(tier=Tier.S)
    assert list(lacking(rows, YEAR)) == [made.lanhai]
    approved(made)

    assert list(lacking(rows, YEAR)) == []
    assert timers_plan.ask_for_plans(now=at(2, 1)) == 0


def test_the_plan_of_the_year_before_stands_beside(made):
    row = approved(made, year=YEAR - 1, talent="两名驻场")
    new = drafted(made, talent="四名驻场")
    client = Client()
    client.force_login(made.lin)
    alone = client.get(new.get_absolute_url()).content.decode()
    both = client.get(f"{new.get_absolute_url()}?beside=1").content.decode()

    assert (year_before(new), year_before(row)) == (row, None)
    assert ["两名驻场" in page for page in (alone, both)] == [False, True]
    assert "四名驻场" in client.get(f"{new.get_absolute_url()}paper/").content.decode()
    paper = client.get(f"{new.get_absolute_url()}pdf/")
    assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    assert "四名驻场" in json.dumps(document_of(new, made.lin, NINE), ensure_ascii=False)


def test_the_whole_way_by_page(made):
    lin, boss = Client(), Client()
    lin.force_login(made.lin)
    boss.force_login(made.boss)
    year = dt.datetime.now(SHANGHAI).year
    body = {"kind": "abp", "year": year, "years": 1, "owner": made.lin.pk, **TEXTS}
    page = lin.post(f"/customers/{made.lanhai.pk}/account-plans/new/", body)["Location"]
    aim = {"type": "scale", "metric": "份额", "baseline": 30, "target": 50}
    aim["due_on"] = f"{year}-12-31"
    assert lin.post(f"{page}objectives/new/", aim).status_code == 302
    assert [lin.post(f"{page}submit/").status_code, lin.post(f"{page}approve/").status_code] == [
        302, 403,
    ]  # fmt: skip
    assert boss.post(f"{page}approve/").status_code == 302
    assert lin.post(f"{page}start/").status_code == 302
    plan = AccountPlan.objects.get()
    one = plan.objectives.get()
    assert lin.post(f"/plan-objectives/{one.pk}/measure/", {"actual": 55}).status_code == 302
    assert lin.post(f"{page}close/").status_code == 302
    plan.refresh_from_db()

    assert plan.status == "closed"
    for address in ("/account-plans/", "/account-plans/gaps/", "/account-plans/gaps/?next=1"):
        assert lin.get(address).status_code == 200
    assert lin.get(f"/customers/{made.lanhai.pk}/account-plans/").status_code == 200
