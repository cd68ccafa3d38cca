"""Scene: what we mean to reach at the key accounts, last year, this year and in three."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from accounts.actions import objectives, plans
from accounts.choices_plan import Section
from accounts.models import AccountPlan
from huaweicrm.demo.world import SHANGHAI, World
from relationships.actions.serving import serve
from relationships.models import Interaction
from relationships.queries.objectives import offered

WRITTEN = {
    Section.PERFORMANCE_GAP: "去年传输份额 38%,比计划少 7 个点:电源到货两次延误,割接窗口没排上。",
    Section.OPPORTUNITY_GAP: "县局接入和机房节能我们没有跟,被两家本地厂商拿走。",
    Section.MARKET_INSIGHT: "客户从流量转向算力,明年投资向省干 400G 和核心机房倾斜。",
    Section.STRATEGIC_INTENT: "三年内成为省干与核心机房的主力供应商,客户遇到难题先想到我们。",
    Section.INNOVATION_FOCUS: "绿色网络联合创新中心:夜间节能、隐患预警。",
    Section.BUSINESS_DESIGN: "以省干项目立住格局,以节能服务做厚利润。",
    Section.CRITICAL_TASKS: "1. 实验局年中建成\n2. 电源双源供货\n3. 与规划部完成两次对标",
    Section.ORGANISATION: "铁三角固定,服务驻场增至四人。",
    Section.TALENT: "传输规划专家一名,半年内到位。",
    Section.CULTURE: "答应的事写下来,做不到的先说。",
}
EARLIER = {
    Section.PERFORMANCE_GAP: "份额 33%,客户对割接质量打 7 分。",
    Section.MARKET_INSIGHT: "客户压缩无线投资,传输保持。",
    Section.STRATEGIC_INTENT: "稳住传输,进入机房。",
    Section.CRITICAL_TASKS: "1. 割接一次成功率\n2. 机房节能试点",
}
# type, metric, unit, baseline, target, last month of the objective, measured or None
AIMS = [
    ("foothold", "400G 实验局数量", "个", 0, 2, 6, 2),
    ("scale", "传输份额", "%", 38, 45, 12, 41),
    ("profit", "毛利率", "%", 29, 32, 12, None),
    ("relationship", "规划部支持度达到 +2 的关键人", "人", 1, 3, 12, 2),
    ("service", "年中断时长", "分钟", 41, 26, 12, 30),
]
OLD_AIMS = [
    ("scale", "传输份额", "%", 33, 45, 12, 38),
    ("service", "割接一次成功率", "%", 91, 97, 12, 98),
]


def tell(world: World) -> None:
    """Last year's plan closed, this year's in execution, one submitted, one returned, one begun."""
    year = world.now.astimezone(SHANGHAI).year
    old = _plan(world, "lanhai", "abp", (year - 1, 1), EARLIER, OLD_AIMS, -330)
    _carried(world, old, OLD_AIMS, -320)
    for one in old.objectives.filter(status="open"):
        objectives.drop(one, by=world.by("ar"), now=world.at(-290, 10), note="年终未达,转入今年")
    plans.close(old, by=world.by("ar"), now=world.at(-289, 10))
    _carried(world, _plan(world, "lanhai", "abp", (year, 1), WRITTEN, AIMS, -280), AIMS, -20)
    long = [("scale", "三年累计收入", "亿元", 12, 20, 12, None)]
    asp = _plan(world, "lanhai", "asp", (year, 3), WRITTEN, long, -270)
    plans.submit(asp, by=world.by("ar"), now=world.at(-265, 10))
    plans.approve(asp, by=world.by("rh"), now=world.at(-260, 10))
    waiting = _plan(world, "lingdong", "abp", (year, 1), EARLIER, OLD_AIMS[1:], -9)
    plans.submit(waiting, by=world.by("ar"), now=world.at(-2, 10))
    back = _plan(world, "wangchuan", "abp", (year, 1), EARLIER, OLD_AIMS[1:], -12)
    plans.submit(back, by=world.by("ar"), now=world.at(-6, 10))
    plans.give_back(back, by=world.by("rh"), now=world.at(-5, 11), note="目标没有写到部门,补齐再报")
    _plan(world, "lanhai", "abp", (year + 1, 1), {}, [], -4)
    _served(world)


def _served(world: World) -> None:
    """Meetings of this year that served the relation to the planners."""
    met = Interaction.objects.held().filter(customer=world.customers["lanhai"])
    for row in met.order_by("-starts_at", "id")[:3]:
        aims = offered(row.customer).filter(type="relationship")
        serve(row, aims, by=world.by("ar"), now=world.now)


def _plan(
    world: World,
    customer: str,
    kind: str,
    period: tuple[int, int],
    parts: dict[Section, str],
    aims: list[tuple],
    days: int,
) -> AccountPlan:
    by, now = world.by("ar"), world.at(days, 10)
    values = {part.value: text for part, text in parts.items()}
    if parts:
        values["budget"] = Decimal(3_200_000)
    row = plans.draft(world.customers[customer], kind, period, values, by=by, now=now)
    last = period[0] + period[1] - 1
    for type_, metric, unit, baseline, target, month, _measured in aims:
        due = dt.date(last, month, 30)
        aim = {"type": type_, "metric": metric, "unit": unit, "due_on": due}
        aim |= {"baseline": Decimal(baseline), "target": Decimal(target)}
        objectives.add(row, aim, by=by, now=now)
    return row


def _carried(world: World, row: AccountPlan, aims: list[tuple], days: int) -> None:
    """Approved, begun, and measured so many days ago."""
    by = world.by("ar")
    first = world.at(days - 5, 9) if days < -100 else world.at(-278, 9)
    plans.submit(row, by=by, now=first)
    plans.approve(row, by=world.by("rh"), now=first + dt.timedelta(days=1))
    plans.start(row, by=by, now=first + dt.timedelta(days=2))
    for one in list(row.objectives.order_by("id")):
        measured = next(aim[6] for aim in aims if aim[1] == one.metric)
        if measured is not None:
            objectives.measure(one, Decimal(measured), by=by, now=world.at(days, 16))
