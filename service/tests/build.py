"""Plain builders of service rows on top of the cast of accounts."""

from __future__ import annotations

import datetime as dt
import zoneinfo

from accounts.tests.build import NINE, SYSTEM, cast, customer, person
from core.actors import Actor
from core.models import Calendar, CalendarException
from service.actions.reporting import Report, report
from service.choices import ContractStatus, Severity
from service.models import ServiceContract, ServiceLevel, Ticket

SHANGHAI = zoneinfo.ZoneInfo("Asia/Shanghai")
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")


def at(text: str) -> dt.datetime:
    """An instant of Shanghai wall time: "2025-11-14 16:30"."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def china() -> Calendar:
    """Mon–Fri 09:00–18:00 with the holidays and make-up days of domain.md c.6."""
    row = Calendar.objects.create(
        code="cn-test", name="China", week={day: [["09:00", "18:00"]] for day in WORKDAYS}
    )
    closed = [dt.date(2025, 10, day) for day in range(1, 9)]
    opened = [dt.date(2025, 9, 28), dt.date(2025, 10, 11)]
    CalendarException.objects.bulk_create(
        [CalendarException(calendar=row, date=day, is_open=False) for day in closed]
        + [
            CalendarException(calendar=row, date=day, is_open=True, hours=[["09:00", "18:00"]])
            for day in opened
        ]
    )
    return row


def contract(customer, level: str = "gold", calendar=None, **fields) -> ServiceContract:
    """An active contract that covers the years of the tests."""
    number = ServiceContract.objects.count() + 1
    row = ServiceContract(
        code=f"SVC-{number:06d}",
        customer=customer,
        level=ServiceLevel.objects.get(code=level),
        starts_on=dt.date(2025, 1, 1),
        ends_on=dt.date(2027, 12, 31),
        calendar=calendar,
        **{"status": ContractStatus.ACTIVE, **fields},
    )
    row.stamp(by=SYSTEM, now=NINE)
    row.save()
    return row


def ticket(
    customer, by, now: dt.datetime = NINE, severity: int = Severity.CRITICAL, **fields
) -> Ticket:
    """A reported ticket."""
    said = Report(title=fields.pop("title", "城北汇聚环单链路中断"), severity=severity, **fields)
    return report(customer, said, by=Actor.of(by), now=now)


def stage(level: str = "gold"):
    """The cast with an engineer, a service manager and a contract of a level."""
    found = cast()
    found.han = person("han", found.office, "eng", full_name="韩立群")
    found.xu = person("xu", found.east, "svc", full_name="许蔓")
    found.china = china()
    found.contract = contract(found.lanhai, level, found.china)
    return found


def cast_customer(stage, name: str = "朔原电信"):
    """A second customer of the same office without a contract."""
    return customer(stage.office, name)
