"""A promise is threatened, the week is reported: each person sees what the one before did."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import expect

from core import delivery, environment, timers
from core.models import Notification, OutboxMessage
from expectations.models import CustomerNotice, Risk, WeeklyReport
from expectations.timers import draft_reports
from huaweicrm.demo import promises
from huaweicrm.tests.journey import stage
from huaweicrm.tests.journey.hands import act, dialog, fill, follow, read, save
from huaweicrm.tests.journey.postbox import postbox_open
from huaweicrm.tests.journey.stage import MONDAY, SHANGHAI

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_engines]
HOUR = dt.timedelta(hours=1)
LOCAL = "%Y-%m-%dT%H:%M"


def local(moment: dt.datetime) -> str:
    """A moment as a person of Shanghai types it."""
    return moment.astimezone(SHANGHAI).strftime(LOCAL)


@pytest.fixture
def world(windows, at):
    """The cast with projects that run, told from a Monday morning."""
    made = stage.cast(at(MONDAY))
    promises.tell(made)
    return made


@pytest.fixture
def postbox(settings):
    """A mail server on the loopback that the whole house sends to."""
    with postbox_open() as box:
        for name, value in environment.mail(box.url).items():
            setattr(settings, name, value)
        settings.EMAIL_URL = box.url
        yield box


def test_a_threatened_promise_is_told_in_time_and_the_customer_chooses(world, windows, at, postbox):
    power = world.made["power"]
    han = windows.of(world.users["fr"])
    han.goto(f"/projects/{power.project_id}/risks/new/?commitment={power.pk}")
    deadline = power.due_at - 72 * HOUR
    said = deadline.astimezone(SHANGHAI).strftime("%m-%d %H:%M")
    read(han, said, "72 小时")
    fill(han, {"title": "电源模块晚到 9 天", "category": "supply_delay"})
    save(han)
    expect(han.locator("[name=title]")).to_have_value("电源模块晚到 9 天")
    read(han, "风险要有应急")
    assert not Risk.objects.exists()
    fill(han, {"contingency": "先装已到的八块"})
    save(han)
    read(han, "电源模块晚到 9 天", said, "先装已到的八块")
    notice = CustomerNotice.objects.get()
    assert notice.deadline_at == deadline

    _alerted(world, windows, at(deadline - 24 * HOUR), postbox)
    _drafted(windows.of(world.users["fr"]), world, notice)
    shen = windows.of(world.users["ar"])
    shen.goto("/")
    read(shen, "电源模块晚到 9 天")
    shen.goto(f"/customer-notices/{notice.pk}/")
    act(shen, "/approve/")
    dialog(shen, "/send/")
    _answered(windows.of(world.made["portal:lin"]), notice)
    shen.goto(f"/customer-notices/{notice.pk}/verdict/")
    notice.refresh_from_db()
    read(shen, notice.get_verdict_display())
    assert notice.verdict == "on_time"


def _alerted(world, windows, now, postbox) -> None:
    timers.sweep(now)
    delivery.deliver(now)
    letters = postbox.letters_to(world.users["ar"].email)
    said = [row for row in letters if "电源模块晚到 9 天" in row.subject]
    assert len(said) == 1, [row.subject for row in letters]
    assert "还有 24 小时" in said[0].subject
    assert "/customer-notices/" in said[0].body
    told = Notification.objects.filter(about_label="expectations.customernotice")
    assert {row.user for row in told} & {world.users["ar"], world.users["fr"]}
    assert OutboxMessage.objects.filter(subject__contains="电源模块晚到 9 天").exists()
    shen = windows.of(world.users["ar"])
    shen.goto("/notifications/")
    read(shen, "还有 24 小时", "电源模块晚到 9 天")


def _drafted(han, world, notice) -> None:
    risk = notice.risk
    han.goto(f"/customer-notices/{notice.pk}/draft/")
    fill(
        han,
        {
            "what": "电源模块的到货晚了九天。",
            "effect": "扩容割接顺延一周，业务不受影响。",
            "expected_at": local(risk.impact_at + 9 * 24 * HOUR),
            "recipients": [world.contacts["lin"].pk],
            "offers-0-text": "先用借用模块割接",
            "offers-0-owner": world.users["fr"].pk,
            "offers-0-due_at": local(risk.impact_at),
        },
    )
    save(han, "main form[data-form]")
    read(han, "电源模块的到货晚了九天。", "先用借用模块割接")


def _answered(lin, notice) -> None:
    lin.goto("/portal/notices/")
    follow(lin, f"/notices/{notice.pk}/")
    read(lin, "电源模块的到货晚了九天。", "先用借用模块割接", where="body")
    expect(lin.locator("body")).not_to_contain_text("先装已到的八块")
    with lin.expect_navigation():
        lin.get_by_role("button", name="选这个").click()
    read(lin, "您的选择", where="body")


def test_a_week_is_reported_late_and_the_customer_reads_the_summary_only(world, windows, at):
    site = world.made["site"]
    draft_reports(now=at(MONDAY))
    report = WeeklyReport.objects.get(project=site)
    assert report.status == "draft"
    bai = windows.of(world.users["ar_west"])
    bai.goto(f"/weekly-reports/{report.pk}/")
    read(bai, "季度巡检")
    fill(bai, {"portal_summary": "巡检按计划进行，本周无中断。"}, "main form[data-form]")
    save(bai, "main form[data-form]")

    at(report.due_at + HOUR)
    han = windows.of(world.users["fr"])
    han.goto(f"/weekly-reports/{report.pk}/")
    read(han, "季度巡检", "第三方光模块兼容性复测")
    form = "main form[data-form]"
    fill(han, {"overall": "green", "done": "完成两个站点巡检\n内部：备件还缺一块"}, form)
    with han.expect_navigation():
        han.locator(f"{form} button.btn", has_text="保存").click()
    act(han, "/submit/")
    read(han, "晚")
    report.refresh_from_db()
    assert report.late_minutes >= 60

    bai = windows.of(world.users["ar_west"])  # the session of Monday has ended
    bai.goto("/weekly-reports/?late=true")
    read(bai, "驻场保障服务")
    follow(bai, f"/weekly-reports/{report.pk}/")
    dialog(bai, "/publish/")
    zeng = windows.of(world.made["portal:zeng"])
    zeng.goto(f"/portal/weekly-reports/{report.pk}/")
    read(zeng, "巡检按计划进行，本周无中断。", "季度巡检", where="body")
    expect(zeng.locator("body")).not_to_contain_text("备件还缺一块")
