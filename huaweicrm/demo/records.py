"""Scene six, the customer's own record: a group down to the county, who has a say with whom."""

from __future__ import annotations

from decimal import Decimal

from accounts.actions import assets, buying_profiles, customers, influences, insights, lifecycle
from accounts.buying import parse
from accounts.choices import (
    AssetStatus,
    CustomerKind,
    CustomerLevel,
    CustomerStatus,
    InfluenceKind,
    MainBusiness,
    ProcurementMode,
    Vendor,
)
from huaweicrm.demo.world import World

# key, name, short name, kind, level, parent, region
BRANCHES = [
    (
        "lanhai_city",
        "澜海移动通信云栖市分公司",
        "云栖分公司",
        CustomerKind.OPERATOR,
        CustomerLevel.CITY,
        "lanhai_north",
        "云栖",
    ),
    (
        "lanhai_county",
        "澜海移动通信溪口县分公司",
        "溪口县分公司",
        CustomerKind.OPERATOR,
        CustomerLevel.COUNTY,
        "lanhai_city",
        "溪口",
    ),
    (
        "lanhai_design",
        "澜海通信规划设计院",
        "澜海设计院",
        CustomerKind.INSTITUTE,
        CustomerLevel.OTHER,
        None,
        "澜州",
    ),
]
# who has a say, where, how, note
SAYS = [
    ("lanhai_design", "lanhai", InfluenceKind.ADVISES, "每年十月出规划建议书"),
    ("lanhai", "lanhai_north", InfluenceKind.APPROVES, "五百万元以上由集团审批"),
    ("lanhai", "lanhai_north", InfluenceKind.BUDGETS, "十一月下达下一年投资预算"),
]
ENDED = ("lanhai_design", "lanhai_north", InfluenceKind.ADVISES, "省院合并后不再单独出具意见")


# customer, days ago, whether published, the parts
INSIGHTS = [
    (
        "lanhai",
        -400,
        True,
        (
            "移动用户到顶，增长靠政企专网。",
            "两年内完成核心网云化，年度投资约 18 亿元。",
            "三到五年内从管道转向行业解决方案。",
            "网络事故问责到人，备件到货慢。",
            "蓝岸以低价进入接入网。",
            MainBusiness.SUPPORTING,
        ),
    ),
    (
        "lanhai",
        -30,
        True,
        (
            "资费见底，政企专网和算力网络是新的增长点；能耗考核趋严。",
            "今年十一月下达明年预算：核心网扩容 1.25 亿元，5G 专网二期 6800 万元。",
            "三到五年内：核心网三分之二云化，专网覆盖十二个省的重点园区。",
            "“核心站断电一次，我要写半个月的检查。”审批长，现场等不起。",
            "蓝岸在接入网报价低两成，交付口碑一般；北辰重在云平台。",
            MainBusiness.MAIN,
        ),
    ),
    (
        "lingdong",
        -345,
        True,
        (
            "电网投资转向配网自动化和储能。",
            "明年改造 40 座变电站的通信网。",
            "五年内建成调度数据网双平面。",
            "停电窗口少，施工只能在夜间。",
            "",
            MainBusiness.SUPPORTING,
        ),
    ),
    (
        "qinghe",
        -5,
        False,
        ("监管要求两地三中心。", "", "", "夜间批处理跑不完。", "", ""),
    ),
]
STEPS = """需求立项 | 网络部、规划部 | 20
技术规范书 | 规划部、研究院 | 25
公开招标 | 采购部 | 45
评标与定标 | 采购部、财务部、网络部 | 15
合同审批 | 集团总经理办公会 | 20"""
# customer, days ago, procurement, budget cycle, budget, how it pays, steps
PROFILES = [
    (
        "lanhai",
        -300,
        ProcurementMode.INVITED_TENDER,
        "九月报计划，十二月定",
        "98000000",
        "验收后 90 天",
        "技术评审 | 网络部 | 20\n邀请招标 | 采购部 | 30",
    ),
    (
        "lanhai",
        -60,
        ProcurementMode.OPEN_TENDER,
        "九月报计划，十一月下达预算",
        "193000000",
        "预付 30%，到货 40%，终验 30%，平均 60 天到账",
        STEPS,
    ),
    (
        "lingdong",
        -150,
        ProcurementMode.FRAMEWORK,
        "框架协议两年一签",
        None,
        "按季结算",
        "框架内下单 | 信息通信部 | 10\n到货验收 | 调度中心",
    ),
]


# customer, product, model, serial, site, whose, pieces, in service days ago, warranty days from now
ASSETS = [
    ("lanhai", "核心网关", "CG-9800", "CG98-2201", "澜州核心机房", Vendor.OURS, 2, 700, 30),
    ("lanhai", "汇聚路由器", "AR-6600", "AR66-1107", "城北汇聚环", Vendor.OURS, 6, 420, 310),
    ("lanhai", "电源模块", "PM-48", "PM48-0032", "核心机房二层", Vendor.OURS, 12, 1100, -5),
    ("lanhai", "接入交换机", "LB-240", "", "溪口县", Vendor.COMPETITOR, 40, 900, None),
    ("lingdong", "调度数据网路由器", "AR-6600", "AR66-2210", "岭东调度楼", Vendor.OURS, 4, 300, 55),
]
PLANNED = ("lanhai", "5G 专网基站", "BTS-5900", "云栖产业园", 18)


