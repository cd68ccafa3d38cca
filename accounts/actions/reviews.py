"""Writes of the review of key actions: gathered, filled in, scored, confirmed as appraisal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import keyactions, policies_market
from accounts.actions.guards import invalid, persons_only
from accounts.actions.scorecards import asked_of
from accounts.choices import ScorecardStatus
from accounts.choices_review import ReviewStatus
from accounts.keyactions import Fact
from accounts.models import KeyActionReview, KeyActionScore, Scorecard
from core import policy, registry, trail
from core.actors import Actor
from core.errors import Forbidden, Refused
from core.text import tidy
from core.writes import edit as edit_row
from core.writes import insert, move

GATHER, BOTH = "R-K5", "R-K6"
_record = trail.recorder("key_action_review")


def key_actions() -> dict[str, tuple[str, str]]:
    """The nine in their order: key -> (msgid, function)."""
    return dict(registry.entry("KEY_ACTIONS", {}))


@transaction.atomic
def open_review(card: Scorecard, *, by: Actor, now: dt.datetime) -> KeyActionReview:
    """Beside the scorecard of a person, filled at once with the evidence of its period."""
    persons_only(by, rule=GATHER)
    if card.person_id is None:
        raise Refused(_("Key actions are those of a person, not of a unit."), rule=GATHER)
    row = KeyActionReview(scorecard=card)
    insert(row, by=by, now=now)
    for key in key_actions():
        insert(KeyActionScore(review=row, action=key), by=by, now=now)
    _record(row, "opened", by, now, {})
    return gather(row, by=by, now=now)


@transaction.atomic
def gather(row: KeyActionReview, *, by: Actor, now: dt.datetime) -> KeyActionReview:
    """Read the evidence anew; until it is confirmed."""
    persons_only(by, rule=GATHER)
    if row.status == ReviewStatus.CONFIRMED:
        raise Refused(_("It is confirmed; its evidence stands."), rule=GATHER)
    asked, known = asked_of(row.scorecard), key_actions()
    for one in row.scores.all():
        path = known.get(one.action, ("", ""))[1]
        facts: list[Fact] = registry.load(path)(asked, now) if path else []  # type: ignore
        said = [_plain(fact) for fact in facts]
        edit_row(one, {"evidence": said, "computed": keyactions.points(facts)}, by=by, now=now)
    _record(row, "gathered", by, now, {})
    return row


@transaction.atomic
def fill(
    row: KeyActionReview, scores: Mapping[str, int], *, by: Actor, now: dt.datetime
) -> KeyActionReview:
    """The person scores all nine; open → self_filled."""
    persons_only(by, rule=GATHER)
    if by.user_id != row.scorecard.person_id:
        raise Forbidden(_("Everybody fills in their own review."), rule=GATHER)
    move(row, ReviewStatus.SELF_FILLED, frm=ReviewStatus.OPEN, by=by, now=now, rule=GATHER)
    for one in row.scores.all():
        value = _checked(one.action, scores.get(one.action))
        edit_row(one, {"self_score": value}, by=by, now=now)
    _record(row, "filled", by, now, {})
    return row


@transaction.atomic
def review(
    row: KeyActionReview,
    scores: Mapping[str, tuple[int, str]],
    *,
    by: Actor,
    now: dt.datetime,
) -> KeyActionReview:
    """The manager scores all nine, with a comment where far from the evidence; → reviewed."""
    persons_only(by, rule=GATHER)
    _not_oneself(row, by)
    before = (ReviewStatus.SELF_FILLED, ReviewStatus.REVIEWED)
    move(row, ReviewStatus.REVIEWED, frm=before, by=by, now=now, rule=GATHER,
         reviewed_by=by.user)  # fmt: skip
    far = policy.get(policies_market.REVIEW_FAR, at=now)
    for one in row.scores.all():
        score, comment = scores.get(one.action, (None, ""))
        value, said = _checked(one.action, score), tidy(comment or "")
        if one.computed is not None and abs(value - one.computed) >= far and not said:
            raise invalid(
                one.action,
                _("%(score)d is far from the evidence (%(found)s); say why.")
                % {"score": value, "found": one.computed},
                rule="R-K5",
            )
        edit_row(one, {"manager_score": value, "comment": said}, by=by, now=now)
    _record(row, "reviewed", by, now, {})
    return row


@transaction.atomic
def confirm(row: KeyActionReview, *, by: Actor, now: dt.datetime) -> KeyActionReview:
    """Reviewed → confirmed: figures and actions together. Refused while either is missing."""
    persons_only(by, rule=BOTH)
    _not_oneself(row, by)
    card = row.scorecard
    if card.status != ScorecardStatus.CONFIRMED:
        raise Refused(_("Confirm the figures of the scorecard first."), rule=BOTH)
    part = keyactions.actions_part([one.manager_score for one in row.scores.all()])
    share = policy.get(policies_market.APPRAISAL_KPI, at=now)
    result = keyactions.appraisal(card.score, part, kpi_share=share)
    if result is None:
        raise Refused(_("Figures and key actions are both needed; one is missing."), rule=BOTH)
    move(row, ReviewStatus.CONFIRMED, frm=ReviewStatus.REVIEWED, by=by, now=now, rule=BOTH,
         actions_part=part, result=result, confirmed_by=by.user, confirmed_at=now)  # fmt: skip
    _record(row, "confirmed", by, now, {"result": result})
    return row


def _not_oneself(row: KeyActionReview, by: Actor) -> None:
    if by.user_id is not None and by.user_id == row.scorecard.person_id:
        raise Forbidden(_("Nobody appraises themselves."), rule=BOTH)


def _checked(action: str, score: int | None) -> int:
    if score is None or not 0 <= score <= keyactions.MOST:
        raise invalid(action, _("Score every key action, 0 to 10."), rule="R-K5")
    return score


def _plain(fact: Fact) -> dict[str, Any]:
    actual = None if fact.actual is None else str(fact.actual)
    return {
        "label": fact.label, "actual": actual, "target": str(fact.target), "unit": fact.unit,
    }  # fmt: skip
