"""Scene six: accounts that change hands, one in each state, and a rotation that comes up."""

from __future__ import annotations

import datetime as dt

from accounts.actions import handovers
from accounts.choices import HandoverReason, TeamRole
from accounts.models import AccountAssignment, Handover
from accounts.queries_handover import to_introduce
from huaweicrm.demo.world import World

LETTER = (
    "苏念先看合规再看价格，别在会上让她表态，会后单独谈。\n"
    "科技部的人愿意帮忙，但怕担责任：给他们书面依据。\n"
    "每月第一周去一次机房，比打十个电话有用。"
)


def tell(world: World) -> None:
    """Running, planned, completed, called off; and one that nobody has planned yet."""
    _long_served(world, "shuoyuan")
    _running(world)
    _planned(world)
    _completed(world)
    _called_off(world)


def _seat(world: World, key: str) -> AccountAssignment:
    rows = AccountAssignment.objects.active().select_related("customer__owning_unit", "user")
    return rows.get(customer=world.customers[key], role=TeamRole.AR)


def _long_served(world: World, key: str) -> None:
    """Somebody who managed the account long before the house kept records here."""
    rows = AccountAssignment.objects.filter(pk=_seat(world, key).pk)
    rows.update(since=world.at(-1035, 9))


def _plan(
    world: World,
    key: str,
    to: str,
    days: int,
    begins: int,
    *,
    reason: str = HandoverReason.ROTATION,
    letter: str = "",
) -> Handover:
    """Planned `days` from now, side by side from `begins` days from now for five weeks."""
    seat, now = _seat(world, key), world.at(days, 9)
    first = handovers.today_of(seat.customer, world.at(begins))
    return handovers.plan(
        seat,
        world.users[to],
        overlap_from=first,
        overlap_to=first + dt.timedelta(days=35),
        reason=reason,
        letter=letter,
        by=world.by("rh"),
        now=now,
    )


def _running(world: World) -> None:
    row = _plan(world, "qinghe", "ar", -12, -12, letter=LETTER)
    handovers.begin(row, by=world.by("rh"), now=world.at(-12, 10))
    met = list(to_introduce(row)[:1])
    if met:
        handovers.introduce(row, met, by=world.by("ar2"), now=world.at(-5, 15))


def _planned(world: World) -> None:
    _plan(world, "wangchuan", "ar2", -3, 10)


def _completed(world: World) -> None:
    row = _plan(world, "yunting", "ar", -100, -100, reason=HandoverReason.REORGANISATION)
    handovers.begin(row, by=world.by("rh"), now=world.at(-100, 10))
    handovers.give(row, by=world.by("ar2"), now=world.at(-97, 10))
    handovers.introduce(row, list(to_introduce(row)), by=world.by("ar2"), now=world.at(-96, 10))
    handovers.complete(row, by=world.by("rh"), now=world.at(-95, 10))


def _called_off(world: World) -> None:
    row = _plan(world, "lanhai_north", "ar2", -60, -50)
    handovers.cancel(row, by=world.by("rh"), now=world.at(-58, 10), note="先签完年度协议再换人")
