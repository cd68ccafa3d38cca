"""The nine-grid of one customer on one day: who stands where, what moved, twelve months back."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from django.db.models import QuerySet

from accounts.models import Contact, Customer, Opportunity
from core.kept import NOBODY, KeptQuery
from relationships import grid
from relationships.choices import PERIOD_DAYS, SEAT_WEIGHTS, Attitude, Period, SeatRole
from relationships.models import GridAssessment, RelationshipPlan
from relationships.months import month_ends
from relationships.plans import needs_plan_since, opposed_since
from relationships.queries.plans import plans_at
from relationships.queries.power import role_of, wants_plan, with_seats


@dataclass(frozen=True)
class Wish:
    """What the reader wants to see; empty keeps everybody."""

    unit: int | None = None
    role: str = ""
    attitude: str = ""
    stale: bool = False
    point: grid.Point | None = None
    period: Period = Period.QUARTER

    @property
    def back(self) -> dt.timedelta:
        """How far back movement is told."""
        return dt.timedelta(days=PERIOD_DAYS[self.period])


@dataclass(frozen=True)
class Person:
    """A contact on the board; `row` is the position of the day shown, None when not assessed."""

    contact: Contact
    role: SeatRole
    row: GridAssessment | None = None
    before: grid.Point | None = None
    stale_days: int = 0
    plan: RelationshipPlan | None = None
    plan_late: int = 0
    """Days by which an approved plan is overdue (R-R5)."""

    @property
    def weight(self) -> int:
        """1–5 by the seat."""
        return SEAT_WEIGHTS[self.role]

    @property
    def is_key(self) -> bool:
        """Decides or approves."""
        return self.role in (SeatRole.DECIDER, SeatRole.APPROVER)

    @property
    def is_of_deal(self) -> bool:
        """Judged for the deal that the board shows, not taken from where they stand in general."""
        return self.row is not None and self.row.opportunity_id is not None

    @cached_property
    def move(self) -> grid.Move | None:
        """What changed in the period."""
        if self.row is None or self.before is None:
            return None
        return grid.movement(self.before, self.row.point)


Counts = dict[str, int]


def nobody() -> Counts:
    """Zero of each attitude."""
    return {attitude.value: 0 for attitude in Attitude}


@dataclass(frozen=True)
class Board:
    """Everybody of one customer on one day."""

    customer: Customer
    on: dt.date
    today: dt.date
    period: Period = Period.QUARTER
    people: list[Person] = field(default_factory=list)
    unassessed: list[Person] = field(default_factory=list)
    counts: Counts = field(default_factory=nobody)
    counts_before: Counts = field(default_factory=nobody)
    months: list[tuple[str, Counts]] = field(default_factory=list)
    since: dt.date | None = None
    """The day of the first position that anybody had."""
    drafts: dict[int, RelationshipPlan] = field(default_factory=dict)
    """Plans by contact that nobody had approved by then."""
    units: list[tuple[int, str]] = field(default_factory=list)
    """Departments in which somebody stands, whatever the filters."""
    opportunity: Opportunity | None = None
    """The deal of which the positions speak, where they were judged for it."""

    @property
    def of_deal(self) -> list[Person]:
        """Judged for the deal; the others stand where they stand in general."""
        return [person for person in self.people if person.is_of_deal]

    @property
    def is_today(self) -> bool:
        """Not looking back."""
        return self.on == self.today

    @property
    def stale(self) -> list[Person]:
        """Not re-checked in time."""
        return [person for person in self.people if person.stale_days]

    @property
    def without_plan(self) -> list[Person]:
        """In grid N, and no approved plan in time (R-R5)."""
        return [person for person in self.people if person.plan_late]

    @property
    def converted(self) -> list[Person]:
        """From grid N to supporter within the period (C113)."""
        return [p for p in self.people if p.before and grid.is_converted(p.before, p.row.point)]

    @property
    def neutralised(self) -> list[Person]:
        """From grid N to neutral within the period."""
        return [p for p in self.people if p.before and grid.is_neutralised(p.before, p.row.point)]

    @property
    def lost(self) -> list[Person]:
        """From grid P to opponent within the period."""
        return [p for p in self.people if p.before and grid.is_lost(p.before, p.row.point)]

    @property
    def worse(self) -> list[Person]:
        """Moved the wrong way."""
        return [person for person in self.people if person.move and not person.move.better]


def board(
    customer: Customer,
    *,
    on: dt.date,
    today: dt.date,
    wish: Wish = Wish(),
    plan_within: int = 14,
    opportunity: Opportunity | None = None,
) -> Board:
    """The grid as it was at the end of day `on`: three queries whatever the number of people.

    `plan_within`: days after which whoever came into grid N needs an approved plan (R-R5). With an
    `opportunity` people stand where they do in that deal, the rest where they do in general.
    """
    everybody = _EVERYBODY.rows({"customer": customer.pk})
    history = _history(customer, opportunity)
    start = on - wish.back
    late_after = (today, plan_within)
    moment = _midnight_after(on, customer)
    drawn = plans_at(customer, moment)
    plans = {pk: plan for pk, plan in drawn.items() if plan.counts_at(moment)}
    people = [
        _planned(
            _person(contact, history.get(contact.pk, []), start, on, today),
            plans.get(contact.pk),
            history.get(contact.pk, []),
            late_after if on == today and wants_plan(contact) else None,
        )
        for contact in everybody
    ]
    shown = [person for person in people if _fits(person, wish)]
    placed = [person for person in shown if person.row is not None]
    kept = {person.contact.pk for person in shown}
    rows = [rows for pk, rows in history.items() if pk in kept]
    return Board(
        customer=customer,
        on=on,
        today=today,
        period=wish.period,
        people=sorted(placed, key=lambda p: (-p.weight, p.contact.name)),
        unassessed=[person for person in shown if person.row is None],
        counts=_counts(rows, on),
        counts_before=_counts(rows, start),
        drafts={pk: plan for pk, plan in drawn.items() if pk not in plans},
        units=_units(everybody),
        months=[(f"{day:%Y-%m}", _counts(rows, day)) for day in month_ends(today)],
        since=min((row.assessed_on for each in rows for row in each), default=None),
        opportunity=opportunity,
    )


def _everybody() -> QuerySet[Contact]:
    contacts = Contact.objects.filter(customer=NOBODY).active().select_related("unit")
    return with_seats(contacts).order_by("name", "id")


def _positions() -> QuerySet[GridAssessment]:
    return GridAssessment.objects.counted().filter(customer=NOBODY).defer("evidence")


_EVERYBODY = KeptQuery(_everybody, {"customer": NOBODY})
_POSITIONS = KeptQuery(_positions, {"customer": NOBODY})


def _history(
    customer: Customer, opportunity: Opportunity | None
) -> dict[int, list[GridAssessment]]:
    """By contact: the general positions, then those of the deal, each oldest first."""
    rows = list(_POSITIONS.rows({"customer": customer.pk}))
    if opportunity is not None:
        judged = GridAssessment.of_all_kinds.counted().filter(opportunity=opportunity)
        rows += judged.filter(customer=customer).defer("evidence")
    found: dict[int, list[GridAssessment]] = {}
    for row in rows:
        found.setdefault(row.contact_id, []).append(row)
    return found


def _at(rows: Sequence[GridAssessment], day: dt.date) -> GridAssessment | None:
    """The position on a day: the last one assessed until then, of the deal before in general."""
    return next((row for row in reversed(rows) if row.assessed_on <= day), None)


def _person(
    contact: Contact,
    rows: list[GridAssessment],
    start: dt.date,
    on: dt.date,
    today: dt.date,
) -> Person:
    role = role_of(contact)
    row = _at(rows, on)
    if row is None:
        return Person(contact, role)
    same = [each for each in rows if each.opportunity_id == row.opportunity_id]
    base = _at(same, start) or same[0]
    return Person(
        contact,
        role,
        row=row,
        before=base.point if base.pk != row.pk else None,
        stale_days=_stale_days(row, today) if on == today else 0,
    )


def _planned(
    person: Person,
    plan: RelationshipPlan | None,
    rows: list[GridAssessment],
    late_after: tuple[dt.date, int] | None,
) -> Person:
    """The person with the plan of the day; without one, by how many days it is overdue.

    `late_after` is (today, days within which a plan is wanted), None for a day that is past.
    """
    if plan is not None or late_after is None or person.row is None:
        return replace(person, plan=plan)
    today, within = late_after
    general = [row for row in rows if row.opportunity_id is None]
    since = opposed_since((row.assessed_on, row.support) for row in general)
    return replace(person, plan_late=needs_plan_since(since, today=today, within_days=within))


def _units(contacts: Sequence[Contact]) -> list[tuple[int, str]]:
    found = {each.unit.pk: each.unit.name for each in contacts if each.unit is not None}
    return sorted(found.items(), key=lambda pair: pair[1])


def _midnight_after(day: dt.date, customer: Customer) -> dt.datetime:
    zone = zoneinfo.ZoneInfo(customer.owning_unit.timezone)
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), tzinfo=zone)


def _stale_days(row: GridAssessment, today: dt.date) -> int:
    if row.is_stale or (row.valid_until is not None and row.valid_until < today):
        return (today - (row.checked_on or row.assessed_on)).days
    return 0


def _fits(person: Person, wish: Wish) -> bool:
    row = person.row
    return not (
        (wish.unit and person.contact.unit_id != wish.unit)
        or (wish.role and person.role != wish.role)
        or (wish.attitude and (row is None or row.attitude != wish.attitude))
        or (wish.stale and not person.stale_days)
        or (wish.point and (row is None or row.point != wish.point))
    )


def _counts(histories: Sequence[Sequence[GridAssessment]], day: dt.date) -> Counts:
    counts = nobody()
    for rows in histories:
        row = _at(rows, day)
        if row is not None:
            counts[row.attitude] += 1
    return counts
