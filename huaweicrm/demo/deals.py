"""Scene: who stands elsewhere in one deal than in general, and who decides about it."""

from __future__ import annotations

import datetime as dt

from huaweicrm.demo.power import drawn
from huaweicrm.demo.relations import rated
from huaweicrm.demo.world import World
from relationships.actions import assessments, power
from relationships.choices import SeatRole
from relationships.models import Interaction

DEAL = "deal:lanhai:省干 400G 传输扩容"
# contact, days ago, (intimacy, support), what it rests on, confirmed by the head
JUDGED = [
    ("lin", 38, (0, 0), "400G 分期的好处还没看清，先听各家方案", True),
    ("lin", 8, (1, 2), "评标细则里写进了我们建议的分期验收", True),
    ("fang", 14, (-1, -3), "提出本单按最低价定标，不给技术分", True),
    ("he", 30, (1, 1), "愿意按我们的备件方案写运维要求", True),
    ("shi", 25, (0, 1), "现场试点后说 400G 板卡割接风险可控", True),
    ("tang", 24, (2, 1), "支持我们，但本单由省里定，他不出面", True),
    ("lan", 6, (-1, 0), "规划上不再反对，等评标结果", False),
]
# contact, days ago asked, occasion, rater -> score and words
ASKED = (
    "jiang",
    3,
    "评标前各自判断",
    {
        "ar": ((0, 1), "说市场部等着新带宽上线"),
        "sr": ((0, -1), "私下问另一家什么时候能交付"),
        "fr": ((0, 0), "现场会上没有表态"),
    },
)
# as in huaweicrm.demo.power
SEATS = [
    ("net", "网络部总经理", "lin", SeatRole.DECIDER, "", False),
    ("nms", "网管中心副主任", "shi", SeatRole.EVALUATOR, "net", False),
    ("plan", "规划部主管", "lan", SeatRole.EVALUATOR, "net", False),
    ("ops", "运维中心主任", "he", SeatRole.USER, "net", False),
    ("buy", "采购部经理", "fang", SeatRole.GATEKEEPER, "", False),
    ("money", "财务部经理", "pei", SeatRole.GATEKEEPER, "buy", False),
    ("tender", "评标专家组组长", "", SeatRole.EVALUATOR, "buy", False),
]


def tell(world: World) -> None:
    """One deal before its tender: six people are judged for it, a seventh by three of us; the map
    of who decides about it shows them where they stand in it."""
    deal = world.made[DEAL]
    for contact, days, point, evidence, confirmed in JUDGED:
        person, now, by = world.contacts[contact], world.at(-days, 17), world.by("ar")
        met = Interaction.objects.held().filter(contacts=person, starts_at__lte=now)
        row = assessments.propose(
            person,
            point,
            by=by,
            now=now,
            evidence=evidence,
            interactions=met.order_by("-starts_at")[:3],
            opportunity=deal,
        )
        if confirmed:
            assessments.confirm(row, by=world.by("rh"), now=now + dt.timedelta(hours=1))
    rated(world, *ASKED, opportunity=deal)
    row = drawn(world, "lanhai", "400G 评标决策", SEATS, days=5, opportunity=deal)
    power.activate(row, by=world.by("ar"), now=world.at(-5, 12))
