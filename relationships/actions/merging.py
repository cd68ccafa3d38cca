"""What ends on this floor when two records of one person become one (b.1).

Everything is written into the journal of the merge, so that undoing it brings it back.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Contact
from core import merging
from core.actors import Actor
from core.errors import Refused
from core.models import Record
from relationships.actions.assessments import EXPIRY
from relationships.actions.plans import END
from relationships.choices import OPEN_PLANS, GridStatus, PlanStatus
from relationships.models import (
    CompetitorStance,
    GridAssessment,
    InfluenceEdge,
    PowerSeat,
    RatingRound,
    RelationshipPlan,
)
from relationships.rules import may_see_grid

RULE = "b.1"


def merged_person(
    contact: Contact, other: Contact, journal: merging.Journal, *, by: Actor, now: dt.datetime
) -> None:
    """Before anything moves: of two positions, stances, plans and seats of one person one stays.

    Refused while a score of both is being decided: the scores of one round or proposal would
    show to the raters of the other.
    """
    if all(_is_being_scored(one) for one in (contact, other)):
        raise Refused(_busy(contact, by), rule="R-R2")
    ending = _Ending(journal, {"updated_at": now, "updated_by_id": by.user_id})
    _scores(contact, other, ending)
    _stances(contact, other, ending, now)
    open_plans = RelationshipPlan.objects.filter(status__in=OPEN_PLANS)
    if open_plans.filter(contact=contact).exists():
        for plan in open_plans.filter(contact=other):
            ending.end(plan, {"status": PlanStatus.CANCELLED, "closed_at": now}, END)
    _seats(contact, other, ending, now)


class _Ending:
    """Rows that end, in the journal and with the stamp of a write."""

    def __init__(self, journal: merging.Journal, stamp: dict[str, Any]) -> None:
        self.journal, self.stamp = journal, stamp

    def end(self, row: Record, values: dict[str, Any], *timers: str) -> None:
        """Write these columns and let these timers go."""
        merging.change(self.journal, row, {**values, "version": row.version + 1, **self.stamp})
        merging.disarm(self.journal, row, *timers)


def _is_being_scored(contact: Contact) -> bool:
    rounds = RatingRound.objects.open().filter(contact=contact)
    waiting = GridAssessment.of_all_kinds.waiting().filter(contact=contact)
    return rounds.exists() or waiting.exists()


def _busy(contact: Contact, by: Actor) -> str:
    if by.user is None or not may_see_grid(by.user, contact.customer):
        return _("The account team decides something about both of them; ask it to end one first.")
    return _("Both are being scored: decide the proposal or close the round of one of them first.")


def _scores(contact: Contact, other: Contact, ending: _Ending) -> None:
    """The later position is where the person stands, in general and in each deal."""
    both = GridAssessment.of_all_kinds.current().filter(contact__in=[contact, other])
    known: set[int | None] = set()
    for row in both.order_by("-assessed_on", "-id"):
        if row.opportunity_id in known:
            ending.end(row, {"status": GridStatus.SUPERSEDED}, EXPIRY)
        known.add(row.opportunity_id)


def _stances(contact: Contact, other: Contact, ending: _Ending, now: dt.datetime) -> None:
    both = CompetitorStance.objects.current().filter(contact__in=[contact, other])
    known: set[str] = set()
    for row in both.order_by("-as_of", "-id"):
        if row.competitor in known:
            ending.end(row, {"superseded_at": now})
        known.add(row.competitor)


def _seats(contact: Contact, other: Contact, ending: _Ending, now: dt.datetime) -> None:
    """The second seat of one person on one map is taken off, as `remove_seat` takes one off."""
    held = PowerSeat.objects.standing().filter(contact=contact).values("map")
    for seat in PowerSeat.objects.standing().filter(contact=other, map__in=held):
        for below in PowerSeat.objects.standing().filter(reports_to=seat):
            ending.end(below, {"reports_to_id": seat.reports_to_id})
        ties = InfluenceEdge.objects.standing().filter(Q(from_seat=seat) | Q(to_seat=seat))
        for edge in ties:
            ending.end(edge, {"removed_at": now})
        ending.end(seat, {"removed_at": now})
