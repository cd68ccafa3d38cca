"""Revenue and cash-flow designations: R-A3 and R-A4 just before, at and after; who decides."""

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import cashflow
from accounts.actions import cash_flow, customers, fit, revenue, tier
from accounts.choices import FitTrend, Stance, Tier
from accounts.imports_revenue import IMPORTER
from accounts.models import CashFlowDesignation, Customer, RevenueRecord
from accounts.tests import build
from accounts.tests.build import NINE
from accounts.timers_value import SYSTEM, propose_cash_flow, propose_in
from core.actors import Actor
from core.errors import Forbidden, Invalid, Refused
from core.models import Event, ImportBatch, Notification, TrailEntry

DAY = dt.date(2026, 3, 2)
LOW = [(Decimal("39.99"), FitTrend.STABLE)]


@pytest.mark.parametrize(
    ("fits", "revenue_", "median", "found"),
    [
        ([], 9, 5, ()),
        ([("39.99", "stable")], 5, 5, ("low_fit",)),
        ([("40.00", "stable")], 5, 5, ()),
        ([("39.99", "stable")], "4.99", 5, ()),
        ([("39.99", "stable")], 5, None, ()),
        ([("39.99", "stable")], 0, 0, ()),
        ([("60", "diverging")], 9, 5, ()),
        ([("60", "diverging"), ("70", "diverging")], 9, 5, ("diverging",)),
        ([("60", "diverging"), ("70", "stable"), ("80", "diverging")], 9, 5, ()),
        ([("39", "diverging"), ("50", "diverging")], 9, 5, ("diverging", "low_fit")),
    ],
)
def test_the_rule_proposes_what_diverges_or_fits_little_and_earns_the_median(
    fits, revenue_, median, found
):
    told = [(Decimal(value), trend) for value, trend in fits]
    middle = None if median is None else Decimal(median)

    assert cashflow.grounds(told, Decimal(str(revenue_)), middle) == found


def test_the_median_is_the_middle_or_the_mean_of_both():
    assert cashflow.median_of([]) is None
    assert cashflow.median_of([Decimal(9), Decimal(1), Decimal(5)]) == 5
    assert cashflow.median_of([Decimal(1), Decimal(4)]) == Decimal("2.5")


@pytest.mark.parametrize(
    ("day", "percent"),
    [
        ("2026-03-01", 100),
        ("2026-03-02", 100),
        ("2026-09-01", 100),
        ("2026-09-02", 80),
        ("2027-03-01", 80),
        ("2027-03-02", 60),
        ("2027-09-02", 40),
        ("2035-01-01", 40),
    ],
)
def test_the_budget_falls_by_a_fifth_of_where_it_began_to_a_floor(day, percent):
    assert cashflow.share_at(DAY, dt.date.fromisoformat(day)) == percent


def test_the_floor_cuts_a_step_short():
    path = [one.percent for one in cashflow.path(DAY, step=35, floor=40)]

    assert path == [100, 65, 40]


def test_the_window_is_twelve_whole_months():
    assert cashflow.window(DAY) == (dt.date(2025, 3, 1), dt.date(2026, 3, 1))


@pytest.fixture
def cast(db):
    return build.cast()


def earn(customer, amount, month="2026-01-15", **more):
    values = {"month": dt.date.fromisoformat(month), "revenue": Decimal(amount), **more}
    return revenue.book(customer, values, by=SYSTEM, now=NINE)


def assess(cast, customer, score, at=NINE):
    values = {**dict.fromkeys(fit.SCORES, score), "as_of": at.date(), "evidence": "投资计划"}
    row = fit.draft(customer, values, by=Actor.of(cast.lin), now=at)
    fit.submit(row, by=Actor.of(cast.lin), now=at)
    return fit.approve(row, by=Actor.of(cast.boss), now=at)


def proposed(cast):
    return cash_flow.propose(
        cast.lanhai, evidence="转向自研", budget=Decimal(1000), by=Actor.of(cast.lin), now=NINE
    )


def agreed(cast):
    row = proposed(cast)
    cash_flow.confirm(row, "rh", by=Actor.of(cast.boss), now=NINE)
    return cash_flow.confirm(row, "exe", by=Actor.of(cast.exe), now=NINE)


