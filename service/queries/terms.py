"""What a customer is entitled to, and the targets a ticket freezes when it is reported."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Customer
from core.kept import NEVER, NOBODY, KeptQuery
from service import sla
from service.choices import ClockKind, Level, Severity, Verdict
from service.clocks import ClauseSet, ClockClause
from service.clocks.terms import Key
from service.models import ServiceContract, SlaClause, SlaOverride
from service.queries.calendars import CalendarRef, refs_for

WHOLE_DAY_MIN = 24 * 60
KEEP_S = 2.0
_KEPT: dict[str, tuple[float, list[sla.Clause]]] = {}


@dataclass(frozen=True)
class Entitlement:
    """The verdict on a ticket, what it rests on, and the level that applies."""

    verdict: str
    basis: str
    level: str
    contract: ServiceContract | None
    has_overrides: bool = False

    @property
    def is_internal(self) -> bool:
        """Without a contract the targets are our own aim."""
        return self.verdict != Verdict.PER_STANDARD


def entitlement(
    customer: Customer, *, at: dt.datetime, site: str = "", serial: str = ""
) -> Entitlement:
    """per_standard with the best contract that covers the day and the scope; not_entitled when
    all contracts have ended; no_data when there never was one (domain.md b.4.1). One query."""
    day = at.date()
    rows = _CONTRACTS.rows({"customer": customer.pk, "at": at})
    covering = [row for row in rows if row.starts_on <= day <= row.ends_on]
    fitting = [row for row in covering if row.scope in ("", site, serial)]
    if fitting:
        own = [row for row in fitting if row.scope]
        best = (own or fitting)[0]
        return Entitlement(Verdict.PER_STANDARD, best.code, best.level.code, best, best.overridden)
    if rows:
        return Entitlement(Verdict.NOT_ENTITLED, rows[-1].code, Level.NONE, None)
    return Entitlement(Verdict.NO_DATA, "", Level.NONE, None)


def _contracts() -> QuerySet:
    """Contracts of a customer that were ever in force, the best level first."""
    overrides = SlaOverride.objects.filter(customer_id=OuterRef("customer_id"))
    return (
        ServiceContract.objects.filter(customer=NOBODY)
        .exclude(status__in=("draft", "terminated"))
        .select_related("level", "calendar")
        .annotate(
            overridden=Exists(overrides.in_force(NEVER)),
            has_clauses=Exists(SlaClause.objects.filter(contract=OuterRef("pk"))),
        )
        .order_by("level__rank", "-id")[:50]
    )


_CONTRACTS = KeptQuery(_contracts, {"customer": NOBODY, "at": NEVER})


def clauses_for(level: str, contract: ServiceContract | None) -> list[sla.Clause]:
    """Clauses of a level, of the contract and of the house. Those of levels and house are kept for
    two seconds, as policies are: a new version never begins in the past."""
    rows = _general(level)
    if contract is not None and getattr(contract, "has_clauses", True):
        rows = rows + [_clause(row) for row in SlaClause.objects.filter(contract=contract)]
    return rows


def _general(level: str) -> list[sla.Clause]:
    known = _KEPT.get(level)
    if known is None or time.monotonic() - known[0] > KEEP_S:
        scope = Q(level__code=level) | Q(level=None, contract=None)
        rows = [_clause(row) for row in SlaClause.objects.filter(scope)]
        known = _KEPT[level] = (time.monotonic(), rows)
    return known[1]


def forget() -> None:
    """Read the clauses again at the next question: after a write, and between tests."""
    _KEPT.clear()


def _clause(row: SlaClause) -> sla.Clause:
    source = "contract" if row.contract_id else "level" if row.level_id else "house"
    return sla.Clause(
        id=row.pk,
        source=source,
        ticket_class=row.ticket_class,
        severity=row.severity,
        outage_only=row.outage_only,
        kind=row.kind,
        target=row.target,
        unit=row.unit,
        calendar=row.calendar,
        is_objective=row.is_objective,
        valid_from=row.valid_from,
    )


def overrides_for(customer: Customer, at: dt.datetime) -> list[sla.Override]:
    """Overrides in force: one query."""
    rows = SlaOverride.objects.filter(customer=customer).in_force(at)
    return [
        sla.Override(row.pk, row.kind, row.ticket_class, row.severity, row.target_min)
        for row in rows
    ]


def figures_level(level: str) -> str:
    """The level whose figures are used: without a commitment those of warranty."""
    return Level.WARRANTY if level == Level.NONE else level


@dataclass(frozen=True)
class Asked:
    """What the choice of targets depends on besides the level."""

    ticket_class: str
    outage: bool
    at: dt.datetime


def level_terms(
    clauses: list[sla.Clause],
    overrides: list[sla.Override],
    asked: Asked,
    calendars: tuple[CalendarRef, CalendarRef],
    *,
    internal: bool,
) -> dict[str, list]:
    """{"restore.1": [target_s, hours, "clause:override:target:unit", internal]} of one level."""
    frozen = {}
    for kind in ClockKind.values:
        for severity in Severity.values:
            clause = sla.chosen(
                clauses,
                kind=kind,
                ticket_class=asked.ticket_class,
                severity=severity,
                outage=asked.outage,
                at=asked.at,
            )
            if clause is None:
                continue
            made = sla.promise(
                clause,
                overrides,
                ticket_class=asked.ticket_class,
                severity=severity,
                internal=internal or kind == ClockKind.HOP,
            )
            frozen[f"{kind}.{severity}"] = _frozen(made, calendars)
    return frozen


def _frozen(made: sla.Promise, calendars: tuple[CalendarRef, CalendarRef]) -> list:
    site, team = calendars
    ref = team if made.kind in (ClockKind.HOP, ClockKind.CALLBACK) else site
    day = WHOLE_DAY_MIN if sla.counts_always(made.calendar) else ref.value.standard_day_minutes
    seconds = sla.target_s(made.target, made.unit, standard_day_min=day)
    version = f"{made.clause_id}:{made.override_id or ''}:{made.target}:{made.unit}"
    return [seconds, made.calendar, version, made.is_internal]


def frozen_terms(
    customer: Customer, found: Entitlement, asked: Asked, calendars: tuple | None = None
) -> dict:
    """The terms of a new ticket: calendars with their versions and the targets of its level."""
    site, team = calendars or refs_for(
        customer, found.contract.calendar if found.contract else None
    )
    overrides = overrides_for(customer, asked.at) if found.has_overrides else []
    terms: dict = {
        "site": [site.id, site.version, site.zone],
        "team": [team.id, team.version, team.zone],
        "levels": {},
    }
    rows = clauses_for(figures_level(found.level), found.contract)
    terms["levels"][found.level] = level_terms(
        rows, overrides, asked, (site, team), internal=found.is_internal
    )
    return terms


class FrozenClauses(Mapping[Key, ClockClause]):
    """The frozen targets by (kind, severity, level), each made when it is asked for."""

    def __init__(self, levels: Mapping[str, Mapping[str, list]]) -> None:
        self.levels = levels

    def __getitem__(self, key: Key) -> ClockClause:
        found = self.get(key)
        if found is None:
            raise KeyError(key)
        return found

    def __contains__(self, key: object) -> bool:
        return self.get(key) is not None  # type: ignore[arg-type]

    def get(self, key: Key, default: Any = None) -> Any:
        """A clause, or None where nothing is promised."""
        kind, severity, level = key
        row = self.levels.get(level, {}).get(f"{kind}.{severity}")
        return default if row is None else ClockClause(kind, *row)

    def __iter__(self) -> Iterator[Key]:
        for level, rows in self.levels.items():
            for key in rows:
                kind, severity = key.split(".")
                yield kind, int(severity), level

    def __len__(self) -> int:
        return sum(map(len, self.levels.values()))


def clause_set(terms: dict) -> ClauseSet:
    """The frozen targets as the clocks read them."""
    return ClauseSet(FrozenClauses(terms["levels"]))


def promised(terms: dict, kind: str, severity: int, level: str) -> list | None:
    """[target_s, hours, version, internal] of a clock, or None where nothing is promised."""
    return terms["levels"].get(level, {}).get(f"{kind}.{severity}")
