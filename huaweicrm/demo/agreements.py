"""Scene: what two houses agreed on for years, and the projects named in it."""

from __future__ import annotations

import datetime as dt

from accounts.actions import opportunities
from accounts.models import Opportunity
from huaweicrm.demo.world import SHANGHAI, World
from relationships.actions import agreement_force, agreements, innovation, locked
from relationships.models import JointInnovationCentre, StrategicAgreement

# key, customer, title, days from now: first day, last day, drafted; how far it came; clauses;
# what is exclusive
AGREEMENTS = [
    ("power", "lingdong", "配电通信战略合作协议", -338, 76, -358, "in_force",
     "配电通信网优先采用双方联合验证的方案\n每半年一次高层互访\n抢修备件在客户仓库前置", ""),
    ("main", "lanhai", "三年战略合作协议", -150, 780, -190, "in_force",
     "每年一次战略对标会议,双方一把手到场\n新产品在澜海先建实验局\n省干与核心机房项目优先协商"
     "\n联合申报省级科技奖项", ""),
    ("open", "qinghe", "金融云联合运营协议", 20, 750, -35, "approved",
     "双活数据中心联合运维\n共建演练中心", ""),
    ("only", "wangchuan", "车地无线独家合作协议", 30, 900, -18, "negotiating",
     "车地无线二期到三期沿用同一平台\n联合定义测试规范", "车地无线设备,三期以内"),
    ("next", "lanhai_north", "县局宽带合作框架", 15, 400, -6, "drafting",
     "县局光猫统一型号\n每季一次质量回顾", ""),
]  # fmt: skip
# agreement, customer of the deal, deal, years from now, value in thousand CNY or None
LOCKED = [
    ("main", "lanhai", "省干 400G 传输扩容", 0, None),
    ("main", "lanhai", "核心机房节能改造", 1, 15_000),
    ("main", "lanhai_north", "县局光猫替换", 1, None),
    ("power", "lingdong", "配电通信网搬迁", 0, None),
    ("only", "wangchuan", "车地无线三期", 1, 33_000),
]


# key, customer, name, days ago, budget (thousand CNY), our share, how far; charter, IP, awards
CENTRES = [
    ("green", "lanhai", "绿色网络联合创新中心", 140, 6_000, 50, "running",
     "三年为期,省公司副总与我方副总裁任联合理事\n每季评审一次,年底公开成果",
     "双方共有;各自可在本企业内无偿使用,对外许可须书面同意", "省级科技进步奖(联合申报)"),
    ("rail", "wangchuan", "车地无线联合实验室", 40, 2_400, 40, "chartered",
     "为三期制定测试规范", "测试规范归客户,算法归我方", ""),
    ("bank", "qinghe", "双活演练创新中心", 12, 1_500, 60, "proposed", "", "", ""),
]  # fmt: skip
# centre, title, question, until (days from now), how far, what came out, use elsewhere
TOPICS = [
    ("green", "机房夜间节能", "夜间低负荷时段能省多少电而不伤中断指标", 60, "running", "", ""),
    ("green", "光缆隐患预警", "能否提前一天报出劣化的光缆段", 120, "chartered", "", ""),
    (
        "green",
        "告警压缩",
        "值守的人每晚看不过来的告警能压到几条",
        -30,
        "closed",
        "压缩到原来的一成二,误压为零;已进现网两个地市",
        "product",
    ),
    ("rail", "切换时延测试法", "怎样在不停运时段测切换时延", 90, "proposed", "", ""),
]


def tell(world: World) -> None:
    """Agreements in their states, deals locked; joint innovation from a wish to a result."""
    _innovate(world)
    made = {row[0]: _agreement(world, *row) for row in AGREEMENTS}
    _renewed(world, made["power"])
    third = _third_phase(world)
    world.made["deal:wangchuan:车地无线三期"] = third
    for key, customer, deal, years, thousand in LOCKED:
        _lock(world, made[key], world.made[f"deal:{customer}:{deal}"], years, thousand)


