"""Scene one: customers, the people in them, their teams and tiers."""

from __future__ import annotations

import datetime as dt

from accounts.actions import contacts, customers, fit, merging, portal, team, tier
from accounts.actions import customer_units as units
from accounts.choices import (
    ContactLevel,
    CustomerKind,
    CustomerLevel,
    CustomerStatus,
    PortalRight,
    TeamRole,
    UnitKind,
)
from accounts.models import CustomerUnit
from huaweicrm.demo.world import PASSWORD, World

# key, name, short name, kind, level, parent, unit, region, industry, status, manager
CUSTOMERS = [
    (
        "lanhai",
        "澜海移动通信集团",
        "澜海移动通信",
        CustomerKind.OPERATOR,
        CustomerLevel.GROUP,
        None,
        "office",
        "澜州",
        "通信",
        CustomerStatus.ACTIVE,
        "ar",
    ),
    (
        "lanhai_north",
        "澜海移动通信北澜分公司",
        "北澜分公司",
        CustomerKind.OPERATOR,
        CustomerLevel.PROVINCE,
        "lanhai",
        "office",
        "北澜",
        "通信",
        CustomerStatus.ACTIVE,
        "ar",
    ),
    (
        "lingdong",
        "岭东电网有限公司",
        "岭东电网",
        CustomerKind.ENTERPRISE,
        CustomerLevel.GROUP,
        None,
        "office",
        "岭东",
        "电力",
        CustomerStatus.ACTIVE,
        "ar",
    ),
    (
        "qinghe",
        "青禾银行",
        "青禾银行",
        CustomerKind.ENTERPRISE,
        CustomerLevel.GROUP,
        None,
        "office",
        "澜州",
        "金融",
        CustomerStatus.ACTIVE,
        "ar2",
    ),
    (
        "wangchuan",
        "望川轨道交通集团",
        "望川轨道交通",
        CustomerKind.GOVERNMENT,
        CustomerLevel.CITY,
        None,
        "office",
        "望川",
        "交通",
        CustomerStatus.ACTIVE,
        "ar",
    ),
    (
        "yunting",
        "云汀市数据局",
        "云汀数据局",
        CustomerKind.GOVERNMENT,
        CustomerLevel.CITY,
        None,
        "office",
        "云汀",
        "政务",
        CustomerStatus.PROSPECT,
        "ar2",
    ),
    (
        "shuoyuan",
        "朔原电信股份有限公司",
        "朔原电信",
        CustomerKind.OPERATOR,
        CustomerLevel.GROUP,
        None,
        "west_office",
        "朔原",
        "通信",
        CustomerStatus.ACTIVE,
        "ar_west",
    ),
    (
        "yanhu",
        "盐湖化工集团",
        "盐湖化工",
        CustomerKind.ENTERPRISE,
        CustomerLevel.GROUP,
        None,
        "west_office",
        "盐湖",
        "化工",
        CustomerStatus.DORMANT,
        "ar_west",
    ),
]
# customer, key, name, title, unit name, unit kind, level, decides, e-mail
PEOPLE = [
    (
        "lanhai",
        "lin",
        "林若川",
        "网络部总经理",
        "网络部",
        UnitKind.NETWORK,
        ContactLevel.EXECUTIVE,
        True,
        "linruochuan@lanhai.example",
    ),
    (
        "lanhai",
        "fang",
        "方启文",
        "采购部经理",
        "采购部",
        UnitKind.PROCUREMENT,
        ContactLevel.SENIOR_MANAGER,
        True,
        "fangqiwen@lanhai.example",
    ),
    (
        "lanhai",
        "he",
        "何砚秋",
        "运维中心主任",
        "运维中心",
        UnitKind.OPERATIONS,
        ContactLevel.SENIOR_MANAGER,
        False,
        "heyanqiu@lanhai.example",
    ),
    (
        "lanhai",
        "shi",
        "石峻",
        "网管中心副主任",
        "网管中心",
        UnitKind.OPERATIONS,
        ContactLevel.MIDDLE_MANAGER,
        False,
        "shijun@lanhai.example",
    ),
    (
        "lanhai",
        "tang",
        "唐蕴之",
        "研究院院长",
        "研究院",
        UnitKind.INSTITUTE,
        ContactLevel.EXECUTIVE,
        True,
        "tangyunzhi@lanhai.example",
    ),
    (
        "lanhai",
        "jiang",
        "江屿",
        "市场部副总",
        "市场部",
        UnitKind.MARKET,
        ContactLevel.SENIOR_MANAGER,
        False,
        "jiangyu@lanhai.example",
    ),
    (
        "lanhai",
        "pei",
        "裴世安",
        "财务部经理",
        "财务部",
        UnitKind.FINANCE,
        ContactLevel.SENIOR_MANAGER,
        False,
        "peishian@lanhai.example",
    ),
    (
        "lanhai",
        "lan",
        "蓝亭",
        "规划部主管",
        "规划部",
        UnitKind.PLANNING,
        ContactLevel.MIDDLE_MANAGER,
        False,
        "lanting@lanhai.example",
    ),
    (
        "lingdong",
        "liang",
        "梁书亭",
        "调度中心主任",
        "调度中心",
        UnitKind.OPERATIONS,
        ContactLevel.EXECUTIVE,
        True,
        "liangshuting@lingdong.example",
    ),
    (
        "lingdong",
        "gong",
        "龚野",
        "信息通信部经理",
        "信息通信部",
        UnitKind.TECHNOLOGY,
        ContactLevel.SENIOR_MANAGER,
        False,
        "gongye@lingdong.example",
    ),
    (
        "qinghe",
        "su",
        "苏念",
        "科技部总经理",
        "科技部",
        UnitKind.TECHNOLOGY,
        ContactLevel.EXECUTIVE,
        True,
        "sunian@qinghe.example",
    ),
    (
        "wangchuan",
        "shu",
        "苏望舒",
        "设备部部长",
        "设备部",
        UnitKind.TECHNOLOGY,
        ContactLevel.EXECUTIVE,
        True,
        "suwangshu@wangchuan.example",
    ),
    (
        "shuoyuan",
        "zeng",
        "曾令仪",
        "网络建设部总经理",
        "网络建设部",
        UnitKind.NETWORK,
        ContactLevel.EXECUTIVE,
        True,
        "zenglingyi@shuoyuan.example",
    ),
    (
        "yanhu",
        "xie",
        "解明远",
        "信息中心主任",
        "信息中心",
        UnitKind.TECHNOLOGY,
        ContactLevel.SENIOR_MANAGER,
        True,
        "xiemingyuan@yanhu.example",
    ),
]
SIGNERS = ("lin", "liang", "su", "shu", "zeng")
# key, fit scores of five, value, potential, influence: S, A, B, C by R-A1
TIERS = [
    ("lanhai", (92, 90, 84, 88, 91), 88, 84, 90),
    ("lingdong", (74, 70, 72, 76, 73), 68, 66, 60),
    ("qinghe", (58, 52, 50, 55, 60), 54, 50, 40),
    ("wangchuan", (72, 74, 68, 70, 71), 66, 72, 58),
    ("shuoyuan", (86, 82, 84, 88, 85), 84, 80, 78),
]
WAITING = ("yanhu", (30, 34, 28, 32, 35), 30, 26, 20)
FIT_PARTS = (
    "investment_areas",
    "business_scope",
    "organisation_mode",
    "main_business_position",
    "future_value",
)


