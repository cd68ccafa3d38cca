"""Where we stand at customers: what they let us show."""

from __future__ import annotations

from accounts.actions import references
from accounts.actions.references import Consent
from huaweicrm.demo.world import World

# customer, kind, product, site, what there is to see, who consented, days ago, days to come, proof
SITES = [
    ("lanhai", "showcase", "核心网关", "澜州一号机房", "割接零中断,运维只留两人值守",
     "lin", -120, 200, "三月评审会纪要,已归档"),
    ("lanhai", "trial_bureau", "接入交换机", "溪口县局", "替换友商设备后的实测数据",
     "lin", -340, 18, "江北分公司来函"),
    ("lingdong", "showcase", "电源系统", "岭东调度中心", "双路供电演练", "liang", -300, -6,
     "调度中心主任邮件确认"),
]  # fmt: skip
VISITS = [
    ("澜州一号机房", -60, "江临移动网络部", 6, "回去后要了割接方案"),
    ("澜州一号机房", -15, "北辰铁通", 4, ""),
    ("岭东调度中心", -90, "盐湖化工集团", 3, "立项做双路供电"),
]
CANDIDATE = ("qinghe", "showcase", "双活数据中心", "清河银行同城机房", "上线后可看秒级切换")
RETIRED = ("wangchuan", "trial_bureau", "车地无线", "二号线车辆段", "二期未中标,设备已撤")


def tell(world: World) -> None:
    """Reference sites in each state; one consent ends soon, one has ended."""
    rows = {}
    for key, kind, product, place, highlights, contact, since, until, proof in SITES:
        values = {"kind": kind, "product": product, "site": place, "highlights": highlights}
        by, then = world.by("ar"), world.at(since, 10)
        row = references.create(world.customers[key], values, by=by, now=then)
        end = world.at(until).date()
        consent = Consent(world.contacts[contact], then.date(), end, proof)
        rows[place] = references.activate(row, consent, by=by, now=then)
    for place, days, visitors, people, outcome in VISITS:
        then = world.at(days, 16)
        visit = {"visited_on": then.date(), "visitors": visitors, "people": people,
                 "outcome": outcome}  # fmt: skip
        references.host(rows[place], visit, by=world.by("sr"), now=then)
    _propose(world, *CANDIDATE, days=-8)
    key, kind, product, place, reason = RETIRED
    row = _propose(world, key, kind, product, place, "", days=-200)
    references.retire(row, reason, by=world.by("ar"), now=world.at(-28, 10))


def _propose(
    world: World, key: str, kind: str, product: str, place: str, highlights: str, *, days: int
) -> references.ReferenceSite:
    values = {"kind": kind, "product": product, "site": place, "highlights": highlights}
    now = world.at(days, 10)
    return references.create(world.customers[key], values, by=world.by("ar"), now=now)
