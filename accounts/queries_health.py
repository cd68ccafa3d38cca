"""Reads of account health: what the floors measure, earlier days, why it fell (R-H1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import health, policies_health
from accounts.choices_health import HEALTH_TONES, HealthPart
from accounts.health import Evidence
from accounts.models import AccountHealth
from core import policy, registry

CLOSING = dt.timedelta(days=7)
"""The total of a quarter end is that of its last night, or of an earlier one of its last week."""


def weights_at(now: dt.datetime) -> dict[str, int]:
    """Weight by part (R-H1)."""
    return {part: policy.get(policies_health.WEIGHT[part], at=now) for part in health.PARTS}


def bands_at(now: dt.datetime) -> health.Bands:
    """Where the bands begin."""
    return health.Bands(
        healthy=policy.get(policies_health.HEALTHY, at=now),
        watch=policy.get(policies_health.WATCH, at=now),
        risk=policy.get(policies_health.RISK, at=now),
    )


def hooks() -> dict[str, tuple[str, str, str]]:
    """HEALTH_PARTS of the registry: part -> (measure, words, tail of the page behind it)."""
    return dict(registry.entry("HEALTH_PARTS", {}))


def measured(ids: Sequence[int], *, now: dt.datetime) -> dict[str, Mapping[int, Evidence]]:
    """What the floors say of many customers, part by part: queries by part, not by customer."""
    return {
        part: registry.load(found[0])(ids, now=now)
        for part, found in hooks().items()
        if part in health.PARTS
    }


def closing_totals(
    ids: Iterable[int], ends: Sequence[dt.date]
) -> dict[int, dict[dt.date, AccountHealth]]:
    """{customer: {quarter end: its last row}}: one query, a week of rows for each end."""
    window = Q()
    for end in ends:
        window |= Q(as_of__gt=end - CLOSING, as_of__lte=end)
    found: dict[int, dict[dt.date, AccountHealth]] = {}
    rows = AccountHealth.objects.filter(window, customer__in=list(ids), total__isnull=False)
    for row in rows.order_by("as_of"):
        end = next(end for end in ends if end - CLOSING < row.as_of <= end)
        found.setdefault(row.customer_id, {})[end] = row
    return found


def baseline_of(
    closings: Mapping[dt.date, AccountHealth], ends: Sequence[dt.date]
) -> AccountHealth | None:
    """What today is compared with: the last quarter end but one, else the last."""
    return closings.get(ends[-2]) or closings.get(ends[-1])


@dataclass(frozen=True)
class PartLine:
    """One part on the page of a customer."""

    part: str
    label: str
    value: Decimal | None
    share: Decimal | None
    words: str
    url: str
    tone: str


@dataclass(frozen=True)
class Fall:
    """A customer on the list of relations that fade: its day, what it was before, why."""

    row: AccountHealth
    before: AccountHealth | None
    reasons: Sequence[str]
    basis: int = 100
    """Weight of the parts with evidence, in per cent of all."""

    @property
    def tone(self) -> str:
        """Of the band."""
        return HEALTH_TONES.get(self.row.band, "none")


def part_lines(row: AccountHealth, *, now: dt.datetime) -> list[PartLine]:
    """Every part of a day, those without evidence said as such: no query."""
    weights, cuts = weights_at(now), bands_at(now)
    held, found = health.shares(row.values, weights), hooks()
    lines = []
    for part in health.PARTS:
        value = row.values[part]
        tail = found[part][2] if part in found else ""
        lines.append(
            PartLine(
                part,
                str(HealthPart(part).label),
                value,
                held.get(part),
                words_of(row, part),
                tail.format(pk=row.customer_id) if tail else "",
                HEALTH_TONES.get(health.band(value, cuts), "none"),
            )
        )
    return lines


def words_of(row: AccountHealth, part: str) -> str:
    """The figures behind a part as a sentence; empty where only the value was kept."""
    found, facts = hooks().get(part), row.facts.get(part, {})
    if found is None:
        return _("Nothing in this product measures it yet.")
    if row.values[part] is not None and not facts:
        return ""
    return registry.load(found[1])(facts)


def falls(rows: Sequence[AccountHealth], *, day: dt.date, now: dt.datetime) -> list[Fall]:
    """Why each of these days is lower than the baseline: one query for all of them."""
    ends = health.quarter_ends(day)
    closings = closing_totals([row.customer_id for row in rows], ends)
    weights, found = weights_at(now), []
    for row in rows:
        before = baseline_of(closings.get(row.customer_id, {}), ends)
        reasons = reasons_of(row, before, weights) if before is not None else []
        found.append(Fall(row, before, reasons, health.basis(row.values, weights)))
    return found


def reasons_of(
    row: AccountHealth, before: AccountHealth, weights: Mapping[str, int], most: int = 3
) -> list[str]:
    """What pulled the total down, in words, the heaviest first."""
    lost = health.losses(before.values, row.values, weights)[:most]
    return [_reason(loss, words_of(row, loss.part)) for loss in lost]


def _reason(loss: health.Loss, why: str) -> str:
    label = str(HealthPart(loss.part).label)
    if loss.after is None:
        return _("%(part)s: no evidence any more") % {"part": label}
    said = {"part": label, "after": f"{loss.after:.0f}", "before": f"{loss.before or 0:.0f}"}
    moved = (
        _("%(part)s: first evidence, %(after)s") if loss.before is None
        else _("%(part)s %(before)s → %(after)s")
    )  # fmt: skip
    return _("%(moved)s (%(why)s)") % {"moved": moved % said, "why": why} if why else moved % said