def _agreement(
    world: World,
    key: str,
    customer: str,
    title: str,
    first: int,
    last: int,
    days: int,
    state: str,
    clauses: str,
    exclusivity: str,
) -> StrategicAgreement:
    ar = world.by("ar2" if customer == "qinghe" else "ar")
    values = {
        "title": title, "clauses": clauses, "starts_on": _day(world, first),
        "ends_on": _day(world, last), "exclusivity": exclusivity,
        "is_exclusive": bool(exclusivity),
        "documents": f"合同档案室 {title}(签署件)" if state == "in_force" else "",
    }  # fmt: skip
    row = agreements.draft(world.customers[customer], values, by=ar, now=world.at(days, 10))
    world.made[f"agreement:{key}"] = row
    if state == "drafting":
        return row
    agreements.negotiate(row, by=ar, now=world.at(days + 2, 15))
    if state == "negotiating":
        return row
    agreements.approve(row, by=world.by("rh"), now=world.at(days + 12, 11))
    if state == "in_force":
        _sign(world, row, first)
    return row


def _innovate(world: World) -> None:
    made = {row[0]: _centre(world, *row) for row in CENTRES}
    for key, title, question, due, state, outcome, reuse in TOPICS:
        by, now = world.by("sr"), world.at(-100 if key == "green" else -20, 10)
        values = {"title": title, "question": question, "due_on": _day(world, due)}
        row = innovation.add_topic(made[key], values, by=by, now=now)
        if state != "proposed":
            innovation.charter_topic(row, by=by, now=now + dt.timedelta(days=3))
        if state in ("running", "closed"):
            innovation.run_topic(row, by=by, now=now + dt.timedelta(days=10))
        if state == "closed":
            now = world.at(-14, 16)
            innovation.close_topic(row, by=by, now=now, outcome=outcome, reuse=reuse)


def _centre(
    world: World,
    key: str,
    customer: str,
    name: str,
    days: int,
    thousand: int,
    share: int,
    state: str,
    charter: str,
    terms: str,
    awards: str,
) -> JointInnovationCentre:
    by = world.by("ar2" if customer == "qinghe" else "ar")
    values = {
        "name": name, "charter": charter, "ip_terms": terms, "awards": awards,
        "budget": thousand * 1000, "our_share": share,
    }  # fmt: skip
    row = innovation.propose(world.customers[customer], values, by=by, now=world.at(-days, 10))
    if state == "proposed":
        return row
    innovation.charter(row, by=world.by("rh"), now=world.at(3 - days, 15))
    if state == "running":
        innovation.approve_terms(row, by=world.by("cmp"), now=world.at(8 - days, 11))
        innovation.run(row, by=by, now=world.at(10 - days, 9))
    return row


def _sign(world: World, row: StrategicAgreement, days: int) -> None:
    now = world.at(days, 16)
    theirs = row.customer.contacts.filter(status="active").order_by("id").first()
    agreement_force.sign(
        row, now.astimezone(SHANGHAI).date(), by=world.by("ar"), now=now,
        our_signatory=world.users["exe"], their_signatory=theirs,
    )  # fmt: skip


def _renewed(world: World, row: StrategicAgreement) -> None:
    """The one that ends soon has a successor being drafted."""
    row.refresh_from_db()
    if row.status == "in_force":
        agreement_force.renew(row, by=world.by("ar"), now=world.at(-3, 10))


def _lock(
    world: World, row: StrategicAgreement, deal: Opportunity, years: int, thousand: int | None
) -> None:
    row.refresh_from_db()
    year = world.now.astimezone(SHANGHAI).year + years
    now = world.at(-5, 11)
    value = None if thousand is None else thousand * 1000
    if deal.stage in ("won", "lost", "shelved") or year not in locked.years_of(row, now):
        return
    locked.lock(row, deal, year=year, value=value, by=world.by("ar"), now=now)


def _third_phase(world: World) -> Opportunity:
    values = {
        "name": "车地无线三期", "source": "plan", "amount": 33_000_000,
        "expected_close": _day(world, 210),
    }  # fmt: skip
    return opportunities.create(
        world.customers["wangchuan"], values, by=world.by("ar"), now=world.at(-40, 10)
    )


def _day(world: World, days: int) -> dt.date:
    return (world.now.astimezone(SHANGHAI) + dt.timedelta(days=days)).date()
