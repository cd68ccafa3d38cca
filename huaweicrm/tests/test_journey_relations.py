"""Relations in a real browser, each person in a window of their own.

A visit: prepared at the desk, logged on a phone without a network, minuted, shown by evidence,
reported as reached, confirmed by the head of the region, counted as a conversion. An account that
changes hands. A customer that costs us less and is served the same.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.actions import cash_flow
from accounts.models import AccountAssignment, Customer, Handover
from accounts.timers_value import propose_cash_flow
from core import clock, events
from core.actors import Actor
from huaweicrm.tests.journey import stage
from huaweicrm.tests.journey.hands import DIALOG, act, dialog, fill, follow, number, read, save
from huaweicrm.tests.journey.stage import MONDAY
from relationships.actions import interactions, plans
from relationships.models import GridAssessment, Interaction, Minutes
from relationships.tests.build import kind, met, placed
from service.models import SlaClock

pytestmark = pytest.mark.django_db(transaction=True)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
PHONE = {"width": 390, "height": 844}
MOST_TAPS = 5
"""Beyond the words, from the page of the day to a saved visit."""


@dataclass
class Thumb:
    """Counts what is pressed; writing a word is not pressing."""

    tab: Page
    taps: int = 0

    def tap(self, what: str | Locator, **more: str) -> None:
        """Press one thing."""
        target = self.tab.locator(what, **more).first if isinstance(what, str) else what
        target.click()
        self.taps += 1


@pytest.fixture
def world(at):
    """The cast; 方启文 opposes us, a plan wants him to support us, a meeting begins at ten."""
    made = stage.cast(at(MONDAY))
    fang, shen, lu = made.contacts["fang"], made.users["ar"], made.users["rh"]
    earlier = made.now - 20 * DAY
    placed(fang, shen, lu, (-1, -1), earlier, evidence="坚持三家比价")
    met(fang, shen, earlier + HOUR, summary="三家比价不能省。")
    plan = plans.draft(
        fang, (0, 1), by=Actor.of(shen), now=earlier, strategy="交付分项成本，再谈复供。",
        due_on=(made.now + 60 * DAY).date(), owner=shen,
    )  # fmt: skip
    plans.approve(plan, by=Actor.of(lu), now=earlier + HOUR)
    plans.start(plan, by=Actor.of(shen), now=earlier + HOUR)
    meeting = {
        "type": kind("visit"), "starts_at": made.now + HOUR / 2, "purpose": "谈分项成本",
        "ends_at": made.now + HOUR, "channel": "onsite",
    }  # fmt: skip
    made.made["visit"] = interactions.plan(
        fang.customer, [fang], meeting, by=Actor.of(shen), now=earlier, participants=[shen]
    )
    made.made["plan"] = plan
    return made


@pytest.mark.both_engines
def test_from_the_door_to_a_conversion_that_the_head_has_confirmed(world, windows, at):
    shen, lu = windows.of(world.users["ar"]), windows.of(world.users["rh"])
    fang, plan, visit = world.contacts["fang"], world.made["plan"], world.made["visit"]
    _prepared(shen, fang)

    at(visit.starts_at + HOUR)
    _logged_on_the_phone(windows.of(world.users["ar"], **PHONE), visit)
    events.consume(clock.now())
    _minuted(shen, visit)

    shown = _placed_with_evidence(shen, fang, visit)
    shen.goto(plan.get_absolute_url())
    dialog(shen, "/claim/", {"assessment": shown.pk})
    read(shen, "报称达成")
    expect(shen.locator("main form[action$='/confirm/']")).to_have_count(0)

    lu.goto("/grid/")
    turned = lu.locator("main tr", has_text=fang.customer.name).first
    expect(turned).not_to_contain_text("转为支持")
    lu.goto(plan.get_absolute_url())
    act(lu, "/confirm/")
    plan.refresh_from_db()
    shown.refresh_from_db()
    assert (plan.status, shown.status, shown.reviewer) == (
        "confirmed", "confirmed", world.users["rh"],
    )  # fmt: skip
    lu.goto("/grid/")
    expect(turned).to_contain_text("1 人转为支持")
    lu.goto(f"/customers/{fang.customer_id}/grid/")
    read(lu, "1 人由反对转支持")


def _prepared(shen: Page, fang) -> None:
    """Half an hour before, the card stands on top of the day: owed, said, against us."""
    shen.goto("/")
    read(shen, "进门前", "三家比价不能省", "方启文")
    follow(shen, f"/customers/{fang.customer_id}/prepare/")
    read(shen, "谈分项成本", "采购部经理", "三家比价不能省", "坚持三家比价")


def _logged_on_the_phone(phone: Page, visit: Interaction) -> None:
    """The day, the one meeting near, the words, until when, save; the network is gone."""
    thumb = Thumb(phone)
    phone.goto("/")
    thumb.tap("main a[href='/interactions/new/']")
    phone.wait_for_url("**/interactions/new/?customer=**")
    phone.wait_for_selector("html[data-visits-ready=true]", state="attached")
    expect(phone.locator("[name=contacts]:checked")).to_have_count(1)
    phone.context.set_offline(True)
    phone.locator("[name=summary]").fill("分项成本看到了，分期可以谈。")
    phone.locator("[name=promise]").fill("发电源到货日期")
    thumb.tap("label.chip", has_text="18:00")
    thumb.tap(".dock .btn.primary")
    phone.locator("[data-visits] li").wait_for()
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    visit.refresh_from_db()
    assert (visit.status, thumb.taps <= MOST_TAPS) == ("planned", True), thumb.taps

    phone.context.set_offline(False)
    phone.locator("[data-visits]").wait_for(state="hidden")
    visit.refresh_from_db()
    assert (visit.status, visit.promise) == ("held", "发电源到货日期")
    assert visit.promise_item.owner == visit.created_by
    assert Interaction.objects.filter(customer=visit.customer_id).count() == 3


def _minuted(shen: Page, visit: Interaction) -> None:
    """Owed within 48 hours of the end; what he said goes to the customer voices."""
    due = Minutes.objects.get(interaction=visit).due_at
    assert due == visit.ends_at + 48 * HOUR
    shen.goto(f"/customers/{visit.customer_id}/prepare/")
    read(shen, "发电源到货日期", "分项成本看到了")
    shen.goto(visit.get_absolute_url())
    said = {"decisions": "分期进评审。", "opinion_1": "夜间割接窗口太短。"}
    dialog(shen, "/minutes/", said)
    read(shen, "分期进评审。", "夜间割接窗口太短。")
    assert Minutes.objects.get(interaction=visit).status == "submitted"


def _placed_with_evidence(shen: Page, fang, visit: Interaction) -> GridAssessment:
    """Two points at once: refused without a meeting, proposed with it; the place stays."""
    shen.goto(f"/customers/{fang.customer_id}/grid/?person={fang.pk}")
    shen.locator(f"main a[data-dialog][href='/contacts/{fang.pk}/assess/']").first.click()
    shen.locator(DIALOG).first.wait_for()
    fill(shen, {"support": 1, "intimacy": 0, "evidence": "他在会上说支持分期"}, DIALOG)
    shen.locator(f"{DIALOG} button.primary").click()
    expect(shen.locator(DIALOG).first).to_contain_text("规则 R-R2")
    fill(shen, {"interactions": [visit.pk]}, DIALOG)
    with shen.expect_navigation():
        shen.locator(f"{DIALOG} button.primary").click()
    read(shen, "他在会上说支持分期")
    row = GridAssessment.objects.get(status="proposed")
    assert (row.contact, row.point, list(row.interactions.all())) == (fang, (0, 1), [visit])
    return row


@pytest.fixture
def leaving(at):
    """沈知远 has looked after 岭东电网 long enough: people placed, a promise open, a letter due."""
    made = stage.cast(at(MONDAY))
    liang, gong = made.contacts["liang"], made.contacts["gong"]
    shen, lu, earlier = made.users["ar"], made.users["rh"], made.now - 20 * DAY
    placed(liang, shen, lu, (2, 1), earlier, evidence="把演练日期交给我们定")
    placed(gong, shen, lu, (0, -1), earlier, evidence="质疑告警方案")
    promise = {"promise": "给出演练脚本", "promise_due_at": made.now + 40 * DAY}
    met(liang, shen, earlier + HOUR, summary="演练我亲自看。", **promise)
    events.consume(made.now)
    return made


def test_an_account_manager_rotates_and_each_page_knows_who_is_in(leaving, windows, at):
    lingdong = leaving.customers["lingdong"]
    lu = windows.of(leaving.users["rh"])
    shen, qin = windows.of(leaving.users["ar"]), windows.of(leaving.users["ar2"])
    assert qin.goto(f"/customers/{lingdong.pk}/grid/").status in (403, 404)

    row = _planned(lu, lingdong, leaving)
    act(lu, "/begin/")
    assert qin.goto(f"/customers/{lingdong.pk}/grid/").status == 200
    _handed_piece_by_piece(shen, row)
    _reads_the_pack(qin, row)
    lu.goto(row.get_absolute_url())
    act(lu, "/complete/")
    expect(lu.locator("body")).to_contain_text("规则 R-A6")

    at(MONDAY + 31 * DAY)
    lu = windows.of(leaving.users["rh"])
    lu.goto(row.get_absolute_url())
    act(lu, "/complete/")
    read(lu, "秦越", "已完成", "100%")
    _the_new_one_is_in(windows.of(leaving.users["ar2"]), leaving)
    _the_old_one_is_out(windows.of(leaving.users["ar"]), lingdong)


def _planned(lu: Page, customer: Customer, world) -> Handover:
    """Refused while side by side is too short, then planned with a letter."""
    lu.goto(f"/customers/{customer.pk}/team/")
    first = MONDAY.date()
    wish = {
        "successor": world.users["ar2"].pk, "overlap_from": f"{first}",
        "overlap_to": f"{first + 29 * DAY}", "letter": "梁主任会后单独谈。",
    }  # fmt: skip
    lu.locator("main a[data-dialog][href$='/handover/new/']").first.click()
    lu.locator(DIALOG).first.wait_for()
    fill(lu, wish, DIALOG)
    lu.locator(f"{DIALOG} button.primary").click()
    expect(lu.locator(DIALOG).first).to_contain_text("规则 R-A6")
    fill(lu, {"overlap_to": f"{first + 30 * DAY}"}, DIALOG)
    with lu.expect_navigation():
        lu.locator(f"{DIALOG} button.primary").click()
    read(lu, "沈知远 → 秦越", "2 个评分")
    return Handover.objects.get()


def _handed_piece_by_piece(shen: Page, row: Handover) -> None:
    """The list says what is open; introduced and given, nothing is."""
    shen.goto(row.get_absolute_url())
    read(shen, "未了事项 3", "梁主任会后单独谈。")
    people = row.customer.contacts.values_list("pk", flat=True)
    dialog(shen, "/introduce/", {"contacts": list(people)})
    act(shen, "/give/")
    read(shen, "梁书亭", "龚野", "没有未了事项")


def _reads_the_pack(qin: Page, row: Handover) -> None:
    """Whom to see first and in which words, who is against us, what was promised."""
    qin.goto(f"{row.get_absolute_url()}pack/")
    read(qin, "梁书亭", "演练我亲自看。", "龚野", "谈了备件", "给出演练脚本", "梁主任会后单独谈。")


def _the_new_one_is_in(qin: Page, world) -> None:
    lingdong = world.customers["lingdong"]
    qin.goto(f"/customers/{lingdong.pk}/team/")
    read(qin, "秦越", "沈知远")
    seat = AccountAssignment.objects.active().get(customer=lingdong, role="ar")
    assert seat.user == world.users["ar2"]
    qin.goto("/customers/?mine=true")
    read(qin, "岭东电网")
    qin.goto(f"/customers/{lingdong.pk}/grid/?view=list")
    assert set(GridAssessment.objects.values_list("contact__name", "status")) == {
        ("梁书亭", "stale"), ("龚野", "stale"),
    }  # fmt: skip
    read(qin, "待复核")
    qin.goto(f"/customers/{lingdong.pk}/action-items/")
    read(qin, "给出演练脚本", "秦越")


def _the_old_one_is_out(shen: Page, lingdong: Customer) -> None:
    assert shen.goto(f"/customers/{lingdong.pk}/grid/").status in (403, 404)
    shen.goto("/customers/?mine=true")
    expect(shen.locator("main")).not_to_contain_text("岭东电网")


def test_a_cash_flow_customer_costs_us_less_and_is_served_the_same(windows, at):
    world = stage.cast(at(MONDAY))
    lingdong, fu = world.customers["lingdong"], world.users["eng"]
    before = _promised_times(windows.of(fu), lingdong, "调度网单链路中断")
    row = cash_flow.propose(
        lingdong, evidence="三年规划转向自研", budget=Decimal(900_000), by=world.by("ar"),
        now=world.now,
    )  # fmt: skip
    cash_flow.confirm(row, "rh", by=world.by("rh"), now=world.now)
    cash_flow.confirm(row, "exe", by=world.by("exe"), now=world.now)

    lu = windows.of(world.users["rh"])
    lu.goto(f"/customers/{lingdong.pk}/value/")
    read(lu, "100 %", "900,000", "80 %", "40 %", "照旧", f"{row.review_on}")
    lu.goto(f"/customers/{lingdong.pk}/layers/")
    expect(lu.locator("main")).not_to_contain_text("缺")
    assert _promised_times(windows.of(fu), lingdong, "备用链路也断了") == before
    lingdong.refresh_from_db()
    assert lingdong.investment_stance == "harvest"

    later = dt.datetime.combine(row.review_on, MONDAY.time(), tzinfo=MONDAY.tzinfo)
    propose_cash_flow(now=at(later))
    lu = windows.of(world.users["rh"])
    lu.goto("/notifications/")
    read(lu, "岭东电网")
    lu.goto(f"/customers/{lingdong.pk}/value/")
    expect(lu.locator("[aria-current=step]")).to_contain_text("80 %")
    looked_at = row.review_on
    dialog(lu, "/renew/", {"note": "战略没有回来"})
    row.refresh_from_db()
    assert row.review_on > looked_at
    read(lu, f"{row.review_on}", "照旧")


def _promised_times(fu: Page, customer: Customer, title: str) -> dict[str, tuple[int, str]]:
    """A fault that an engineer enters: how long each of its clocks has."""
    fu.goto("/tickets/new/")
    fill(fu, {"customer": customer.pk, "title": title, "severity": "critical"})
    save(fu)
    clocks = SlaClock.objects.filter(ticket_id=number(fu))
    found = {one.kind: (one.target_value, one.target_unit) for one in clocks}
    assert found
    return found
