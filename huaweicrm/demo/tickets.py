"""Scene four: faults, questions and complaints in every state, under running clocks."""

from __future__ import annotations

import datetime as dt

from huaweicrm.demo.world import World
from service.actions import contracts, outcome, pauses, work
from service.actions.reporting import Report, report
from service.choices import Channel, ContractStatus, PauseReason, Severity, TicketClass
from service.models import ServiceContract, ServiceLevel, Ticket

LEVELS = [
    ("lanhai", "platinum"),
    ("lingdong", "gold"),
    ("qinghe", "silver"),
    ("wangchuan", "gold"),
    ("shuoyuan", "gold"),
]
MINUTE = dt.timedelta(minutes=1)


def tell(world: World) -> None:
    """Contracts, then tickets from the closed one of last month to the one that burns now."""
    for key, level in LEVELS:
        _contract(world, key, level)
    _closed(world)
    _resolved(world)
    _restored(world)
    _reopened(world)
    _paused(world)
    _critical(world)
    _two_minutes(world)
    _unclaimed(world)
    _question(world)
    _complaint(world)
    _cancelled(world)
    _without_contract(world)


def _contract(world: World, key: str, level: str) -> None:
    now = world.at(-200, 10)
    row = ServiceContract(
        customer=world.customers[key],
        level=ServiceLevel.objects.get(code=level),
        name=f"{world.customers[key].short_name}维保服务",
        starts_on=(now - dt.timedelta(days=30)).date(),
        ends_on=(world.now + dt.timedelta(days=60 if key == "qinghe" else 400)).date(),
    )
    contracts.open_contract(row, by=world.by("svc"), now=now)
    contracts.move_contract(row, ContractStatus.ACTIVE, by=world.by("svc"), now=now)


def _report(
    world: World,
    key: str,
    title: str,
    severity: int,
    at: dt.datetime,
    *,
    by: str = "eng",
    contact: str | None = None,
    **more,
) -> Ticket:
    said = Report(
        title=title,
        severity=severity,
        group=world.customers[key].owning_unit,
        contact=world.contacts[contact] if contact else None,
        **more,
    )
    return report(world.customers[key], said, by=world.by(by), now=at)


def _begin(world: World, ticket: Ticket, at: dt.datetime, *, who: str = "eng") -> None:
    work.accept(ticket, by=world.by(who), now=at)
    work.claim(ticket, by=world.by(who), now=at)
    work.contact(ticket, text="已收到，正在看告警。", by=world.by(who), now=at + 2 * MINUTE)


def _closed(world: World) -> None:
    at = world.at(-30, 10)
    ticket = _report(world, "lanhai", "南环传输板卡故障", Severity.MAJOR, at, contact="he")
    _begin(world, ticket, at + 5 * MINUTE)
    outcome.restore(
        ticket, text="更换板卡，业务恢复", by=world.by("eng"), now=at + 90 * MINUTE, confirmed=True
    )
    outcome.resolve(ticket, fix="更换传输板卡并升级固件", by=world.by("eng"), now=world.at(-29, 11))
    outcome.confirm(ticket, by=world.by("eng"), now=world.at(-29, 15), evidence="何主任电话确认")
    outcome.close(
        ticket,
        root_cause="hardware",
        root_cause_text="板卡批次缺陷",
        by=world.by("eng"),
        now=world.at(-29, 16),
    )


def _resolved(world: World) -> None:
    at = world.at(-3, 9, 30)
    ticket = _report(world, "lingdong", "调度网管告警风暴", Severity.MAJOR, at, contact="gong")
    _begin(world, ticket, at + 4 * MINUTE)
    outcome.restore(
        ticket, text="关闭误报规则后恢复", by=world.by("eng"), now=at + 120 * MINUTE, confirmed=True
    )
    outcome.resolve(ticket, fix="修正告警规则并补丁", by=world.by("eng"), now=world.at(-2, 14))


def _restored(world: World) -> None:
    """Back in service by a workaround; the cause is still looked for."""
    at = world.at(-1, 9)
    ticket = _report(world, "lanhai", "核心网元主控板重启", Severity.MAJOR, at, contact="he")
    _begin(world, ticket, at + 5 * MINUTE)
    outcome.restore(
        ticket,
        text="倒换到备板，业务恢复",
        by=world.by("eng"),
        now=at + 70 * MINUTE,
        confirmed=True,
    )


