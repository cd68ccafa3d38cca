"""Stage one: our own regions, offices and people who look after so many customers."""

from __future__ import annotations

from accounts.actions import organisation, people
from accounts.choices import Function, OrgLevel, Role
from core.calendars import STANDARD
from core.models import Calendar, User
from huaweicrm.demo.bulk import names
from huaweicrm.demo.bulk.stage import Bulk, Office
from huaweicrm.demo.world import hashed

# role, function, title, how many
STAFF = [
    (Role.AR, Function.SALES, "客户经理", 4),
    (Role.SR, Function.SOLUTION, "解决方案专家", 2),
    (Role.FR, Function.DELIVERY, "交付经理", 2),
    (Role.ENG, Function.SERVICE, "服务工程师", 4),
]
SINCE_DAYS = 800


def found(bulk: Bulk) -> int:
    """Create regions with heads and service managers, offices with their staff."""
    world, since = bulk.world, bulk.ago(SINCE_DAYS)
    rng = bulk.rng("offices")
    calendar = Calendar.objects.filter(code=STANDARD).first()
    made = 0
    for region in range(bulk.size.regions):
        unit = organisation.create_unit(
            f"{names.town(region * 97 + 5)}地区部",
            OrgLevel.REGION,
            world.units["company"],
            by=world.system,
            now=since,
            calendar=calendar,
        )
        head = _person(bulk, unit, Role.RH, Function.SALES, "区域负责人", f"rh{region + 1}")
        _lead(bulk, unit, head)
        _person(bulk, unit, Role.SVC, Function.SERVICE, "服务经理", f"svc{region + 1}")
        made += 3
        for place in range(bulk.size.offices):
            number = region * bulk.size.offices + place
            office = organisation.create_unit(
                f"{names.town(number * 11 + 1)}代表处",
                OrgLevel.REP_OFFICE,
                unit,
                by=world.system,
                now=since,
                calendar=calendar,
            )
            staff = {
                role: [
                    _person(bulk, office, role, function, title, f"{role}{number + 1}{letter}")
                    for letter in "abcdef"[:count]
                ]
                for role, function, title, count in STAFF
            }
            _lead(bulk, office, head)
            bulk.offices.append(Office(office, head, staff))
            made += 1 + sum(len(group) for group in staff.values())
    rng.shuffle(bulk.offices)
    return made


def _lead(bulk: Bulk, unit, head: User) -> None:
    organisation.edit_unit(
        unit, {"head": head}, by=bulk.world.system, now=bulk.ago(SINCE_DAYS), version=unit.version
    )


def _person(bulk: Bulk, unit, role: str, function: str, title: str, username: str) -> User:
    since = bulk.ago(SINCE_DAYS)
    user = User(
        username=username,
        full_name=names.person(bulk.rng("staff", username)),
        email=f"{username}@huaweicrm.example",
        date_joined=since,
    )
    user.password = hashed()
    user.save()
    people.join(
        user,
        unit,
        function,
        by=bulk.world.system,
        now=since,
        roles=[role],
        title=title,
        joined_on=since.date(),
    )
    return user
