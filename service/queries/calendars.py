"""Which working hours a ticket counts on: the customer's site and our team (clocks.md 3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import F, QuerySet
from django.db.models.functions import Length

from accounts.models import Customer, OrgUnit
from core.calendars import STANDARD
from core.kept import NOBODY, KeptQuery
from core.models import Calendar as CalendarRow
from core.models import CalendarVersion
from core.worktime import Calendar, calendar_from_dict
from service.clocks import Calendars

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
PLAIN_WEEK = {
    "tz": "Asia/Shanghai",
    "week": {day: [["09:00", "18:00"]] for day in WEEKDAYS},
}


@dataclass(frozen=True)
class CalendarRef:
    """A calendar as it stood at a version; id None is the plain week of nine to six, for units of
    other countries that name no calendar: nobody here knows their holidays.

    `later`: the version that settles the dates beyond those that `version` covered.
    """

    id: int | None
    version: int
    zone: str = "Asia/Shanghai"
    later: int | None = None

    @property
    def value(self) -> Calendar:
        """The calendar to count on; built once per version."""
        return _value(self.id, self.version, self.zone, self.later)


def calendars_of(terms: dict) -> Calendars:
    """The calendars that a ticket froze when it was reported."""
    return _calendars(tuple(terms["site"]), tuple(terms["team"]))


@lru_cache(maxsize=1024)
def _calendars(site: tuple, team: tuple) -> Calendars:
    return Calendars(site=CalendarRef(*site).value, team=CalendarRef(*team).value)


def refs_for(customer: Customer, own: CalendarRow | None = None) -> tuple[CalendarRef, CalendarRef]:
    """(site, team): the contract's or the customer's calendar, and that of the owning unit or the
    nearest unit above that has one, else that of the country; at most two queries."""
    team = _of_unit(customer.owning_unit_id)
    if own is not None:
        return _as_ref(own), team
    if customer.calendar_id:
        return _as_ref(customer.calendar), team
    return team, team


def sites_of(customers: Iterable[Customer]) -> dict[int, CalendarRef]:
    """As the first of `refs_for` without a contract, by id of customer: three queries at most.
    Their `calendar` is loaded."""
    rows = list(customers)
    units = {row.owning_unit_id for row in rows}
    paths = OrgUnit.objects.filter(pk__in=units).values_list("pk", "path")
    lines = {pk: [int(part) for part in path.split("/") if part] for pk, path in paths}
    wanted = {pk for line in lines.values() for pk in line}
    country = CalendarRow.objects.filter(code=STANDARD).first()
    standard = _as_ref(country) if country else None
    known = OrgUnit.objects.select_related("calendar").in_bulk(wanted)
    found = {}
    for row in rows:
        chain = [known[pk] for pk in reversed(lines[row.owning_unit_id])]
        near = next((unit.calendar for unit in chain if unit.calendar_id), None)
        named = row.calendar or near
        found[row.pk] = _as_ref(named) if named else _of_country(chain[0].timezone, standard)
    return found


def _as_ref(row: CalendarRow) -> CalendarRef:
    return CalendarRef(row.pk, row.version, row.zone)


def _of_country(zone: str, standard: CalendarRef | None) -> CalendarRef:
    """For who names no calendar: the working days of the country, where the zone is its own."""
    return standard if standard and zone == standard.zone else CalendarRef(None, 1, zone)


def _chain() -> QuerySet:
    """A unit and those above it, nearest first, with their calendars and that of the country."""
    country = CalendarRow.objects.filter(code=STANDARD)
    return (
        OrgUnit.objects.annotate(
            below=OrgUnit.objects.filter(pk=NOBODY).values("path")[:1],
            standard_id=country.values("pk")[:1],
            standard_version=country.values("version")[:1],
            standard_zone=country.values("zone")[:1],
        )
        .filter(below__startswith=F("path"))
        .select_related("calendar")
        .order_by(Length("path").desc())
    )


_CHAIN = KeptQuery(_chain, {"unit": NOBODY})


def _of_unit(unit_id: int) -> CalendarRef:
    units = _CHAIN.rows({"unit": unit_id})
    named = next((unit.calendar for unit in units if unit.calendar_id), None)
    if named is not None:
        return _as_ref(named)
    own = units[0]
    if own.standard_id is None:
        return _of_country(own.timezone, None)
    standard = CalendarRef(own.standard_id, own.standard_version, own.standard_zone)
    return _of_country(own.timezone, standard)


@lru_cache(maxsize=512)
def _value(pk: int | None, version: int, zone: str, later: int | None = None) -> Calendar:
    if pk is None:
        return calendar_from_dict({**PLAIN_WEEK, "tz": zone}, name="", version="0")
    body = _body(pk, version)
    if later is not None:
        body = settled(body, _body(pk, later))
    return calendar_from_dict(body, version=str(later or version))


def _body(pk: int, version: int) -> dict:
    rows = CalendarVersion.objects.filter(calendar_id=pk, version=version)
    return rows.values_list("body", flat=True).first() or body_of(CalendarRow.objects.get(pk=pk))


def settled(old: dict, new: dict) -> dict:
    """A calendar as it stood, with the dates that it only guessed at taken from a later version."""
    until = old.get("covered_until")
    if not until:
        return old
    found = {**old, "covered_until": new.get("covered_until")}
    for key in ("holidays", "extra_workdays"):
        found[key] = [day for day in old.get(key, []) if day <= until]
        found[key] += [day for day in new.get(key, []) if day > until]
    for key in ("overrides", "make_up", "names"):
        found[key] = {day: said for day, said in old.get(key, {}).items() if day <= until}
        found[key] |= {day: said for day, said in new.get(key, {}).items() if day > until}
    return found


def forget() -> None:
    """Build calendars anew at the next question: between tests."""
    _value.cache_clear()
    _calendars.cache_clear()


def body_of(row: CalendarRow) -> dict:
    """A calendar row with its exceptions in the stored form of core.worktime."""
    holidays, make_up, names, extra = [], {}, {}, []
    for one in row.exceptions.all():
        day = one.date.isoformat()
        if one.name:
            names[day] = one.name
        if not one.is_open:
            holidays.append(day)
        elif one.hours:
            make_up[day] = one.hours
        else:
            extra.append(day)
    return {
        "tz": row.zone,
        "always": row.always,
        "week": row.week,
        "holidays": holidays,
        "make_up": make_up,
        "extra_workdays": extra,
        "extra_hours": row.extra_hours,
        "names": names,
        "covered_until": row.covered_until.isoformat() if row.covered_until else None,
        "name": row.name,
    }