def _reopened(world: World) -> None:
    """Closed last week, and back: the customer was not content."""
    at = world.at(-6, 10)
    ticket = _report(world, "lingdong", "调度终端掉线", Severity.MINOR, at, contact="liang")
    _begin(world, ticket, at + 20 * MINUTE)
    outcome.restore(ticket, text="重启后恢复", by=world.by("eng"), now=at + 90 * MINUTE)
    outcome.resolve(ticket, fix="更新终端驱动", by=world.by("eng"), now=world.at(-5, 10))
    outcome.confirm(ticket, by=world.by("eng"), now=world.at(-5, 15), evidence="梁主任电话确认")
    outcome.close(
        ticket,
        root_cause="software",
        root_cause_text="驱动版本旧",
        by=world.by("eng"),
        now=world.at(-5, 16),
    )
    outcome.reopen(ticket, text="又掉线两次", by=world.by("eng"), now=world.at(-0.3))


def _paused(world: World) -> None:
    at = world.at(-1, 10)
    ticket = _report(world, "wangchuan", "备用链路时延偏高", Severity.MINOR, at, contact="shu")
    _begin(world, ticket, at + 30 * MINUTE)
    pauses.pause(
        ticket,
        reason=PauseReason.WINDOW_SET_BY_CUSTOMER,
        evidence="设备部要求停运后再测",
        expected_resume_at=world.at(1, 1),
        by=world.by("eng"),
        now=at + 60 * MINUTE,
        question="停运窗口定在哪一晚？",
        agreed_by="苏望舒",
    )


def _critical(world: World) -> None:
    """An outage that is past its restore target: the regional head knows."""
    at = world.now - 252 * MINUTE
    ticket = _report(
        world,
        "lanhai",
        "城北汇聚环单链路中断",
        Severity.CRITICAL,
        at,
        contact="he",
        outage=True,
        channel=Channel.PHONE,
    )
    _begin(world, ticket, at + 4 * MINUTE)
    work.send_update(
        ticket, text="光缆断点已定位，抢修队在路上。", by=world.by("eng"), now=at + 50 * MINUTE
    )
    work.send_update(ticket, text="熔接中，预计两小时。", by=world.by("eng"), now=at + 105 * MINUTE)
    work.send_update(
        ticket, text="第一路已恢复，第二路熔接。", by=world.by("eng"), now=at + 160 * MINUTE
    )
    work.send_update(
        ticket, text="等待第二路光功率复测。", by=world.by("eng"), now=at + 215 * MINUTE
    )


def _two_minutes(world: World) -> None:
    """Three quarters of its response time are used up two minutes after the start."""
    at = world.now - 43 * MINUTE
    _report(world, "shuoyuan", "计费话单延迟入库", Severity.MAJOR, at, by="ar_west", contact="zeng")


def _unclaimed(world: World) -> None:
    _report(
        world,
        "lingdong",
        "主备倒换后部分终端离线",
        Severity.MAJOR,
        world.now - 20 * MINUTE,
        contact="liang",
        channel=Channel.EMAIL,
    )


def _question(world: World) -> None:
    at = world.at(-0.1)
    ticket = _report(
        world,
        "qinghe",
        "灾备演练脚本如何改时间窗",
        Severity.QUESTION,
        at,
        contact="su",
        ticket_class=TicketClass.TECHNICAL_QUESTION,
    )
    work.accept(ticket, by=world.by("eng"), now=at + 10 * MINUTE)


def _complaint(world: World) -> None:
    at = world.at(-2, 11)
    ticket = _report(
        world,
        "lanhai",
        "巡检报告连续两个月迟交",
        Severity.QUESTION,
        at,
        contact="fang",
        ticket_class=TicketClass.COMPLAINT,
    )
    _begin(world, ticket, at + 40 * MINUTE, who="eng2")


def _cancelled(world: World) -> None:
    at = world.at(-8, 10)
    ticket = _report(world, "lanhai", "网管登录慢", Severity.MINOR, at, contact="shi")
    outcome.cancel(
        ticket,
        reason="与 TKT-000001 同一原因，已合并说明",
        by=world.by("eng"),
        now=at + 60 * MINUTE,
    )


def _without_contract(world: World) -> None:
    _report(
        world,
        "yanhu",
        "老机柜风扇异响",
        Severity.MINOR,
        world.at(-0.5),
        by="ar_west",
        contact="xie",
        site="盐湖一号站",
    )
