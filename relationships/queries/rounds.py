"""Rounds of ratings as one reader may see them; who can be asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from accounts.choices import AssignmentStatus, Role
from accounts.models import Contact, Customer, Opportunity
from accounts.models.team import OUTSIDE_TEAM
from accounts.queries import chain_above, colleagues
from relationships.choices import RoundStatus
from relationships.grid import Point
from relationships.models import Rating, RatingRound
from relationships.ratings import MOST_RATERS, Spread, sees_scores, spreads_of


@dataclass(frozen=True)
class RoundView:
    """A round for one reader: `scores` is empty where this reader must not see them yet."""

    round: RatingRound
    ratings: Sequence[Rating]
    own: Rating | None
    scores: Sequence[Rating]
    intimacy: Spread | None
    support: Spread | None

    @property
    def given(self) -> int:
        """How many gave theirs."""
        return sum(1 for row in self.ratings if row.given_at is not None)

    @property
    def asked(self) -> int:
        """How many were asked."""
        return len(self.ratings)

    @property
    def owes(self) -> bool:
        """This reader was asked and has not answered."""
        return self.round.is_open and self.own is not None and self.own.given_at is None

    @property
    def is_wide(self) -> bool:
        """The raters stand two points or more apart on an axis."""
        return any(axis is not None and axis.is_wide for axis in (self.intimacy, self.support))

    @property
    def middle(self) -> Point | None:
        """What a proposal may start from."""
        if self.intimacy is None or self.support is None:
            return None
        return self.intimacy.middle, self.support.middle


def view_of(row: RatingRound, user: Any) -> RoundView:
    """What this reader sees of a round fetched by `with_ratings`."""
    return seen_by(user, row, list(row.ratings.all()))


def seen_by(user: Any, row: RatingRound, everybody: Sequence[Rating]) -> RoundView:
    """A round and all its ratings for one reader."""
    given = {each.rater_id for each in everybody if each.given_at is not None}
    seen = sees_scores(user.pk, given, is_open=row.is_open)
    scores = [each for each in everybody if seen and each.given_at is not None]
    spreads = spreads_of([each.point for each in scores if each.point is not None])
    return RoundView(
        round=row,
        ratings=everybody,
        own=next((each for each in everybody if each.rater_id == user.pk), None),
        scores=scores,
        intimacy=spreads[0] if spreads else None,
        support=spreads[1] if spreads else None,
    )


def with_ratings(rows: QuerySet[RatingRound]) -> QuerySet[RatingRound]:
    """Rounds with contact, customer and ratings: two queries however many."""
    raters = Rating.objects.select_related("rater").order_by("id")
    joined = rows.select_related("contact", "customer__owning_unit", "asked_by", "opportunity")
    return joined.prefetch_related(Prefetch("ratings", raters))


def last_round(contact: Contact, user: Any, deal: Opportunity | None = None) -> RoundView | None:
    """The newest round of a contact about this deal, or in general, that was not cancelled; before
    it the open one, whatever it is about: one query. The caller has asked whether this person
    reads the confidential class of the contact."""
    wanted = Q(round__opportunity=deal, round__status=RoundStatus.CLOSED)
    rows = Rating.objects.filter(wanted | Q(round__status=RoundStatus.OPEN))
    rows = rows.filter(round__contact=contact).order_by("-round_id", "id")
    rows = rows.select_related("round__opportunity", "rater")
    found = list(rows[:MOST_RATERS])
    if not found:
        return None
    row = found[0].round
    return seen_by(user, row, [each for each in found if each.round_id == row.pk])


def raters_of(customer: Customer, user: Any) -> QuerySet[Any]:
    """Whoever may propose here: the account team, and heads at or above the owning unit."""
    team = Q(
        pk__in=customer.assignments.filter(status=AssignmentStatus.ACTIVE)
        .exclude(role__in=OUTSIDE_TEAM)
        .values("user_id")
    )
    units = [unit.pk for unit in chain_above(customer.owning_unit_id)]
    heads = Q(role_rows__role__in=(Role.RH, Role.EXE), profile__unit__in=units)
    return colleagues(user).filter(team | heads).distinct().order_by("full_name", "id")
