"""Scene five: who was met, what they said, and where they stand, with evidence."""

from __future__ import annotations

import datetime as dt

from accounts.actions import action_items
from accounts.models import Opportunity
from core.actors import Actor
from huaweicrm.demo.world import World
from relationships.actions import assessments, interactions, layer_plans, minutes, plans, ratings
from relationships.actions.minutes import Said
from relationships.models import (
    GridAssessment,
    Interaction,
    InteractionType,
    Minutes,
    RelationshipPlan,
)

# contact, days ago, type, what they said, promise or empty
VISITS = [
    ("lin", 100, "visit", "核心站断电一次，我要写半个月的检查。", ""),
    ("lin", 40, "technical_exchange", "分期方案我可以在评审会上讲。", ""),
    ("lin", 11, "clarification_meeting", "支持分期，先把电源的事说清楚。", "给出电源到货的准话"),
    ("fang", 90, "visit", "三家比价不能省。", ""),
    ("fang", 20, "visit", "要求重启三家比价。", "发分项成本表"),
    ("he", 60, "service_visit", "夜里值守的人够，缺的是能拍板的人。", ""),
    ("he", 1, "visit", "备件先放我这里，别再让我等审批。", "答复备件能不能先放运维中心"),
    ("shi", 35, "technical_exchange", "书面异议我收回，按新的割接方案走。", ""),
    ("tang", 28, "executive_visit_in", "6 GHz 我在集团会上先提。", ""),
    ("jiang", 75, "phone", "市场部等网管大屏演示。", ""),
    ("liang", 30, "visit", "调度云切换演练我亲自看。", ""),
    ("gong", 22, "phone", "告警风暴给我一份分析。", ""),
    ("su", 18, "visit", "演练要写明谁主持。", ""),
    ("shu", 8, "visit", "车地切换这次必须一次过。", ""),
    ("xie", 60, "visit", "资格这一关你们过不去，别再来了。", ""),
    ("zeng", 50, "visit", "驻场的人我放心。", ""),
    ("zeng", 12, "executive_visit_out", "明年的试验网还是你们做。", ""),
]
# (contact, days ago): nobody wrote the minutes yet, or only late
UNWRITTEN = {("he", 1), ("fang", 20)}
LATE = {("zeng", 12)}
# (contact, days ago) -> decisions, promises with days from now, what they said
WRITTEN = {
    ("lin", 11): (
        "分期方案进评审;电源到货日期由我方给准话。",
        [("给出第二批电源的到货日期", 2)],
        ["夜间割接窗口太短,告警太多,值守的人看不过来。"],
    ),
    ("shu", 8): ("车地切换按两步走,先路测再切。", [("路测报告发给信号科", 4)], []),
    ("su", 18): ("演练由客户主持,我方写脚本。", [], ["演练脚本要写到每一步谁说话。"]),
}
# contact, days ago, (intimacy, support), what it rests on, confirmed by the head
GRID = [
    ("lin", 98, (0, -1), "会上倾向另一家方案", True),
    ("lin", 10, (1, 1), "评审会上公开支持分期方案", True),
    ("fang", 88, (-1, -1), "坚持三家比价", True),
    ("fang", 15, (-1, -2), "书面要求重启比价", True),
    ("he", 58, (1, 1), "主动约看备件中心", True),
    ("shi", 84, (-1, -1), "对割接方案提出书面异议", True),
    ("shi", 30, (0, 0), "撤回了对割接方案的书面异议", True),
    ("tang", 26, (2, 2), "在研究院例会上推荐我们的试验网", True),
    ("jiang", 70, (0, 1), "请我们给市场部做演示", True),
    ("lan", 65, (-1, -1), "规划评审中反对技术标准", True),
    ("liang", 28, (1, 1), "把演练日期交给我们定", True),
    ("su", 16, (0, 0), "条件谈得很细，没有倾向", True),
    ("shu", 7, (1, 1), "路测全程陪同", True),
    ("zeng", 10, (1, 2), "会上明说明年试验网由我们做", True),
    ("gong", 20, (2, 0), "常一起打球，评审会上从不表态", True),
    ("xie", 58, (-1, -3), "以供应商资格为由，两次把我们挡在短名单外", True),
    ("he", 1, (2, 2), "把备件库位直接批给了我们", False),
]
# contact, days ago asked, occasion, rater -> score and words; whoever is missing still owes it
ROUNDS = [
    (
        "shi",
        9,
        "割接评审后怎么看",
        {
            "ar": ((0, 0), "会后只谈流程，没有表态"),
            "sr": ((1, 1), "技术澄清会上替新方案说话"),
            "fr": ((0, -1), "现场仍要求保留老割接窗口"),
        },
    ),
    ("lin", 1, "招标前各自判断", {"sr": ((1, 2), "主动要了对比材料"), "ar": None, "fr": None}),
]
# contact, days ago drafted, (intimacy, support), days it runs, how, what became of it
PLANS = [
    ("lin", 9, (2, 2), 40, "把分期方案的好处写成他能在集团讲的一页纸。", "in_progress"),
    ("fang", 13, (0, 0), 32, "交付分项成本，请财务先对齐口径，再谈复供。", "in_progress"),
    ("he", 50, (2, 2), 60, "备件中心共用，帮他减少夜间审批。", "claimed"),
    ("xie", 52, (-1, -1), 120, "请集团信息部说明资格口径，由高层约一次正式会面。", "in_progress"),
    ("shi", 80, (0, 0), 60, "澄清割接事实，请同行来谈。", "confirmed"),
    ("jiang", 60, (1, 2), 30, "网管大屏演示，让市场部先用起来。", "missed"),
    ("tang", 20, (3, 3), 90, "联合课题，请他做评审组长。", "draft"),
]
# layer, (from, target), days ago, how, what shows it or empty
LAYERS = [
    ("universal", ("C", "B"), 40, "三个地市各办一次技术日，县局逐个走到。", ""),
    (
        "organisational",
        ("C", "B"),
        70,
        "高层互访一次，签战略合作框架。",
        "框架协议已签，高层互访已办",
    ),
]
# contact of the plan, days from now, what, owner, days from now when it was done or None
STEPS = [
    ("lin", -3, "一页纸：分期方案的三个好处", "sr", -4),
    ("lin", 6, "陪他向集团汇报一次", "ar", None),
    ("fang", -8, "交付分项成本构成表", "ar", -9),
    ("fang", -3, "与财务部对齐报价口径", "fr", -4),
    ("fang", 2, "邀请参观备件中心，让他看到周转数据", "sr", None),
    ("fang", 14, "共同拟定框架协议条款", "ar", None),
    ("he", -5, "备件库位移交清单", "fr", -6),
]


