"""Scene six: what is kept about people, why, and who opened it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from accounts.actions import personal
from huaweicrm.demo.world import World

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
