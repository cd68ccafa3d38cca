"""Scene three: promises are threatened; customers are told on time, late, or not yet."""

from __future__ import annotations

import datetime as dt

from core.actors import Actor
from expectations.actions import notice as notices
from expectations.actions import noticedraft
from expectations.actions import risk as risks
from expectations.actions.noticedraft import Offer
from expectations.actions.noticework import notice_of
from expectations.models import CustomerNotice, Risk
from huaweicrm.demo.promises import promise
from huaweicrm.demo.world import World

SOON = dt.timedelta(minutes=2)


def tell(world: World) -> None:
    """One notice in each state, and one whose next alert comes two minutes after the start."""
    _burning(world)
    _drafted(world)
    _two_minutes(world)
    _told_and_acknowledged(world)
    _told_late(world)
    _closed_unharmed(world)
    _internal(world)


def _open(
    world: World,
    promised: str,
    title: str,
    *,
    days: float,
    by: str = "fr",
    category: str = "supply_delay",
    contingency: str,
    probability: int = 4,
    impact: int = 4,
) -> tuple[Risk, CustomerNotice]:
    row = world.made[promised]
    row.refresh_from_db()
    risk = risks.open_risk(
        row.project,
        by=world.by(by),
        now=world.at(days),
        title=title,
        category=category,
        probability=probability,
        impact=impact,
        contingency=contingency,
        owner=world.users[by],
        commitments=[row],
    )
    return risk, notice_of(risk)


def _draft(
    world: World,
    notice: CustomerNotice,
    *,
    at: dt.datetime,
    what: str,
    effect: str,
    later: int,
    offers: list[tuple[str, str, str]],
    contact: str = "lin",
) -> None:
    expected = notice.risk.impact_at + dt.timedelta(days=later)
    noticedraft.draft(
        notice,
        what=what,
        effect=effect,
        expected_at=expected,
        recipients=[world.contacts[contact]],
        offers=[
            Offer(kind, text, world.users[who], notice.risk.impact_at) for kind, text, who in offers
        ],
        by=world.by("fr"),
        now=at,
    )


def _burning(world: World) -> None:
    """Approved, not sent: hours are left. The first thing on the account manager's day."""
    _risk, notice = _open(
        world,
        "cutover",
        "割接方案缺第三方接口说明",
        days=-2.0,
        category="technical",
        contingency="先按已确认接口出第一版，第三方部分单列",
    )
    _draft(
        world,
        notice,
        at=world.at(-0.4),
        what="第三方接口说明晚到，割接方案不能按期定稿。",
        effect="割接窗口需要顺延，业务不受影响。",
        later=4,
        offers=[
            ("resequence", "先割接不依赖第三方接口的 12 个站点", "sr"),
            ("workaround", "保留旧接口并行一周", "sr"),
        ],
    )
    notices.approve(notice, by=world.by("ar"), now=world.at(-0.2))


def _drafted(world: World) -> None:
    """A draft waits for the account manager."""
    world.made["power"].refresh_from_db()
    _risk, notice = _open(
        world,
        "power",
        "核心机房电源模块晚到 9 天",
        days=-1.5,
        contingency="先放备件库 6 套，其余走空运",
        impact=5,
    )
    _draft(
        world,
        notice,
        at=world.at(-0.5),
        what="供应商通知电源模块晚到 9 天。",
        effect="核心机房第二路电源不能按期上电，第一路不受影响。",
        later=9,
        offers=[
            ("loan_equipment", "借用 6 套同型号模块先上电", "fr"),
            ("partial_delivery", "先到 40%，其余分两批", "fr"),
        ],
    )


def _two_minutes(world: World) -> None:
    """Known 24 hours ago less two minutes and still without a draft: the nudge comes in two
    minutes, and so does the alert of 48 hours before the deadline."""
    due = world.now + dt.timedelta(hours=72 + 48) + SOON
    promise(world, "optics_two", "site", "第三方光模块兼容性复测报告", due, "fr", made=-15)
    _open(
        world,
        "optics_two",
        "光模块兼容性复测排不上实验室",
        days=-1 + SOON.total_seconds() / 86400,
        category="resource",
        contingency="改用备用实验室，周末加测",
        probability=3,
    )


def _told_and_acknowledged(world: World) -> None:
    promise(world, "passes", "core", "A 区 12 个站点进场", world.at(1.5), "fr", made=-25)
    _risk, notice = _open(
        world,
        "passes",
        "A 区 12 个站点入场证未批",
        days=-6,
        category="site_readiness",
        contingency="先做 B 区站点",
    )
    _draft(
        world,
        notice,
        at=world.at(-5.5),
        what="A 区 12 个站点的入场证还没有批下来。",
        effect="A 区进场推迟一周，总工期不变。",
        later=7,
        offers=[
            ("resequence", "先做 B 区 15 个站点", "fr"),
            ("resource_swap", "周末两班倒补回一周", "fr"),
        ],
    )
    notices.approve(notice, by=world.by("ar"), now=world.at(-5.3))
    notices.send(notice, by=world.by("fr"), now=world.at(-5.2))
    chosen = notice.alternatives.first()
    notices.acknowledge(
        notice,
        world.contacts["lin"],
        by=Actor.of(world.made["portal:lin"], "portal"),
        now=world.at(-4.9),
        chosen=chosen,
    )


def _told_late(world: World) -> None:
    promise(world, "manual", "site", "驻场操作手册交付", world.at(1.0), "fr", made=-20)
    _risk, notice = _open(
        world,
        "manual",
        "操作手册缺英文版",
        days=-5,
        category="resource",
        contingency="先交中文版",
        probability=5,
        impact=2,
    )
    _draft(
        world,
        notice,
        at=world.at(-1.2),
        what="操作手册的英文版要晚三天。",
        effect="驻场培训先用中文版。",
        later=3,
        contact="zeng",
        offers=[("partial_delivery", "先交中文版，英文版后补", "fr")],
    )
    notices.approve(notice, by=world.by("ar_west"), now=world.at(-1.1))
    notices.send(notice, by=world.by("fr"), now=world.at(-1.0))


def _closed_unharmed(world: World) -> None:
    promise(world, "tools", "core", "割接工具到位", world.at(6), "fr", made=-22)
    risk, _notice = _open(
        world,
        "tools",
        "割接工具还在外地项目",
        days=-9,
        category="resource",
        contingency="租用当地工具",
        probability=2,
    )
    risks.close_risk(risk, note="工具已到，提前两天", by=world.by("fr"), now=world.at(-6))


def _internal(world: World) -> None:
    """A risk that threatens no promise to a customer needs no notice."""
    run = world.made["core"]
    risks.open_risk(
        run,
        by=world.by("sr"),
        now=world.at(-3),
        title="竞争对手在做同机房测试",
        category="competitor",
        probability=3,
        impact=3,
        contingency="请研究院做对比测试",
        owner=world.users["sr"],
    )
