"""What stands beside the grid: one person's history, the playbook, proposals that wait."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Contact, Customer, Opportunity
from accounts.queries_alike import read_alike
from accounts.sensitive import topics
from core import clock
from core.kept import NOBODY
from relationships import grid, rules
from relationships.choices import CURRENT, GridStatus, SeatRole
from relationships.models import CompetitorStance, GridAssessment, Interaction, RelationshipPlan
from relationships.queries.plans import PlanView
from relationships.queries.playbook import play_of
from relationships.queries.power import role_of, stances_of
from relationships.queries.rounds import RoundView, last_round
from relationships.views.panels import axis, takes_scores

RECENT = 12
"""Entries of the history beside the grid."""
ONE = NOBODY - 1
"""The customer that nobody has, for SQL that is kept."""


@dataclass(frozen=True)
class Entry:
    """One assessment in the history: the score, in words, and whether it was for the better."""

    assessment: GridAssessment
    tone: str
    words: str


@dataclass(frozen=True)
class Waiting:
    """A proposal, and whether this reader decides it."""

    assessment: GridAssessment
    words: str
    may_decide: bool
    is_own: bool
    needs_head: bool
    touches: str = ""
    """What the evidence speaks of besides business (R-P2)."""


@dataclass(frozen=True)
class Aside:
    """One person beside the grid."""

    contact: Contact
    role: SeatRole
    current: GridAssessment | None
    entries: list[Entry]
    axes: list[dict[str, Any]]
    play: grid.Play | None
    touch_days: int
    waiting: Waiting | None
    last: Interaction | None
    round: RoundView | None
    plan: PlanView | None
    may_move: bool
    stances: list[CompetitorStance] = field(default_factory=list)
    deal: Opportunity | None = None
    """The deal that is looked at."""

    @property
    def ask(self) -> str:
        """Query of the evidence form: the deal, while people are judged for it."""
        return f"?opportunity={self.deal.pk}" if self.deal and takes_scores(self.deal) else ""


def aside_of(
    user: Any,
    contact: Contact,
    standing: rules.Standing,
    planned: PlanView | None,
    deal: Opportunity | None = None,
) -> Aside:
    """The person panel: five queries. The contact comes `with_seats`; with a deal the position
    and the proposal are those of the deal, where there are some."""
    rows = _rows(user, contact, deal)
    current = next((row for row in rows if row.status in CURRENT), None)
    asked = [row for row in rows if row.opportunity_id == (deal.pk if deal else None)]
    proposal = next((row for row in asked if row.status == GridStatus.PROPOSED), None)
    play = play_of(current.cell, now=clock.now()) if current else None
    return Aside(
        contact=contact,
        role=role_of(contact),
        current=current,
        entries=[entry_of(row) for row in rows if row.status != GridStatus.PROPOSED],
        axes=axes_of(current, planned.plan if planned else None),
        play=play,
        touch_days=play.touch_days if play else 0,
        waiting=_waiting(user, proposal, standing) if proposal else None,
        last=Interaction.objects.held()
        .filter(contacts=contact)
        .select_related("type")
        .order_by("-starts_at")
        .first(),
        round=last_round(contact, user, deal),
        plan=planned,
        may_move=standing.proposes,
        stances=stances_of([contact.pk]).get(contact.pk, []),
        deal=deal,
    )


def _rows(user: Any, contact: Contact, deal: Opportunity | None) -> list[GridAssessment]:
    """The last positions of a person: those of the deal first, then those in general."""
    kinds = Q(opportunity=None) | Q(opportunity=deal)
    return list(
        GridAssessment.of_all_kinds.visible_to(user)
        .filter(kinds, contact=contact)
        .select_related("assessor", "reviewer", "previous", "contact", "opportunity")
        .prefetch_related(Prefetch("interactions", Interaction.objects.select_related("type")))
        .order_by(F("opportunity").asc(nulls_last=True), "-assessed_on", "-id")[:RECENT]
    )


def axes_of(
    current: GridAssessment | None, plan: RelationshipPlan | None = None
) -> list[dict[str, Any]]:
    """Both axes: where somebody stands, stood before, and should stand."""
    if current is None:
        return []
    before = current.previous.point if current.previous else (None, None)
    goal = plan.target if plan else (None, None)
    return [
        axis(_("Intimacy"), current.intimacy, before[0], goal[0]),
        axis(_("Support"), current.support, before[1], goal[1]),
    ]


def entry_of(row: GridAssessment) -> Entry:
    """A row of the history in words."""
    move = grid.movement(row.previous.point, row.point) if row.previous else None
    if row.status == GridStatus.REJECTED:
        return Entry(row, "none", str(GridStatus.REJECTED.label))
    tone = "none" if move is None else "ok" if move.better else "risk"
    return Entry(row, tone, move.words if move else str(row.get_attitude_display()))


def waiting_of(user: Any, customer: Customer, standing: rules.Standing) -> list[Waiting]:
    """Proposals of a customer, oldest first, and which of them this person decides."""
    rows = read_alike(
        "proposals", user, lambda probe: _proposals(probe, ONE), {"customer": customer.pk},
        {"customer": ONE},
    )  # fmt: skip
    rows = list(_proposals(user, customer.pk)) if rows is None else rows
    return [_waiting(user, row, standing) for row in rows]


def _proposals(user: Any, customer: int) -> QuerySet[GridAssessment]:
    rows = GridAssessment.of_all_kinds.visible_to(user).filter(customer=customer).waiting()
    joined = ("contact__customer__owning_unit", "assessor", "previous", "customer__owning_unit")
    return rows.select_related(*joined, "opportunity").order_by("id")


def _waiting(user: Any, row: GridAssessment, standing: rules.Standing) -> Waiting:
    strong, own = rules.needs_head(row), row.assessor_id == user.pk
    move = grid.movement(row.previous.point, row.point) if row.previous else None
    words = move.words if move else str(row.get_attitude_display())
    return Waiting(
        assessment=row,
        words=words,
        may_decide=not own and standing.proposes and (standing.heads or not strong),
        is_own=own,
        needs_head=strong,
        touches=pgettext("between names", ", ").join(map(str, topics(row.evidence))),
    )
