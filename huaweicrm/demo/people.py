"""Scene six: what is kept about people, why, who opened it, and what they were given."""

from __future__ import annotations

import datetime as dt
from typing import Any

from accounts.actions import contacts, erasure, merging_people, personal
from huaweicrm.demo.world import SHANGHAI, World
from relationships.actions import gifts, interactions
from relationships.models import InteractionType
from service.actions import voices

# contact, days to the birthday or None, interests, at the table, notes, basis, purpose
KEPT = [
    ("lin", 6, "围棋，越野跑", "不喝酒", "见面先说结论，材料一页。", "consent", "节日问候与接待"),
    ("tang", 1, "无线电收藏", "", "", "consent", "节日问候"),
    ("zeng", None, "", "素食", "出差多，周五下午最好约。", "legitimate", "安排拜访与用餐"),
    ("he", 120, "钓鱼", "吃辣", "", "consent", "节日问候与接待"),
]
# contact, days ago, who, what for
OPENED = [
    ("lin", 12, "ar", "greeting"),
    ("lin", 5, "cmp", "audit"),
    ("zeng", 13, "fr", "visit"),
    ("tang", 2, "ar", "gift"),
]


# contact, days from now, direction, occasion, what, value, works for, purpose, what became of it
GIFTS = [
    ("gong", -40, "received", "festival", "茶叶两盒", 180, "state_enterprise", "中秋回礼", "given"),
    (
        "zeng",
        -12,
        "given",
        "exec_visit",
        "公司画册与纪念杯",
        120,
        "private",
        "高层来访纪念",
        "given",
    ),
    ("zeng", -6, "given", "meal", "工作餐", 150, "private", "试验网讨论后便餐", "submitted"),
    ("zeng", 5, "given", "birthday", "围棋谱一套", 90, "private", "生日问候", "draft"),
    ("su", -3, "received", "souvenir", "进口红酒", 900, "private", "来访时留下", "refused"),
    ("zeng", -30, "given", "souvenir", "模型摆件", 60, "private", "展会纪念", "cancelled"),
    ("zeng", 2, "given", "souvenir", "技术书两本", 110, "private", "培训纪念", "approved"),
]


def tell(world: World) -> None:
    """Entered by the account manager half a year ago, opened since with a reason each time."""
    for contact, days, interests, dietary, notes, basis, purpose in KEPT:
        values: dict[str, Any] = {
            "interests": interests,
            "dietary": dietary,
            "notes": notes,
            "basis": basis,
            "purpose": purpose,
        }
        if days is not None:
            day = world.now + dt.timedelta(days=days)
            values |= {"birthday_month": day.month, "birthday_day": day.day}
        by = world.by("ar")
        personal.create(world.contacts[contact], values, by=by, now=world.at(-180, 10))
    for contact, days, who, reason in OPENED:
        person, at = world.contacts[contact], world.at(-days, 11)
        personal.open_door(person, reason, by=world.by(who), now=at)
        personal.log_reads([person], by=world.by(who), now=at)
    personal.remind_of_birthdays(now=world.now)
    _leaving(world)
    _voices(world)
    _entered_twice(world)
    _taken_for_another(world)
    for row in sorted(GIFTS, key=lambda one: one[1]):
        _gift(world, *row)


def _gift(
    world: World,
    contact: str,
    days: int,
    direction: str,
    occasion: str,
    item: str,
    value: int,
    klass: str,
    purpose: str,
    end: str,
) -> None:
    """Entered two days before by somebody of the account team, decided by compliance."""
    seat = {"su": "sr", "zeng": "ar_west"}.get(contact, "fr")
    now, by = min(world.at(days - 2, 10), world.now), world.by(seat)
    values = {
        "direction": direction,
        "occasion": occasion,
        "item": item,
        "value": value,
        "recipient_class": klass,
        "purpose": purpose,
        "given_on": world.at(days).astimezone(SHANGHAI).date(),
    }
    row = gifts.draft(world.contacts[contact], values, by=by, now=now)
    if end == "cancelled":
        gifts.cancel(row, by=by, now=now, note="展会改期")
    if end in ("draft", "cancelled"):
        return
    gifts.submit(row, by=by, now=now)
    if end == "refused":
        gifts.refuse(row, by=world.by("cmp"), now=now, note="请退回，并致谢")
    elif end != "submitted" and row.status == "submitted":
        gifts.approve(row, by=world.by("cmp"), now=now)
    if end == "given":
        then = world.at(days, 20)
        gifts.hand_over(row, values["given_on"], by=by, now=then, receipt="行政登记")


def _leaving(world: World) -> None:
    """Two who asked: one waits, one was refused because a contract runs."""
    for contact, days, refused in (("xie", 4, False), ("gong", 60, True)):
        now = world.at(-days, 9)
        row = erasure.request(
            world.contacts[contact], origin="person", received_on=now.date(),
            by=world.by("cmp"), now=now,
        )  # fmt: skip
        if refused:
            later = now + dt.timedelta(days=2)
            erasure.refuse(row, by=world.by("adm"), now=later, note="合同未结清，签署记录须保存")


def _taken_for_another(world: World) -> None:
    """Somebody took two people for one: the pages of both offer to part them."""
    contacts.edit(
        world.contacts["liang"], {"same_person": world.contacts["pei"]},
        by=world.by("ar"), now=world.at(-5, 10), version=None,
    )  # fmt: skip


def _entered_twice(world: World) -> None:
    """The head of the lab was entered twice more from a business card: one record is merged
    already, with the call noted there; the other one is there to be found."""
    tang, by = world.contacts["tang"], world.by("ar")
    cards = []
    for name, days in (("唐院长", 20), ("唐韵之", 3)):
        values = {"name": name, "title": tang.title, "unit": tang.unit, "source": "名片"}
        values["wechat"] = "tangyz-lab"
        cards.append(contacts.create(tang.customer, values, by=by, now=world.at(-days, 9)))
    then = world.at(-18, 15)
    kind = InteractionType.objects.get(code="visit")
    values = {"type": kind, "starts_at": then, "channel": "phone", "summary": "约实验室参观时间"}
    interactions.log(tang.customer, [cards[0]], values, by=by, now=then)
    merging_people.merge(tang, cards[0], take=["wechat"], by=by, now=world.at(-16, 10))
    tang.refresh_from_db()


def _voices(world: World) -> None:
    """Two voices of visits: one is taken up, one was set aside; minutes bring more to be sorted."""
    for contact, text, dimension in (
        ("he", "备件审批要三个人签字，夜里等不起。", "serviceability"),
        ("su", "贵司的宣传册印得太厚。", ""),
    ):
        person = world.contacts[contact]
        row = voices.capture(
            person.customer, text, contact=person, source="visit",
            by=world.by("ar"), now=world.at(-9, 11),
        )  # fmt: skip
        if dimension:
            voices.take_up(
                row, dimension=dimension, weight="high", owner=world.users["svc"],
                product_line="备件服务", by=world.by("qm"), now=world.at(-8, 10),
            )  # fmt: skip
        else:
            voices.set_aside(row, note="与产品和服务无关", by=world.by("qm"), now=world.at(-8, 10))
