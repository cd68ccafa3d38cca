"""What happens later to what two houses agreed on: it begins, is renewed, ends, is won or lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from core.actors import Actor
from core.models import Timer
from relationships.actions import agreement_force, locked
from relationships.choices_agreement import AgreementStatus
from relationships.models import StrategicAgreement

LABEL = "relationships.strategicagreement"


def agreement_start(timers: list[Timer], *, now: dt.datetime) -> None:
    """The first day of a signed agreement: it is in force."""
    for row in _signed().filter(pk__in=[timer.about_id for timer in timers]):
        if row.local(row.starts_on) <= now:
            agreement_force.come_into_force(row, by=Actor.system(), now=now)


def agreement_step(timers: list[Timer], *, now: dt.datetime) -> None:
    """An agreement in force: its renewal is asked about, or it ends (R-R14)."""
    for row in _in_force().filter(pk__in=[timer.about_id for timer in timers]):
        agreement_force.step(row, by=Actor.system(), now=now)


def follow_locked(*, now: dt.datetime) -> int:
    """Heartbeat: locked projects are won or lost with their opportunities."""
    return locked.follow(by=Actor.system(), now=now)


def expected(now: dt.datetime) -> Iterator[tuple[str, str, int, dt.datetime]]:
    """Every timer of agreements that must be armed now: (kind, about_label, about_id, due_at)."""
    for row in _signed().iterator():
        yield agreement_force.START, LABEL, row.pk, row.local(row.starts_on)
    for row in _in_force().iterator():
        moment = agreement_force.step_of(row, now)
        if moment is not None:
            yield agreement_force.STEP, LABEL, row.pk, moment


def _signed():
    """Signed by both, and their first day is to come."""
    rows = StrategicAgreement.objects.filter(
        status=AgreementStatus.SIGNED, our_signatory__isnull=False, their_signatory__isnull=False
    )
    return rows.select_related("customer__owning_unit", "renews__customer__owning_unit")


def _in_force():
    rows = StrategicAgreement.objects.in_force()
    return rows.select_related("customer__owning_unit", "owner")
