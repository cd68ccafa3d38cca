"""What happens later on this floor: scores go stale, rounds of ratings and plans end, minutes fall
due, heads hear of opponents without a plan (R-R5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from core.actors import Actor
from core.models import Timer
from relationships.actions import assessments, minutes, plans, ratings, reminders
from relationships.choices import GridStatus
from relationships.models import GridAssessment, Minutes, RatingRound, RelationshipPlan


def expire_scores(timers: list[Timer], *, now: dt.datetime) -> None:
    """Scores past their validity become stale: they keep their cell and leave the coverage."""
    assessments.expire(
        _confirmed().filter(pk__in=[timer.about_id for timer in timers]),
        by=Actor.system(),
        now=now,
    )


def end_rounds(timers: list[Timer], *, now: dt.datetime) -> None:
    """The last day of a round is over: it closes with the scores given so far."""
    rows = _rounds().filter(pk__in=[timer.about_id for timer in timers])
    for row in rows.select_related("asked_by"):
        if ratings.end_of(row) <= now:
            ratings.close(row, by=Actor.system(), now=now)


def minutes_step(timers: list[Timer], *, now: dt.datetime) -> None:
    """Owed minutes: the owner is reminded, then they are late and the head hears of it (R-R6)."""
    for row in _owed().filter(pk__in=[timer.about_id for timer in timers]):
        minutes.remind(row, by=Actor.system(), now=now)


def end_plans(timers: list[Timer], *, now: dt.datetime) -> None:
    """The last day of a plan is over: it is missed."""
    rows = _plans().filter(pk__in=[timer.about_id for timer in timers])
    plans.miss(rows.select_related("owner"), by=Actor.system(), now=now)


def remind_of_plans(*, now: dt.datetime) -> None:
    """Heartbeat: opponents without a plan, blockers whose plan no head has looked at (R-R5)."""
    reminders.ask_for_plans(now=now)
    reminders.ask_for_reviews(now=now)


def expected(now: dt.datetime) -> Iterator[tuple[str, str, int, dt.datetime]]:
    """Every timer of this floor that must be armed now: (kind, about_label, about_id, due_at)."""
    for row in _confirmed().iterator():
        yield (
            assessments.EXPIRY,
            "relationships.gridassessment",
            row.pk,
            assessments.expiry_at(row),
        )
    for row in _rounds().iterator():
        yield ratings.END, "relationships.ratinground", row.pk, ratings.end_of(row)
    for row in _plans().iterator():
        yield plans.END, "relationships.relationshipplan", row.pk, plans.end_of(row)
    for row in _owed().filter(is_late=False):
        moment = minutes.step_of(row, now)
        if moment is not None:
            yield minutes.STEP, "relationships.minutes", row.pk, moment


def _owed():
    return Minutes.objects.owed().select_related("customer__owning_unit", "owner", "interaction")


def _plans():
    rows = RelationshipPlan.objects.running()
    return rows.select_related("customer__owning_unit", "contact__customer__owning_unit")


def _confirmed():
    rows = GridAssessment.of_all_kinds.filter(status=GridStatus.CONFIRMED)
    return rows.select_related("customer__owning_unit")


def _rounds():
    return RatingRound.objects.open().select_related("customer__owning_unit", "contact")