def tell(world: World) -> None:
    """Customers with trees, contacts, teams, portal users and approved tiers."""
    for row in CUSTOMERS:
        _customer(world, *row)
    for contact in PEOPLE:
        _contact(world, *contact)
    _teams(world)
    _recorded_twice(world)
    _signers(world)
    for number, one in enumerate(TIERS):
        _tier(world, *one, days=-120 + number)
    _tier(world, *WAITING, days=-2, decide=False)


def _customer(
    world: World,
    key: str,
    name: str,
    short: str,
    kind: str,
    level: str,
    parent: str | None,
    unit: str,
    region: str,
    industry: str,
    status: str,
    manager: str,
) -> None:
    now = world.at(-300, 10)
    customer = customers.create(
        {
            "name": name,
            "short_name": short,
            "kind": kind,
            "level": level,
            "country": "中国",
            "region": region,
            "industry": industry,
            "owning_unit": world.units[unit],
            "parent": world.customers.get(parent or ""),
            "account_manager": world.users[manager],
        },
        by=world.by(manager),
        now=now,
    )
    steps = {
        CustomerStatus.ACTIVE: [CustomerStatus.ACTIVE],
        CustomerStatus.DORMANT: [CustomerStatus.ACTIVE, CustomerStatus.DORMANT],
    }
    for place, to in enumerate(steps.get(status, [])):
        customers.change_status(customer, to, by=world.by(manager), now=world.at(-290 + place, 10))
    world.customers[key] = customer