def test_a_row_is_reversed_once_and_the_sum_is_nothing(cast):
    row = earn(cast.lanhai, 100, gross_profit=Decimal(30))
    opposite = revenue.reverse(row, by=SYSTEM, now=NINE, note="重复入账")

    assert (opposite.revenue, opposite.gross_profit, opposite.reverses) == (-100, -30, row)
    assert row.month == dt.date(2026, 1, 1)
    with pytest.raises(Refused):
        revenue.reverse(row, by=SYSTEM, now=NINE, note="再来")
    with pytest.raises(Refused):
        revenue.reverse(opposite, by=SYSTEM, now=NINE, note="再来")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"month": dt.date(2026, 4, 1), "revenue": Decimal(1)}, "month"),
        ({"month": dt.date(2026, 3, 1)}, "revenue"),
        ({"month": dt.date(2026, 3, 1), "revenue": Decimal(1), "currency": "rmb"}, "currency"),
    ],
)
def test_bad_rows_are_refused(cast, values, field):
    with pytest.raises(Invalid) as refusal:
        revenue.book(cast.lanhai, values, by=SYSTEM, now=NINE)
    assert list(refusal.value.fields) == [field]


def test_the_night_proposes_once_and_not_again_before_the_next_assessment(cast):
    small = build.customer(cast.office, "小客户")
    earn(cast.lanhai, 100)
    earn(small, 10)
    earn(build.customer(cast.office, "中客户"), 50)
    assess(cast, cast.lanhai, 39)
    assess_small = assess(cast, small, 10)

    assert propose_in(cast.office, DAY, now=NINE) == 1
    assert propose_in(cast.office, DAY, now=NINE) == 0
    row = CashFlowDesignation.objects.get()
    assert (row.customer, row.grounds, row.by_rule) == (cast.lanhai, ["low_fit"], True)
    assert (row.revenue, row.median, assess_small.fit) == (100, 50, 10)
    later = NINE + dt.timedelta(days=1)
    cash_flow.reject(row, "明年再看", by=Actor.of(cast.boss), now=later)
    assert propose_in(cast.office, DAY, now=later) == 0
    assess(cast, cast.lanhai, 30, at=later + dt.timedelta(days=1))
    assert propose_in(cast.office, DAY, now=later + dt.timedelta(days=2)) == 1


def test_whoever_is_designated_is_not_proposed_again(cast):
    earn(cast.lanhai, 100)
    assess(cast, cast.lanhai, 39)
    rows = Customer.objects.filter(pk=cast.lanhai.pk)

    rows.update(cash_flow=True)
    assert propose_in(cast.office, DAY, now=NINE) == 0
    rows.update(cash_flow=False)
    assert propose_in(cast.office, DAY, now=NINE) == 1


def test_the_night_costs_the_same_for_many_customers(cast):
    earn(cast.lanhai, 100)
    assess(cast, cast.lanhai, 39)
    propose_in(cast.office, DAY, now=NINE)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            propose_in(cast.office, DAY, now=NINE)
        return len(queries)

    before = cost()
    for number in range(5):
        other = build.customer(cast.office, f"第{number}家")
        earn(other, 200)
        assess(cast, other, 80)
    assert cost() == before


def test_it_is_night_where_the_unit_is(cast):
    earn(cast.lanhai, 100)
    assess(cast, cast.lanhai, 20)

    propose_cash_flow(now=NINE)
    assert not CashFlowDesignation.objects.exists()
    propose_cash_flow(now=NINE.replace(hour=3) + dt.timedelta(days=1))
    assert CashFlowDesignation.objects.count() == 1
    mail = Notification.objects.get(user=cast.boss, kind="cash_flow.step")
    assert "现金" not in mail.title and "cash" not in mail.title.lower()


def test_two_persons_agree_and_the_flag_the_stance_and_the_event_follow(cast):
    row = agreed(cast)
    cast.lanhai.refresh_from_db()

    assert (cast.lanhai.cash_flow, cast.lanhai.investment_stance) == (True, Stance.HARVEST)
    assert (row.starts_on, row.review_on) == (DAY, dt.date(2026, 9, 2))
    event = Event.objects.get(name="customer.cash_flow_changed")
    assert (event.scope_id, "cash" in json.dumps(event.facts)) == (cast.lanhai.pk, False)
    entries = TrailEntry.objects.filter(verb__startswith="cash_flow.")
    assert {entry.klass for entry in entries} == {"confidential"}
    with pytest.raises(Invalid):
        customers.edit(
            cast.lanhai, {"investment_stance": "invest"}, by=SYSTEM, now=NINE, version=None
        )
    cash_flow.lift(row, "战略重新靠拢", by=Actor.of(cast.exe), now=NINE)
    cast.lanhai.refresh_from_db()
    assert (cast.lanhai.cash_flow, cast.lanhai.investment_stance) == (False, Stance.MAINTAIN)


