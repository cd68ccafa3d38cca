"""The stage of the demo: our organisation, one person per role, and what later scenes need."""

from __future__ import annotations

import datetime as dt
import functools
import zoneinfo
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.hashers import make_password

from accounts.actions import organisation, people
from accounts.choices import Function, OrgLevel, Role
from accounts.models import Contact, Customer, OrgUnit
from core.actors import Actor
from core.calendars import STANDARD
from core.models import Calendar, User

PASSWORD = "huaweicrm-demo"
SHANGHAI = zoneinfo.ZoneInfo("Asia/Shanghai")


@dataclass
class World:
    """Everybody and everything by a short key; `now` is the instant the demo is told from."""

    now: dt.datetime
    units: dict[str, OrgUnit] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
    made: dict[str, Any] = field(default_factory=dict)

    def at(self, days: float, hour: int | None = None, minute: int = 0) -> dt.datetime:
        """`days` from now (negative: before), at a local hour when one is named.

        Never later than now for a day that has begun, so that nothing is recorded in the future.
        """
        moment = self.now + dt.timedelta(days=days)
        if hour is None:
            return moment
        local = moment.astimezone(SHANGHAI).replace(
            hour=hour, minute=minute, second=0, microsecond=0
        )
        return min(local, self.now) if days <= 0 else local

    def by(self, key: str, channel: str = "browser") -> Actor:
        """A person of the cast as the actor of an action."""
        return Actor.of(self.users[key], channel)

    @property
    def system(self) -> Actor:
        """The demo itself."""
        return Actor.system("command")


# key, sign-in name, full name, unit, function, title, roles
PEOPLE = [
    ("ar", "shen", "沈知远", "office", Function.SALES, "客户经理", [Role.AR]),
    ("sr", "gu", "顾明澈", "office", Function.SOLUTION, "解决方案专家", [Role.SR]),
    ("fr", "han", "韩立群", "office", Function.DELIVERY, "交付经理", [Role.FR]),
    ("rnd", "du", "杜衡", "company", Function.R_AND_D, "研发评估人", [Role.RND]),
    ("eng", "fu", "傅小满", "office", Function.SERVICE, "服务工程师", [Role.ENG]),
    ("eng2", "tan", "谭松", "office", Function.SERVICE, "二线服务工程师", [Role.ENG]),
    ("svc", "mo", "莫清和", "east", Function.SERVICE, "服务经理", [Role.SVC]),
    ("rh", "lu", "陆嘉禾", "east", Function.SALES, "区域负责人", [Role.RH]),
    ("exe", "zhou", "周慕白", "company", Function.SALES, "副总裁", [Role.EXE]),
    ("qm", "ke", "柯一鸣", "company", Function.QUALITY, "质量运营经理", [Role.QM]),
    ("cmp", "xu", "许静言", "company", Function.LEGAL, "合规官", [Role.CMP]),
    ("tpr", "meng", "孟川", "west", Function.QUALITY, "第三方评审", [Role.TPR]),
    ("adm", "admin", "管理员", "company", Function.QUALITY, "管理员", [Role.ADM]),
    ("int", "erp", "ERP 接口", "company", Function.FINANCE, "接口帐号", [Role.INT]),
    ("ar2", "qin", "秦越", "office", Function.SALES, "客户经理", [Role.AR]),
    ("ar_west", "bai", "白露", "west_office", Function.SALES, "客户经理", [Role.AR]),
    ("rh_west", "yan", "严守拙", "west", Function.SALES, "区域负责人", [Role.RH]),
]
UNITS = [
    ("east", "华东地区部", OrgLevel.REGION, "company"),
    ("office", "澜州代表处", OrgLevel.REP_OFFICE, "east"),
    ("west", "西部地区部", OrgLevel.REGION, "company"),
    ("west_office", "朔原代表处", OrgLevel.REP_OFFICE, "west"),
]


def build(now: dt.datetime) -> World:
    """Our organisation and its people, as they joined a year ago."""
    world = World(now)
    since = world.at(-365, 9)
    world.units["company"] = OrgUnit.objects.get(parent=None)
    calendar = Calendar.objects.filter(code=STANDARD).first()
    for key, name, level, parent in UNITS:
        world.units[key] = organisation.create_unit(
            name, level, world.units[parent], by=world.system, now=since, calendar=calendar
        )
    for row in PEOPLE:
        _person(world, *row, since=since)
    for unit, head in (("company", "exe"), ("east", "rh"), ("west", "rh_west"), ("office", "rh")):
        organisation.edit_unit(
            world.units[unit],
            {"head": world.users[head]},
            by=world.system,
            now=since,
            version=world.units[unit].version,
        )
    return world


@functools.cache
def hashed() -> str:
    """One hash for the whole cast: hashing is slow on purpose."""
    return make_password(PASSWORD)


def _person(
    world: World,
    key: str,
    username: str,
    full_name: str,
    unit: str,
    function: str,
    title: str,
    roles: list[str],
    *,
    since: dt.datetime,
) -> None:
    user = User(
        username=username,
        full_name=full_name,
        email=f"{username}@huaweicrm.example",
        is_staff=Role.ADM in roles,
        is_superuser=Role.ADM in roles,
        date_joined=since,
    )
    user.password = hashed()
    user.save()
    people.join(
        user,
        world.units[unit],
        function,
        by=world.system,
        now=since,
        roles=roles,
        title=title,
        is_vp_or_above=Role.EXE in roles,
        joined_on=since.date(),
    )
    world.users[key] = user
