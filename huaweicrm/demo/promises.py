"""Scene two: projects, what customers expect, forms on their way, signed, in force."""

from __future__ import annotations

import datetime as dt
import re

from core.actors import Actor
from core.models import OutboxMessage
from expectations.actions import commitment as commitments
from expectations.actions import form as forms
from expectations.actions import item as items
from expectations.actions import milestone as milestones
from expectations.actions import project as projects
from expectations.actions import signing
from expectations.choices import PriorityClass
from expectations.models import Commitment, ConfirmationForm, ExpectationItem, Project, SigningLink
from huaweicrm.demo.world import World

# key, customer, name, opened (days ago), owner, leads beyond the team, value, days to finish
PROJECTS = [
    ("core", "lanhai", "核心网扩容", 80, "ar", {}, 86_000_000, 45),
    ("five", "lanhai", "5G 专网二期", 40, "ar", {}, 35_800_000, 120),
    ("spare", "lanhai_north", "备件寄售试点", 12, "ar", {}, 2_400_000, 60),
    ("dispatch", "lingdong", "调度云灾备", 30, "ar", {}, 18_600_000, 150),
    ("train", "wangchuan", "车地无线改造", 25, "ar", {}, 12_300_000, 180),
    ("bank", "qinghe", "灾备中心二期", 20, "ar2", {"fr": "fr"}, 9_700_000, 140),
    ("site", "shuoyuan", "驻场保障服务", 70, "ar_west", {"sr": "sr", "fr": "fr"}, 6_200_000, 30),
]
# importance, impact, urgency, feasibility; the third line of the negotiable ones weighs like a must
SCORES: dict[str, list[tuple[int, int, int, int]]] = {
    PriorityClass.MUST: [(5, 4, 4, 4), (4, 5, 4, 3), (5, 5, 3, 2)],
    PriorityClass.NEGOTIABLE: [(4, 3, 3, 4), (3, 4, 3, 5), (4, 4, 5, 3)],
    PriorityClass.DEFERRED: [(2, 3, 2, 2), (3, 3, 3, 1)],
}
# project -> one line each: what, how much, proof, by when; then the class
LINES: dict[str, list[tuple[str, PriorityClass]]] = {
    "core": [
        ("单站年中断≤26分钟,网管统计", PriorityClass.MUST),
        ("割接回退次数≤1次,割接记录", PriorityClass.MUST),
        ("核心机房电源模块到货,到货签收单", PriorityClass.MUST),
        ("网管大屏刷新≤5秒,现场演示", PriorityClass.NEGOTIABLE),
        ("AI 排障准确率≥99%,抽样复核", PriorityClass.DEFERRED),
    ],
    "five": [
        ("专网端到端时延≤20毫秒,拨测报告", PriorityClass.MUST),
        ("双电源覆盖率≥95%,巡检表", PriorityClass.NEGOTIABLE),
        ("驻场工程师≥3人,考勤记录", PriorityClass.NEGOTIABLE),
        ("6GHz 试验频点开通,联合测试报告", PriorityClass.DEFERRED),
    ],
    "spare": [("常用备件到场≤4小时,到货记录", PriorityClass.MUST)],
    "dispatch": [
        ("切换时间≤30秒,切换演练记录", PriorityClass.MUST),
        ("演练次数≥2次,演练报告", PriorityClass.NEGOTIABLE),
    ],
    "train": [
        ("车地切换中断≤50毫秒,路测报告", PriorityClass.MUST),
        ("隧道覆盖率≥98%,路测报告", PriorityClass.MUST),
        ("备件国产化率≥80%,清单", PriorityClass.DEFERRED),
    ],
    "bank": [
        ("数据丢失≤0.5秒,演练记录", PriorityClass.MUST),
        ("恢复演练≥4次,演练报告", PriorityClass.NEGOTIABLE),
    ],
    "site": [
        ("故障到场≤2小时,工单记录", PriorityClass.MUST),
        ("月度巡检≥1次,巡检报告", PriorityClass.NEGOTIABLE),
    ],
}