def test_a_designation_is_kept_for_six_months_more_and_reminded_of_anew(cast):
    row = agreed(cast)
    due = dt.datetime(2026, 9, 2, 9, tzinfo=dt.UTC)

    def reminded():
        return Notification.objects.filter(user=cast.boss, once__startswith="cash").count()

    before = reminded()
    for moment in (due - dt.timedelta(days=1), due, due + dt.timedelta(days=40)):
        propose_cash_flow(now=moment)
    assert reminded() == before + 1
    with pytest.raises(Invalid):
        cash_flow.renew(row, " ", by=Actor.of(cast.boss), now=due)
    with pytest.raises(Forbidden):
        cash_flow.renew(row, "照旧", by=Actor.of(cast.lin), now=due)
    cash_flow.renew(row, "战略仍在转向", by=Actor.of(cast.boss), now=due + dt.timedelta(days=41))

    row.refresh_from_db()
    assert (row.status, row.review_on) == ("confirmed", dt.date(2027, 4, 13))
    entry = TrailEntry.objects.get(verb="cash_flow.renewed")
    assert (entry.klass, "2027-04-13" in entry.facts) == ("confidential", True)
    for moment in (dt.datetime(2027, 4, 12, 9, tzinfo=dt.UTC), entry.occurred_at):
        propose_cash_flow(now=moment)
    assert reminded() == before + 1
    propose_cash_flow(now=dt.datetime(2027, 4, 13, 9, tzinfo=dt.UTC))
    assert reminded() == before + 2
    cash_flow.lift(row, "战略重新靠拢", by=Actor.of(cast.exe), now=due)
    with pytest.raises(Refused):
        cash_flow.renew(row, "再看", by=Actor.of(cast.boss), now=due)


@pytest.mark.parametrize("void", ["lifted", "archived"])
def test_what_is_lifted_or_archived_is_not_looked_at_again(cast, void):
    row = agreed(cast)
    if void == "lifted":
        cash_flow.lift(row, "战略重新靠拢", by=Actor.of(cast.exe), now=NINE)
    else:
        Customer.objects.filter(pk=cast.lanhai.pk).update(is_archived=True)
    before = Notification.objects.count()

    propose_cash_flow(now=dt.datetime(2026, 9, 2, 9, tzinfo=dt.UTC))

    assert Notification.objects.count() == before


def test_one_person_never_agrees_for_both_nor_the_account_manager(cast):
    row = proposed(cast)
    cash_flow.confirm(row, "rh", by=Actor.of(cast.boss), now=NINE)

    with pytest.raises(Forbidden):
        cash_flow.confirm(row, "exe", by=Actor.of(cast.boss), now=NINE)
    with pytest.raises(Forbidden):
        cash_flow.confirm(row, "exe", by=Actor.of(cast.lin), now=NINE)
    with pytest.raises(Forbidden):
        cash_flow.reject(row, "不", by=Actor.of(cast.lin), now=NINE)
    assert not Customer.objects.get(pk=cast.lanhai.pk).cash_flow


def test_a_customer_of_tier_s_is_refused_and_a_confirmed_one_never_becomes_s(cast):
    row = proposed(cast)
    Customer.objects.filter(pk=cast.lanhai.pk).update(tier=Tier.S)
    row.customer.refresh_from_db()
    with pytest.raises(Refused) as refusal:
        cash_flow.confirm(row, "rh", by=Actor.of(cast.boss), now=NINE)
    assert refusal.value.rule == "R-A4"

    Customer.objects.filter(pk=cast.lanhai.pk).update(tier=None)
    row.customer.refresh_from_db()
    for seat, who in (("rh", cast.boss), ("exe", cast.exe)):
        cash_flow.confirm(row, seat, by=Actor.of(who), now=NINE)
    assess(cast, cast.lanhai, 95)
    build.assign(cast.lanhai, cast.exe, "executive_sponsor")
    values = dict.fromkeys(("current_value", "potential", "influence"), 95)
    best = tier.draft(
        row.customer, {**values, "as_of": DAY, "evidence": "订单"}, by=Actor.of(cast.lin), now=NINE
    )
    tier.submit(best, by=Actor.of(cast.lin), now=NINE)
    with pytest.raises(Refused) as refusal:
        tier.approve(best, by=Actor.of(cast.exe), now=NINE)
    assert refusal.value.rule == "R-A4"


