"""A fault is handled; the first page of each role shows what burns."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from core import timers
from core.actions_tokens import create_token
from core.actors import Actor
from core.models import Timer
from huaweicrm.demo import tickets
from huaweicrm.tests.journey import stage
from huaweicrm.tests.journey.hands import act, dialog, fill, follow, number, read, save
from huaweicrm.tests.journey.stage import MONDAY
from service.models import Escalation, Ticket

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_engines]
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def world(windows, at):
    """The cast with service contracts, told from a Monday morning."""
    made = stage.cast(at(MONDAY))
    for key, level in tickets.LEVELS:
        tickets._contract(made, key, level)
    return made


def test_a_fault_from_the_portal_is_answered_paused_escalated_and_closed(world, windows, at):
    lin, fu = windows.of(world.made["portal:lin"]), windows.of(world.users["eng"])
    lin.goto("/portal/tickets/new/")
    told = {"title": "城北汇聚环单链路中断", "severity": "major", "text": "备用链路正常。"}
    fill(lin, told)
    save(lin)
    ticket = Ticket.objects.get()
    read(lin, "城北汇聚环单链路中断", where="body")

    fu.goto("/tickets/?scope=all")
    read(fu, "城北汇聚环单链路中断", "澜海移动通信")
    follow(fu, f"/tickets/{ticket.pk}/")
    act(fu, "/accept/")
    act(fu, "/claim/")
    dialog(fu, "/contact/", {"text": "已收到，正在看告警。"})
    dialog(
        fu,
        "/pause/",
        {
            "reason": "waiting_customer",
            "evidence": "电话，林若川",
            "question": "能否现在进机房？",
            "expected_resume_at": (MONDAY + 60 * MINUTE).strftime("%Y-%m-%dT%H:%M"),
        },
    )
    read(fu, "能否现在进机房")
    act(fu, "/resume/") if fu.locator("main form[action$='/resume/']").count() else dialog(
        fu, "/resume/"
    )
    _threshold_calls_management(world, windows, at, ticket)
    fu.goto(f"/tickets/{ticket.pk}/")
    dialog(fu, "/restore/", {"text": "倒换后业务恢复", "confirmed": True})
    dialog(fu, "/resolve/", {"fix": "更换光模块"})
    lin.goto(f"/portal/tickets/{ticket.pk}/")
    read(lin, "更换光模块", where="body")
    with lin.expect_navigation():
        lin.locator("form[action$='/confirm/'] button").click()
    fu.goto(f"/tickets/{ticket.pk}/")
    dialog(fu, "/close/", {"root_cause": "hardware", "root_cause_text": "光模块老化"})
    read(fu, "光模块")
    ticket.refresh_from_db()
    assert ticket.status == "closed"
    fu.goto(f"/tickets/{ticket.pk}/clocks/")
    read(fu, "为什么是这个时间", "恢复")


def _threshold_calls_management(world, windows, at, ticket) -> None:
    """Time passes: what is due fires, and the head sees on the ticket who was called."""
    for _round in range(30):
        if Escalation.objects.filter(ticket=ticket).exists():
            break
        moment = Timer.objects.armed().order_by("next_try_at").first().next_try_at
        timers.sweep(at(moment) + dt.timedelta(seconds=1))
    call = Escalation.objects.filter(ticket=ticket).first()
    assert call is not None
    person = call.told.first()
    shown = windows.of(person)
    shown.goto(f"/tickets/{ticket.pk}/")
    expect(shown.locator("#escalations")).to_contain_text(person.full_name)


def test_a_ticket_comes_by_browser_and_by_token(world, windows):
    fu = windows.of(world.users["eng"])
    fu.goto("/tickets/new/")
    customer = world.customers["lanhai"].pk
    fill(fu, {"customer": customer, "title": "网管登录慢", "severity": "minor"})
    save(fu)
    assert Ticket.objects.get(pk=number(fu)).title == "网管登录慢"
    _token, text = create_token(
        world.users["eng"],
        name="监控",
        scopes=["tickets:read", "tickets:write"],
        days=30,
        by=Actor.system(),
        now=MONDAY,
    )
    api = windows.of()
    answer = api.request.post(
        "/api/v1/tickets/",
        data={"customer": customer, "title": "基站断站", "severity": "critical"},
        headers={"Authorization": f"Bearer {text}", "Idempotency-Key": "journey-1"},
    )
    assert answer.status == 201, answer.text()
    fu.goto("/tickets/?scope=all")
    read(fu, "网管登录慢", "基站断站")


@pytest.mark.one_engine
def test_the_day_counts_what_the_lists_hold(windows, at):
    world = stage.demo(at(MONDAY))
    for who, sees in [("ar", "割接方案"), ("fr", "电源模块"), ("rh", "割接方案")]:
        tab = windows.of(world.users[who])
        tab.goto("/")
        read(tab, sees, "今天必须办完")
        todo = tab.locator(".todo > li").count() + tab.locator(".todo .burn").count()
        assert min(12, _count(tab, "h-must")) == todo
        rows = tab.locator("section[aria-labelledby=h-sig] tbody tr").count()
        assert rows == min(10, _count(tab, "h-sig"))
        for key in ("h-sig", "h-72"):
            _as_many_behind(tab, key)


def _as_many_behind(tab, key: str) -> None:
    """The list behind a block has at least what the block counts."""
    counted = _count(tab, key)
    tab.goto(tab.locator(f"section[aria-labelledby={key}] .card-h a").get_attribute("href"))
    assert tab.locator("main tbody tr, main li[data-row]").count() >= counted
    tab.go_back()


def _count(tab, key: str) -> int:
    found = re.search(r"\d+", tab.locator(f"#{key} .c").inner_text())
    assert found
    return int(found.group())