OPTIONS = {
    "names": ["夜间一次割接", "分三批割接"],
    "chosen": 1,
    "rows": [
        {"label": "业务影响", "cells": ["一晚，回退 2 小时", "每批一小时，可单独回退"]},
        {"label": "工期", "cells": ["两周", "五周"]},
        {"label": "费用", "cells": ["无", "增加值守 6 人天"]},
    ],
}


def tell(world: World) -> None:
    """Seven projects, one in each state of the form."""
    for row in PROJECTS:
        _project(world, *row)
    _effective(world, "core", "lin", days=72)
    _effective(world, "site", "zeng", days=64)
    _sent(world, "five", "lin", days=9)
    _sent(world, "train", "shu", days=1)
    _signed(world, "dispatch", "liang", days=6)
    form = _sent(world, "bank", "su", days=8)
    signing.comment(
        form,
        "演练次数请改为每季度一次，并写明由谁主持。",
        by=Actor.of(world.made["portal:su"], "portal"),
        now=world.at(-5, 15),
        contact_id=world.contacts["su"].pk,
    )
    forms.draft_form(world.made["spare"], by=world.by("ar"), now=world.at(-3, 10))
    for key in ("core", "site"):
        projects.start(world.made[key], by=world.by("fr"), now=world.at(-60, 10))
    projects.start_early(
        world.made["five"],
        reason="机房已断电腾空，等签字会误割接窗口",
        by=world.by("rh"),
        now=world.at(-7, 11),
        until=world.at(6, 18),
    )
    _plan(world)


def _project(
    world: World,
    key: str,
    customer: str,
    name: str,
    days: int,
    owner: str,
    leads: dict[str, str],
    value: int,
    finish: int,
) -> None:
    now = world.at(-days, 9, 30)
    made = projects.open_project(
        world.customers[customer],
        name=name,
        by=world.by(owner),
        now=now,
        value=value,
        expectation_owner=world.users[owner],
        leads={role: world.users[who] for role, who in leads.items()},
        starts_on=now.date(),
        finishes_on=(world.now + dt.timedelta(days=finish)).date(),
    )
    world.made[key] = made
    due = (world.now + dt.timedelta(days=finish)).date()
    for place, (text, priority) in enumerate(LINES[key]):
        scores = SCORES[priority][place % len(SCORES[priority])]
        _item(world, made, text, priority, scores, owner, due, now + dt.timedelta(hours=1))


def _item(
    world: World,
    project: Project,
    text: str,
    priority: str,
    scores: tuple[int, int, int, int],
    owner: str,
    due: dt.date,
    now: dt.datetime,
) -> None:
    importance, impact, urgency, feasibility = scores
    added = items.add_lines(
        project,
        text,
        by=world.by(owner),
        now=now,
        due_on=due,
        importance=importance,
        impact=impact,
        urgency=urgency,
        feasibility=feasibility,
    )
    item = added[0].item
    if item is None:
        raise ValueError(f"demo: {text}: {added[0].refusal}")
    reason = "" if item.suggested_class == priority else "与客户当面商定"
    if item.priority_class != priority:
        items.classify(item, priority, by=world.by(owner), now=now, override_reason=reason)
    if priority == PriorityClass.DEFERRED:
        later = due + dt.timedelta(days=180)
        items.edit_item(item, {"revisit_on": later}, by=world.by(owner), now=now)


def _verdicts(world: World, project: Project, now: dt.datetime) -> None:
    for item in ExpectationItem.objects.filter(project=project, priority_class="must"):
        items.give_verdict(item, "feasible", by=world.by("rnd"), now=now)


