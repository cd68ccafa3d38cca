"""Scene nine: down to the county, whom we know there and whom we never met."""

from __future__ import annotations

import datetime as dt

from accounts.actions import contacts, customers, leaves
from accounts.actions import customer_units as units
from accounts.choices import ContactLevel, CustomerKind, CustomerLevel, UnitKind
from huaweicrm.demo.world import SHANGHAI, World
from relationships.actions import cadence, coverage, interactions, touches
from relationships.models import InteractionType

# key, name, short name, level, parent
BELOW = [
    ("lanhai_city", "澜海移动通信北澜市分公司", "北澜市公司", CustomerLevel.CITY, "lanhai_north"),
    ("lanhai_county", "澜海移动通信临汐县公司", "临汐县公司", CustomerLevel.COUNTY, "lanhai_city"),
]
OFFICE = UnitKind.EXECUTIVE_OFFICE
# customer, key, name, title, unit, kind, level, days since they were met or None
KNOWN = [
    ("lanhai_city", "mei", "梅知秋", "网络部主任", "网络部", UnitKind.NETWORK, "middle", 140),
    ("lanhai_city", "pan", "潘启明", "市场部主管", "市场部", UnitKind.MARKET, "staff", 33),
    ("lanhai_county", "jian", "简行舟", "县公司经理", "综合部", OFFICE, "top", 210),
    ("lanhai_county", "ruan", "阮小溪", "基站维护", "维护班", UnitKind.NETWORK, "staff", None),
]  # fmt: skip
LEVELS = {
    "top": ContactLevel.EXECUTIVE,
    "middle": ContactLevel.MIDDLE_MANAGER,
    "staff": ContactLevel.STAFF,
}


def tell(world: World) -> None:
    """A city and a county below the province; the matrix as of last night."""
    for key, name, short, level, parent in BELOW:
        world.customers[key] = customers.create(
            {
                "name": name,
                "short_name": short,
                "kind": CustomerKind.OPERATOR,
                "level": level,
                "region": "北澜",
                "industry": "通信",
                "owning_unit": world.units["office"],
                "parent": world.customers[parent],
                "account_manager": world.users["ar"],
            },
            by=world.by("ar"),
            now=world.at(-240, 10),
        )
    for row in KNOWN:
        _known(world, *row)
    coverage.count_all(now=world.at(0, 2))
    _away(world)
    touches.ask(now=world.at(-1, 3))
    cadence.judge(now=world.now)


def _away(world: World) -> None:
    """One is away now with a deputy, one was last week, one called it off."""
    for who, first, last, deputy, kept in (
        ("sr", -9, -5, "fr", True), ("fr", -1, 3, "eng", True), ("ar2", 10, 14, "ar", False),
    ):  # fmt: skip
        now = world.at(min(first - 1, -1), 9)
        day = world.at(first).astimezone(SHANGHAI).date()
        row = leaves.enter(
            world.users[who], day, day + dt.timedelta(days=last - first), by=world.by(who),
            now=now, deputy=world.users[deputy],
        )  # fmt: skip
        if not kept:
            leaves.call_off(row, by=world.by(who), now=now)


def _known(
    world: World,
    customer: str,
    key: str,
    name: str,
    title: str,
    unit: str,
    kind: str,
    level: str,
    days: int | None,
) -> None:
    owner, by, then = world.customers[customer], world.by("ar"), world.at(-230, 11)
    values = {
        "name": name,
        "title": title,
        "unit": units.create(owner, {"name": unit, "kind": kind}, by=by, now=then),
        "level": LEVELS[level],
        "relationship_owner": world.users["ar"],
    }
    world.contacts[key] = contacts.create(owner, values, by=by, now=then)
    if days is None:
        return
    starts = world.at(-days, 15)
    said = {
        "type": InteractionType.objects.get(code="phone"),
        "channel": "phone",
        "starts_at": starts,
        "summary": "问了网络近况，约下次到现场看。",
    }
    interactions.log(
        owner, [world.contacts[key]], said, by=by, now=starts + dt.timedelta(hours=1),
        participants=[world.users["ar"]],
    )  # fmt: skip
