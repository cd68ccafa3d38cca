"""Where we stand at customers: what they let us show, what they use, what competitors hold."""

from __future__ import annotations

from accounts.actions import customer_units, penetration, positions, references
from accounts.actions.references import Consent
from accounts.models import CustomerUnit
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

# customer, competitor, product, share, strengths, weaknesses, open issues, swap plan, days, source
POSITIONS = [
    (
        "lanhai",
        "华信通达",
        "接入交换机",
        55,
        "价格低两成",
        "县局现场支持弱",
        "割接超时两小时,客户仍在追责",
        "",
        -210,
        "集采公示",
    ),
    (
        "lanhai",
        "华信通达",
        "接入交换机",
        35,
        "价格低两成",
        "县局现场支持弱",
        "",
        "明年扩容时按县逐个替换",
        -20,
        "运维中心主任当面说",
    ),
    (
        "lanhai",
        "蓝湾科技",
        "传输",
        30,
        "在研究院有联合课题",
        "无 400G 商用案例",
        "",
        "",
        -45,
        "技术交流会",
    ),
    (
        "lingdong",
        "北辰通信",
        "配电通信网",
        None,
        "存量大,二十年合作",
        "网管已停更",
        "网管无法升级",
        "随迁改工程分三期搬迁",
        -30,
        "招标公告",
    ),
]
ENDED = ("wangchuan", "蓝湾科技", "车地无线", 100, "", "", "", "", -60, "中标公告")
# customer, product, department, how far, note, days
USES = [
    ("lanhai", "核心网关", None, "main", "", -200),
    ("lanhai", "核心网关", "网络部", "main", "", -200),
    ("lanhai", "核心网关", "市场部", "trial", "切片专线试点", -30),
    ("lanhai", "接入交换机", None, "limited", "溪口已替换", -20),
    ("lanhai", "传输", "网络部", "main", "", -150),
    ("lanhai", "数据中心", None, "none", "正在选型", -15),
    ("lingdong", "电源系统", None, "main", "", -120),
    ("lingdong", "配电通信网", None, "none", "", -30),
    ("qinghe", "传输", None, "trial", "同城双活验证", -12),
]

# customer, department, the one it is part of
BELOW = [("lanhai", "网管中心", "运维中心")]


def tell(world: World) -> None:
    """Reference sites in each state; one consent ends soon, one has ended."""
    for key, name, upper in BELOW:
        units = CustomerUnit.objects.filter(customer=world.customers[key])
        unit, parent = units.get(name=name), units.get(name=upper)
        customer_units.edit(
            unit, {"parent": parent}, by=world.by("ar"), now=world.at(-90, 10), version=None
        )
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
    rows = [_position(world, *one) for one in (*POSITIONS, ENDED)]
    positions.end(rows[-1], by=world.by("ar"), now=world.at(-5, 10))
    for key, product, unit, status, note, days in USES:
        customer = world.customers[key]
        where = CustomerUnit.objects.filter(customer=customer, name=unit).first() if unit else None
        said = {"status": status, "note": note}
        penetration.create(
            customer, product, said, unit=where, by=world.by("sr"), now=world.at(days, 11)
        )


def _position(
    world: World, key: str, rival: str, product: str, share: int | None, *texts: str | int
) -> positions.CompetitorPosition:
    *said, days, source = texts
    names = ("strengths", "weaknesses", "open_issues", "swap_plan")
    now = world.at(float(days), 11)
    values = dict(zip(names, said, strict=True)) | {
        "competitor": rival, "product": product, "share": share, "as_of": now.date(),
        "source": source,
    }  # fmt: skip
    return positions.note(world.customers[key], values, by=world.by("ar"), now=now)


def _propose(
    world: World, key: str, kind: str, product: str, place: str, highlights: str, *, days: int
) -> references.ReferenceSite:
    values = {"kind": kind, "product": product, "site": place, "highlights": highlights}
    now = world.at(days, 10)
    return references.create(world.customers[key], values, by=world.by("ar"), now=now)
