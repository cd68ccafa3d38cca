"""What happens later on this floor: grid scores go stale after their last valid day (R-R1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from core.actors import Actor
from core.models import Timer
from relationships.actions import assessments
from relationships.choices import GridStatus
from relationships.models import GridAssessment


def expire_scores(timers: list[Timer], *, now: dt.datetime) -> None:
    """Scores past their validity become stale: they keep their cell and leave the coverage."""
    assessments.expire(
        _confirmed().filter(pk__in=[timer.about_id for timer in timers]),
        by=Actor.system(),
        now=now,
    )


def expected(now: dt.datetime) -> Iterator[tuple[str, str, int, dt.datetime]]:
    """Every timer of this floor that must be armed now: (kind, about_label, about_id, due_at)."""
    for row in _confirmed().iterator():
        yield (
            assessments.EXPIRY,
            "relationships.gridassessment",
            row.pk,
            assessments.expiry_at(row),
        )


def _confirmed():
    rows = GridAssessment.objects.filter(status=GridStatus.CONFIRMED)
    return rows.select_related("customer__owning_unit")