# customer, who looked at its record, days ago
VERIFIED = [("lanhai", "ar", -20), ("lingdong", "ar", -200)]


def tell(world: World) -> None:
    """Branches below the group, influence between customers, insight and how they buy."""
    _branches(world)
    for insight in INSIGHTS:
        _insight(world, *insight)
    for profile in PROFILES:
        _profile(world, *profile)
    _assets(world)
    _steps(world)
    for key, manager, days in VERIFIED:
        row, by, now = world.customers[key], world.by(manager), world.at(days, 17)
        first = {"first_order_date": world.at(-2000).date()}
        customers.edit(row, first, by=by, now=now, version=None)
        customers.verify(row, by=by, now=now, on=now.date())


def _steps(world: World) -> None:
    """Steps along the lifecycle in each state."""
    ways = [
        ("qinghe", "ar2", CustomerStatus.DORMANT, -40, "overtaken"),
        ("wangchuan", "ar", CustomerStatus.DORMANT, -12, "rejected"),
        ("lingdong", "ar", CustomerStatus.LOYAL, -9, "confirmed"),
        ("lanhai", "ar", CustomerStatus.LOYAL, -1, ""),
    ]
    for key, manager, to, days, end in ways:
        row, now = world.customers[key], world.at(days, 3)
        step = lifecycle.propose(row, to, by=world.system, now=now)
        by, later = world.by(manager), world.at(days + 1, 10)
        if end == "overtaken":
            lifecycle.overtake(step, by=world.system, now=later)
        elif end == "rejected":
            lifecycle.reject(step, "二期正在招标，月底有会", by=by, now=later)
        elif end == "confirmed":
            lifecycle.confirm(step, by=by, now=later)


def _branches(world: World) -> None:
    by, now = world.by("ar"), world.at(-200, 10)
    for key, name, short, kind, level, parent, region in BRANCHES:
        row = customers.create(
            {
                "name": name,
                "short_name": short,
                "kind": kind,
                "level": level,
                "country": "中国",
                "region": region,
                "industry": "通信",
                "owning_unit": world.units["office"],
                "parent": world.customers.get(parent or ""),
                "account_manager": world.users["ar"],
            },
            by=by,
            now=now,
        )
        customers.change_status(row, CustomerStatus.ACTIVE, by=by, now=world.at(-199, 10))
        world.customers[key] = row
    for line in [*SAYS, ENDED]:
        made = _say(world, *line)
    influences.end(made, by=by, now=world.at(-30, 16))


def _say(world: World, who: str, whom: str, kind: str, note: str):
    ends = world.customers[who], world.customers[whom]
    return influences.add(*ends, kind, note=note, by=world.by("ar"), now=world.at(-190, 10))


def _insight(world: World, key: str, days: int, published: bool, parts: tuple[str, ...]) -> None:
    values = dict(zip(insights.FIELDS, parts, strict=True))
    by = world.by("ar2" if key == "qinghe" else "ar")
    row = insights.draft(world.customers[key], values, by=by, now=world.at(days, 10))
    if published:
        insights.publish(row, by=by, now=world.at(days + 1, 16))


def _profile(
    world: World,
    key: str,
    days: int,
    mode: str,
    cycle: str,
    budget: str | None,
    pays: str,
    lines: str,
) -> None:
    values = {
        "procurement_mode": mode,
        "budget_cycle": cycle,
        "budget_amount": Decimal(budget) if budget else None,
        "payment_habit": pays,
    }
    steps, _mistakes = parse(lines)
    buying_profiles.write(
        world.customers[key], values, steps, by=world.by("ar"), now=world.at(days, 11)
    )


def _assets(world: World) -> None:
    """Equipment in each state; one piece is covered by a contract."""
    names = ("product", "model", "serial", "site", "vendor", "quantity")
    for key, *facts, since, until in ASSETS:
        values = dict(zip(names, facts, strict=True)) | {
            "status": AssetStatus.IN_SERVICE,
            "commissioned_on": world.at(-since).date(),
            "warranty_end": None if until is None else world.at(until).date(),
        }
        row = assets.create(world.customers[key], values, by=world.by("fr"), now=world.at(-100, 15))
        if row.serial == "PM48-0032":
            assets.edit(
                row,
                {"contract": "SC-2026-01"},
                by=world.by("fr"),
                now=world.at(-20, 15),
                version=row.version,
            )
        elif row.vendor == Vendor.COMPETITOR:
            assets.retire(row, "溪口换成我们的接入交换机", by=world.by("fr"), now=world.at(-3, 15))
        else:
            assets.verify(row, by=world.by("fr"), now=world.at(-15, 15))
    key, product, model, site, pieces = PLANNED
    planned = {"product": product, "model": model, "site": site, "quantity": pieces}
    assets.create(world.customers[key], planned, by=world.by("fr"), now=world.at(-10, 15))
    rival = {
        "product": "接入交换机",
        "model": "LB-260",
        "vendor": Vendor.COMPETITOR,
        "quantity": 25,
        "status": AssetStatus.IN_SERVICE,
        "site": "云栖",
    }
    assets.create(world.customers[key], rival, by=world.by("fr"), now=world.at(-60, 15))