HEADS = {"ar": "rh", "ar2": "rh", "ar_west": "rh_west"}
"""Who confirms and approves what an account manager proposes."""


def tell(world: World) -> None:
    """Visits first, then positions: the last one waits for the regional head."""
    met: dict[str, list[Interaction]] = {}
    for contact, days, kind, said, promised in VISITS:
        met.setdefault(contact, []).append(_visit(world, contact, days, kind, said, promised))
    told = {}
    events = [(row[1], 0, row) for row in GRID] + [(row[1], 1, row) for row in PLANS]
    for _days, kind, row in sorted(events, key=lambda each: (-each[0], each[1])):
        contact, days = row[:2]
        if kind == 1:
            told[contact] = _planned_for(world, *row)
            continue
        point, evidence, confirmed = row[2:]
        placed = _place(world, contact, days, point, evidence, met.get(contact, []), confirmed)
        if contact in told and told[contact].status == "in_progress" and contact in ("he", "shi"):
            _reported(world, told[contact], placed, days)
    _stepped(world, told)
    _layers(world)
    _planned(world)


def asked(world: World) -> None:
    """Several people are asked where somebody stands, without each other's score."""
    for contact, days, question, scores in ROUNDS:
        rated(world, contact, days, question, scores)


def _manager(world: World, contact: str) -> str:
    owner = world.contacts[contact].relationship_owner
    return next(key for key, user in world.users.items() if user == owner)


def _visit(
    world: World, contact: str, days: int, kind: str, said: str, promised: str
) -> Interaction:
    person = world.contacts[contact]
    starts = world.at(-days, 10)
    values = {
        "type": InteractionType.objects.get(code=kind),
        "starts_at": starts,
        "ends_at": starts + dt.timedelta(hours=1),
        "summary": said,
        "channel": "phone" if kind == "phone" else "onsite",
    }
    if promised:
        values |= {"promise": promised, "promise_due_at": world.now + dt.timedelta(hours=6)}
    by = world.by(_manager(world, contact))
    row = interactions.log(
        person.customer,
        [person],
        values,
        by=by,
        now=starts + dt.timedelta(hours=2),
        participants=[by.user],
    )
    if hasattr(row, "minutes") and (contact, days) not in UNWRITTEN:
        _minuted(world, row.minutes, by, contact, days)
    return row


def _minuted(world: World, row: Minutes, by: Actor, contact: str, days: int) -> None:
    """Written the next morning, one of them late; sent to a colleague and confirmed when older."""
    hours = 30 if (contact, days) in LATE else 20
    at = row.interaction.starts_at + dt.timedelta(hours=hours)
    decisions, promises, opinions = WRITTEN.get((contact, days), ("按会上所说办理。", [], []))
    person = world.contacts[contact]
    minutes.submit(
        row,
        decisions,
        by=by,
        now=at,
        promises=[Said(text, due_at=world.at(after, 18)) for text, after in promises],
        opinions=[Said(text, contact=person) for text in opinions],
    )
    if days > 11:
        minutes.distribute(row, by=by, now=at, users=[world.users["fr"]])
    if days > 30:
        minutes.confirm(row, person, by=by, now=at + dt.timedelta(days=1))