def _sent(world: World, key: str, contact: str, *, days: int) -> ConfirmationForm:
    project, now = world.made[key], world.at(-days, 10)
    owner = project.expectation_owner.username
    by = next(who for who, user in world.users.items() if user.username == owner)
    _verdicts(world, project, now - dt.timedelta(hours=1))
    form = forms.draft_form(
        project,
        by=world.by(by),
        now=now,
        contact=world.contacts[contact],
        signatory=world.users[by],
        options=OPTIONS if key == "core" else {},
    )
    forms.submit(form, by=world.by(by), now=now)
    forms.approve(form, by=world.by("sr"), now=now + dt.timedelta(minutes=20))
    forms.send(form, by=world.by(by), now=now + dt.timedelta(minutes=30))
    world.made[f"form:{key}"] = form
    return form


def _signed(world: World, key: str, contact: str, *, days: int) -> ConfirmationForm:
    form = _sent(world, key, contact, days=days)
    now = world.at(-days, 16)
    link = SigningLink.objects.get(form=form, revoked_at=None)
    signing.request_code(link, now=now)
    mail = OutboxMessage.objects.get(once=f"form-code:{link.pk}:{link.code_count}")
    signing.try_code(link, re.findall(r"\b\d{6}\b", mail.body)[0], now=now)
    user = world.made[f"portal:{contact}"]
    signing.sign_for_customer(link, by=Actor.of(user, "portal"), now=now)
    form.refresh_from_db()
    return form


def _effective(world: World, key: str, contact: str, *, days: int) -> ConfirmationForm:
    form = _signed(world, key, contact, days=days)
    by = next(who for who, user in world.users.items() if user.pk == form.signatory_id)
    signing.countersign(form, by=world.by(by), now=world.at(-days, 17))
    form.refresh_from_db()
    return form


def _plan(world: World) -> None:
    """Milestones and commitments of the projects that run."""
    for key, name, days, weight, done in [
        ("core", "设备到货", -30, 2, True),
        ("core", "安装调测", -8, 3, True),
        ("core", "割接上线", 12, 3, False),
        ("core", "初验", 38, 2, False),
        ("five", "站点勘察", -4, 1, True),
        ("five", "电源改造", 20, 2, False),
        ("site", "驻场到位", -50, 1, True),
        ("site", "季度巡检", 10, 1, False),
    ]:
        project = world.made[key]
        baseline = (world.now + dt.timedelta(days=days)).date()
        row = milestones.plan_milestone(
            project,
            name=name,
            baseline_on=baseline,
            by=world.by("fr"),
            now=world.at(-59 if key != "five" else -6, 11),
            weight=weight,
        )
        if done:
            milestones.finish(row, baseline, by=world.by("fr"), now=world.at(days, 17))
    promise(world, "power", "core", "核心机房电源模块全部到货", world.at(5.0), "fr", made=-20)
    promise(world, "cutover", "core", "割接方案定稿并发客户", world.at(3.2), "sr", made=-12)
    promise(
        world, "spare_answer", "core", "答复备件能不能先放运维中心", world.at(0.2), "ar", made=-2
    )
    promise(world, "training", "five", "培训改到下月第一周", world.at(14.0), "ar", made=-5)
    promise(world, "optics", "site", "第三方光模块兼容性复测", world.at(4.6), "fr", made=-15)
    kept = promise(world, "docs", "core", "交付竣工资料第一册", world.at(-1), "fr", made=-18)
    commitments.meet(kept, by=world.by("fr"), now=world.at(-1.5))


def promise(
    world: World, key: str, project: str, text: str, due_at: dt.datetime, owner: str, *, made: int
) -> Commitment:
    """A promise to the customer of a project, its capacity confirmed by the delivery manager."""
    run = world.made[project]
    now = world.at(made, 15)
    row = commitments.promise(
        customer=run.customer,
        project=run,
        text=text,
        due_at=due_at.replace(microsecond=0),
        owner=world.users[owner],
        by=world.by(owner),
        now=now,
    )
    commitments.confirm_capacity(row, by=world.by("fr"), now=now + dt.timedelta(hours=1))
    world.made[key] = row
    return row