def _recorded_twice(world: World) -> None:
    """One customer was entered twice; the records became one last week and could be two again."""
    other = customers.create(
        {
            "name": "青禾银行股份有限公司",
            "short_name": "青禾银行总行",
            "kind": CustomerKind.ENTERPRISE,
            "level": CustomerLevel.GROUP,
            "region": "澜州",
            "website": "https://www.qinghe.example",
            "owning_unit": world.units["office"],
        },
        by=world.by("ar2"),
        now=world.at(-8, 9),
    )
    merging.merge(
        world.customers["qinghe"], other, take=["website"], by=world.by("rh"), now=world.at(-7, 10)
    )
    world.customers["qinghe"].refresh_from_db()


def _contact(
    world: World,
    customer: str,
    key: str,
    name: str,
    title: str,
    unit_name: str,
    kind: str,
    level: str,
    decides: bool,
    email: str,
) -> None:
    owner = world.customers[customer]
    manager = _manager(world, customer)
    unit = CustomerUnit.objects.filter(customer=owner, name=unit_name).first()
    if unit is None:
        unit = units.create(
            owner, {"name": unit_name, "kind": kind}, by=world.by(manager), now=world.at(-280, 11)
        )
    world.contacts[key] = contacts.create(
        owner,
        {
            "name": name,
            "title": title,
            "unit": unit,
            "level": level,
            "email": email,
            "is_decision_layer": decides,
            "relationship_owner": world.users[manager],
            "phone": f"139{abs(hash_of(key)) % 10**8:08d}",
        },
        by=world.by(manager),
        now=world.at(-280, 11),
    )


def hash_of(text: str) -> int:
    """A number that is the same on every machine."""
    return sum(ord(char) * 7919 ** (place % 5) for place, char in enumerate(text))


def _manager(world: World, customer: str) -> str:
    return next(row[10] for row in CUSTOMERS if row[0] == customer)


def _teams(world: World) -> None:
    now = world.at(-270, 10)
    for key in ("lanhai", "lanhai_north", "lingdong", "qinghe", "wangchuan"):
        customer = world.customers[key]
        team.assign(customer, world.users["sr"], TeamRole.SR, by=world.by("rh"), now=now)
        if key != "qinghe":  # a vacancy that the page shows
            team.assign(customer, world.users["fr"], TeamRole.FR, by=world.by("rh"), now=now)
    for key in ("lanhai", "shuoyuan"):
        team.assign(
            world.customers[key],
            world.users["exe"],
            TeamRole.EXECUTIVE_SPONSOR,
            by=world.by("exe"),
            now=now,
        )


def _signers(world: World) -> None:
    now = world.at(-260, 10)
    for key in SIGNERS:
        contact = world.contacts[key]
        owner = next(row[0] for row in PEOPLE if row[1] == key)
        by = world.by(_manager(world, owner))
        until = (world.now + dt.timedelta(days=365)).date()
        contacts.attest_signing(contact, by=by, now=now, until=until)
        rights = [PortalRight.VIEW, PortalRight.SIGN, PortalRight.TICKET]
        membership = portal.invite(contact, rights, by=by, now=now)
        portal.accept(membership, PASSWORD, by=world.system, now=now)
        world.made[f"portal:{key}"] = membership.user


def _tier(
    world: World,
    key: str,
    parts: tuple[int, ...],
    value: int,
    potential: int,
    influence: int,
    *,
    days: int,
    decide: bool = True,
) -> None:
    customer = world.customers[key]
    manager, head = _manager(world, key), "rh_west" if key in ("shuoyuan", "yanhu") else "rh"
    now = world.at(days, 10)
    made = fit.draft(
        customer,
        {
            "as_of": now.date(),
            "evidence": "年度战略对标与投资计划",
            "horizon_years": 3,
            **dict(zip(FIT_PARTS, parts, strict=True)),
        },
        by=world.by(manager),
        now=now,
    )
    fit.submit(made, by=world.by(manager), now=now)
    fit.approve(made, by=world.by(head), now=now)
    row = tier.draft(
        customer,
        {
            "as_of": now.date(),
            "current_value": value,
            "potential": potential,
            "influence": influence,
            "evidence": "近三年订货与回款",
        },
        by=world.by(manager),
        now=now,
    )
    tier.submit(row, by=world.by(manager), now=now)
    if decide:
        approver = "exe" if row.proposed_tier == 1 else head
        tier.approve(row, by=world.by(approver), now=now)