def _place(
    world: World,
    contact: str,
    days: int,
    point: tuple[int, int],
    evidence: str,
    met: list[Interaction],
    confirmed: bool,
) -> GridAssessment:
    now = world.at(-days, 16)
    by = _manager(world, contact)
    linked = [one for one in met if one.starts_at <= now]
    row = assessments.propose(
        world.contacts[contact],
        point,
        by=world.by(by),
        now=now,
        evidence=evidence,
        interactions=linked,
    )
    if confirmed:
        assessments.confirm(row, by=world.by(HEADS[by]), now=now + dt.timedelta(hours=1))
    return row


def _planned_for(
    world: World, contact: str, days: int, target: tuple[int, int], runs: int, how: str, end: str
) -> RelationshipPlan:
    now, person = world.at(-days, 17, 30), world.contacts[contact]
    ar = _manager(world, contact)
    plan = plans.draft(
        person, target, by=world.by(ar), now=now, strategy=how,
        due_on=(now + dt.timedelta(days=runs)).date(), owner=world.users[ar],
        sponsor=world.users["exe"] if target[1] >= 2 else None,
    )  # fmt: skip
    if end != "draft":
        plans.approve(plan, by=world.by(HEADS[ar]), now=now + dt.timedelta(hours=1))
        plans.start(plan, by=world.by(ar), now=now + dt.timedelta(hours=2))
    return plan


def _layers(world: World) -> None:
    """The breadth of people and the two houses: one plan in progress, one reported as reached."""
    for layer, grades, days, how, proof in LAYERS:
        now, by = world.at(-days, 11), world.by("ar")
        plan = layer_plans.draft(
            world.customers["lanhai"], layer, grades, by=by, now=now, strategy=how,
            due_on=(now + dt.timedelta(days=120)).date(), owner=world.users["ar"],
            sponsor=world.users["exe"],
        )  # fmt: skip
        plans.approve(plan, by=world.by("rh"), now=now + dt.timedelta(hours=1))
        plans.start(plan, by=by, now=now + dt.timedelta(hours=2))
        if proof:
            layer_plans.claim(plan, proof, by=by, now=world.at(-1, 15))


def _reported(world: World, plan: RelationshipPlan, row: GridAssessment, days: int) -> None:
    """The owner reports what the new score shows; the head has confirmed one of two."""
    now = world.at(-days, 18)
    plans.claim(plan, row, by=world.by("ar"), now=now)
    if row.status == "confirmed":
        plans.confirm(plan, by=world.by("rh"), now=now + dt.timedelta(hours=1))


def _stepped(world: World, told: dict[str, RelationshipPlan]) -> None:
    for contact, due, what, owner, done in STEPS:
        plan = told[contact]
        user = world.users[owner]
        made = min(world.at(min(due, 0) - 3, 9), world.now)
        step = plans.add_step(
            plan, what, owner=user, due_at=world.at(due, 18),
            by=world.by("ar"), now=made,
        )  # fmt: skip
        if done is not None:
            action_items.done(step, by=world.by(owner), now=world.at(done, 17), evidence="")


def rated(
    world: World,
    contact: str,
    days: int,
    question: str,
    scores: dict,
    opportunity: Opportunity | None = None,
) -> None:
    """Some of us are asked where a person stands; whoever has `None` still owes the answer."""
    now = world.at(-days, 15)
    row = ratings.ask(
        world.contacts[contact],
        [world.users[rater] for rater in scores],
        by=world.by("ar"),
        now=now,
        question=question,
        opportunity=opportunity,
    )
    for hours, (rater, said) in enumerate(scores.items(), start=1):
        if said is not None:
            point, evidence = said
            then = now + dt.timedelta(hours=hours)
            ratings.rate(row, point, by=world.by(rater), now=then, evidence=evidence)


def _planned(world: World) -> None:
    """The next meeting: the card before the door speaks of it."""
    person = world.contacts["lin"]
    starts = world.now + dt.timedelta(hours=2)
    interactions.plan(
        person.customer,
        [person],
        {
            "type": InteractionType.objects.get(code="visit"),
            "starts_at": starts,
            "ends_at": starts + dt.timedelta(hours=1),
            "channel": "onsite",
            "purpose": "电源到货与割接窗口",
            "place": "澜海网络部",
        },
        by=world.by("ar"),
        now=world.at(-1, 17),
        participants=[world.users["ar"]],
    )
