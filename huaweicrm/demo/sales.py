"""Scene: what may be sold, at every stage, with one tender that is near."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from accounts.actions import opportunities
from accounts.choices import OPEN_STAGES, OpportunitySource, Stage
from huaweicrm.demo.world import SHANGHAI, World

# customer, name, source, amount, expected close, tender decision (days from now), stage, reason,
# who got it
DEALS = [
    ("lanhai", "省干 400G 传输扩容", OpportunitySource.PLAN, 186_000_000, 40, 21,
     Stage.NEGOTIATING, "", ""),
    ("lanhai", "核心机房节能改造", OpportunitySource.SERVICE, 12_400_000, 75, None,
     Stage.PROPOSING, "", ""),
    ("lanhai_north", "县局光猫替换", OpportunitySource.POTATO, 860_000, -6, None,
     Stage.QUALIFIED, "", ""),
    ("lingdong", "配电通信网搬迁", OpportunitySource.SWAP, 43_000_000, 110, 96,
     Stage.PROPOSING, "", ""),
    ("qinghe", "双活数据中心", OpportunitySource.PLAN, 58_000_000, 60, None, Stage.LEAD, "", ""),
    ("wangchuan", "车地无线二期", OpportunitySource.STANDARDS, 27_500_000, -30, -30,
     Stage.WON, "样板段实测切换时延领先", ""),
    ("qinghe", "网点万兆改造", OpportunitySource.PLAN, 9_800_000, -45, -45,
     Stage.LOST, "报价高一成，交付期长三周", "朗讯达"),
    ("yunting", "城市数据底座", OpportunitySource.PLAN, 31_000_000, 150, None,
     Stage.SHELVED, "财政预算推迟到明年", ""),
]  # fmt: skip


def tell(world: World) -> None:
    """Deals in every stage, each noted two months ago and moved on since."""
    for row in DEALS:
        _deal(world, *row)


def _deal(
    world: World,
    customer: str,
    name: str,
    source: str,
    amount: int,
    close: int,
    tender: int | None,
    stage: str,
    reason: str,
    lost_to: str,
) -> None:
    by, noted = world.by("ar2" if customer in ("qinghe", "yunting") else "ar"), world.at(-60, 10)
    values = {
        "name": name,
        "source": source,
        "amount": Decimal(amount),
        "expected_close": _day(world, close),
        "tender_decision_date": None if tender is None else _day(world, tender),
    }
    row = opportunities.create(world.customers[customer], values, by=by, now=noted)
    world.made[f"deal:{customer}:{name}"] = row
    reached = stage if stage in OPEN_STAGES else Stage.PROPOSING
    if reached != Stage.LEAD:
        opportunities.go_on(row, reached, by=by, now=world.at(-50, 11))
    if stage not in OPEN_STAGES:
        opportunities.close(
            row, stage, by=by, now=world.at(-20, 16), reason=reason, lost_to=lost_to
        )


def _day(world: World, days: int) -> dt.date:
    return world.at(days).astimezone(SHANGHAI).date()
