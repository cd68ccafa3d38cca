"""Scene five: who was met, what they said, and where they stand, with evidence."""

from __future__ import annotations

import datetime as dt

from core.actors import Actor
from huaweicrm.demo.world import World
from relationships.actions import assessments, interactions, minutes, ratings
from relationships.actions.minutes import Said
from relationships.models import Interaction, InteractionType, Minutes

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


def tell(world: World) -> None:
    """Visits first, then positions: the last one waits for the regional head."""
    met: dict[str, list[Interaction]] = {}
    for contact, days, kind, said, promised in VISITS:
        met.setdefault(contact, []).append(_visit(world, contact, days, kind, said, promised))
    for contact, days, point, evidence, confirmed in GRID:
        _place(world, contact, days, point, evidence, met.get(contact, []), confirmed)
    _planned(world)
    for contact, days, question, scores in ROUNDS:
        _rated(world, contact, days, question, scores)


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
) -> None:
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
        head = "rh_west" if by == "ar_west" else "rh"
        assessments.confirm(row, by=world.by(head), now=now + dt.timedelta(hours=1))


def _rated(world: World, contact: str, days: int, question: str, scores: dict) -> None:
    now = world.at(-days, 15)
    row = ratings.ask(
        world.contacts[contact],
        [world.users[rater] for rater in scores],
        by=world.by("ar"),
        now=now,
        question=question,
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