@pytest.mark.parametrize("floor", ["service", "expectations"])
def test_what_we_owe_does_not_know_of_it(floor):
    """Never a service penalty: no line of these floors reads the flag, the stance or the budget."""
    words = ("cash_flow", "investment_stance", "CashFlowDesignation", "share_at")
    root = Path(__file__).resolve().parents[2] / floor
    files = [path for path in root.rglob("*.py") if "tests" not in path.parts]

    assert len(files) > 50
    assert [path for path in files if any(word in path.read_text() for word in words)] == []


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_pages_from_proposal_to_the_second_consent(cast):
    earn(cast.lanhai, 120)
    lin, boss, exe = (signed_in(user) for user in (cast.lin, cast.boss, cast.exe))
    page = f"/customers/{cast.lanhai.pk}/value/"
    lin.post(
        f"/customers/{cast.lanhai.pk}/cash-flow/new/", {"evidence": "转向自研", "budget": "900"}
    )
    row = CashFlowDesignation.objects.get()
    first = boss.post(f"/cash-flow-designations/{row.pk}/agree/rh/")
    twice = boss.post(f"/cash-flow-designations/{row.pk}/agree/exe/")
    exe.post(f"/cash-flow-designations/{row.pk}/agree/exe/")
    shown = lin.get(page).content.decode()

    assert (first.status_code, twice.status_code) == (302, 403)
    assert "100 %" in shown and "40 %" in shown and "CNY\u00a0360" in shown
    assert f"/cash-flow-designations/{row.pk}/lift/" not in shown
    assert f"/cash-flow-designations/{row.pk}/renew/" in boss.get(page).content.decode()
    kept = boss.post(f"/cash-flow-designations/{row.pk}/renew/", {"note": "照旧"})
    assert (kept.status_code, TrailEntry.objects.filter(verb="cash_flow.renewed").count()) == (
        302, 1,
    )  # fmt: skip
    assert "澜海" in boss.get("/cash-flow-designations/?status=confirmed").content.decode()


def test_an_integration_books_but_does_not_decide(cast):
    boss = signed_in(cast.boss)
    body = {
        "customer": cast.lanhai.pk,
        "month": "2026-01-31",
        "revenue": "10",
        "external_ref": "V1",
    }

    def send(path, body):
        return boss.post(f"/api/v1{path}", json.dumps(body), "application/json")

    made = send("/revenue-records/", body)
    again = send("/revenue-records/", body)
    back = send(f"/revenue-records/{made.json()['id']}/reverse/", {"note": "错账"})

    assert (made.status_code, made.json()["month"], again.status_code) == (201, "2026-01-01", 409)
    assert back.json()["reverses"] == made.json()["id"]


def test_a_table_of_revenue_is_imported_and_taken_back(cast, tmp_path):
    table = tmp_path / "revenue.csv"
    table.write_text(
        "客户,月份,收入,凭证号\n"
        f"{cast.lanhai.code},2026-01-31,100,V1\n澜海移动通信,2025-12-31,50,V2\n"
        "澜海移动通信,2025-12-31,50,V2\n"
    )
    call_command("import_data", "revenue", str(table))
    call_command("import_data", "revenue", str(table))

    assert sorted(RevenueRecord.objects.values_list("revenue", flat=True)) == [50, 100]
    batch = ImportBatch.objects.order_by("id").first()
    IMPORTER.undo(batch, by=SYSTEM, now=NINE)
    assert RevenueRecord.objects.aggregate(total=Sum("revenue"))["total"] == 0
    table.write_text("客户,月份,收入,凭证号\n无此客户,2025-12-31,50,V3\n")
    with pytest.raises(CommandError):
        call_command("import_data", "revenue", str(table))


def test_two_consents_at_the_same_time_confirm_it(cast):
    row = proposed(cast)
    read_before = CashFlowDesignation.objects.get(pk=row.pk)
    cash_flow.confirm(row, "rh", by=Actor.of(cast.boss), now=NINE)
    cash_flow.confirm(read_before, "exe", by=Actor.of(cast.exe), now=NINE)

    assert CashFlowDesignation.objects.get().status == "confirmed"


def test_the_flag_is_shown_to_who_reads_the_confidential_class_only(cast):
    agreed(cast)
    eng = build.person("eng", cast.office, "eng")
    pages = ("/customers/", f"/customers/{cast.lanhai.pk}/team/")

    for page in pages:
        inside, outside = (signed_in(user).get(page) for user in (cast.lin, eng))
        assert (inside.status_code, outside.status_code) == (200, 200)
        assert "现金流</span>" in inside.content.decode()
        assert "现金流</span>" not in outside.content.decode()


def test_a_head_imports_revenue_of_the_own_customers_only(cast, tmp_path):
    far = build.customer(cast.west, "西部客户")
    build.assign(far, cast.boss, "executive_sponsor")
    table = tmp_path / "revenue.csv"
    table.write_text(f"客户,月份,收入,凭证号\n{far.code},2026-01-31,100,V1\n")

    with pytest.raises(CommandError):
        call_command("import_data", "revenue", str(table), user="boss")
