"""Scene six: who decides at the customer, whom they listen to, which seats are empty."""

from __future__ import annotations

from typing import Any

from huaweicrm.demo.world import World
from relationships.actions import power, stances
from relationships.choices import SeatRole
from relationships.models import PowerMap, PowerSeat

# key, title, contact or empty, role, key of the seat above, outside the chart
LANHAI = [
    ("chief", "澜海总经理", "", SeatRole.APPROVER, "", False),
    ("vice", "分管网络副总经理", "", SeatRole.APPROVER, "chief", False),
    ("net", "网络部总经理", "lin", SeatRole.DECIDER, "vice", False),
    ("nms", "网管中心副主任", "shi", SeatRole.EVALUATOR, "net", False),
    ("plan", "规划部主管", "lan", SeatRole.EVALUATOR, "net", False),
    ("ops", "运维中心主任", "he", SeatRole.USER, "vice", False),
    ("lab", "研究院院长", "tang", SeatRole.EVALUATOR, "vice", False),
    ("buy", "采购部经理", "fang", SeatRole.GATEKEEPER, "chief", False),
    ("money", "财务部经理", "pei", SeatRole.GATEKEEPER, "chief", False),
    ("sales", "市场部副总", "jiang", SeatRole.SUPPORTER, "chief", False),
    ("old", "退休的前任网络部总经理", "", SeatRole.INFLUENCER, "", True),
    ("tender", "评标专家组组长", "", SeatRole.EVALUATOR, "buy", False),
]
# from, to, what, how strong
TIES = [
    ("lab", "net", "influences", 3),
    ("old", "chief", "influences", 2),
    ("buy", "net", "conflicts", 2),
    ("ops", "buy", "influences", 1),
    ("vice", "lab", "sponsors", 2),
]
TECHNICAL = [
    ("net", "网络部总经理", "lin", SeatRole.DECIDER, "", False),
    ("nms", "网管中心副主任", "shi", SeatRole.EVALUATOR, "net", False),
    ("lab", "研究院院长", "tang", SeatRole.EVALUATOR, "net", False),
]
# contact, days ago, competitor, stance, what shows it
STANCES = [
    ("fang", 50, "华信通达", 1, "比价表里把他们排在第一"),
    ("fang", 16, "华信通达", 2, "书面要求重启比价，点名要他们报价"),
    ("lan", 64, "北辰网络", 2, "评审会上引用他们的技术标准"),
    ("lin", 12, "华信通达", -1, "说他们上次割接超时两小时"),
]
LINGDONG = [
    ("it", "信息通信部经理", "gong", SeatRole.DECIDER, "", False),
    ("grid", "调度中心主任", "liang", SeatRole.EVALUATOR, "it", False),
]


def tell(world: World) -> None:
    """An old map that was put away, the one in force, a draft of the technical chain."""
    old = drawn(world, "lanhai", "去年的建设决策", TECHNICAL, days=320)
    power.activate(old, by=world.by("ar"), now=world.at(-320, 11))
    power.archive(old, by=world.by("ar"), now=world.at(-60, 9))
    row = drawn(world, "lanhai", "网络建设决策", LANHAI, TIES, days=60)
    power.activate(row, by=world.by("ar"), now=world.at(-60, 12))
    drawn(world, "lanhai", "技术标评审", TECHNICAL, days=3, chain="technical")
    for contact, days, rival, value, evidence in STANCES:
        stances.note(
            world.contacts[contact], rival, value,
            by=world.by("ar"), now=world.at(-days, 15), evidence=evidence,
        )  # fmt: skip
    other = drawn(world, "lingdong", "调度云决策", LINGDONG, days=20)
    power.activate(other, by=world.by("ar"), now=world.at(-20, 12))


def drawn(
    world: World,
    customer: str,
    name: str,
    seats: list[tuple[str, str, str, SeatRole, str, bool]],
    ties: list[tuple[str, str, str, int]] | tuple[()] = (),
    *,
    days: int,
    **more: Any,
) -> PowerMap:
    """A draft with its seats and the ties between them."""
    by, now = world.by("ar"), world.at(-days, 10)
    row = power.create(world.customers[customer], name, by=by, now=now, **more)
    made: dict[str, PowerSeat] = {}
    for key, title, contact, role, above, hidden in seats:
        values = {
            "title": title, "contact": world.contacts[contact] if contact else None,
            "role": role, "reports_to": made.get(above), "is_hidden": hidden,
        }  # fmt: skip
        made[key] = power.add_seat(row, values, by=by, now=now)
    for source, target, kind, strength in ties:
        power.connect(made[source], made[target], kind, by=by, now=now, strength=strength)
    return row
