"""Scene six, the customer's own record: a group down to the county, who has a say with whom."""

from __future__ import annotations

from accounts.actions import customers, influences
from accounts.choices import CustomerKind, CustomerLevel, CustomerStatus, InfluenceKind
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


def tell(world: World) -> None:
    """Branches below the group, and the influence between customers in both states."""
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
