"""What may be due for a person today; each source is one query with what its rows need."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from accounts.choices import ActionStatus, AssessmentStatus, Role, Tier
from accounts.models import ActionItem, TierAssessment
from accounts.models.customer import on_postgres
from core.kept import KeptValues
from expectations.choices import FormStatus, NoticeStatus, ReportStatus
from expectations.models import Commitment, ConfirmationForm, CustomerNotice, WeeklyReport
from huaweicrm.desk.lean import CUSTOMER, PERSON, lean
from huaweicrm.desk.today.scope import Scope
from relationships.choices import InteractionStatus
from relationships.models import Interaction
from service.choices import LIVE, ClockKind
from service.models import SlaClock, Ticket

RISK = ("title", "impact_at")
READ = 50
"""So many rows of a source are read; more are counted."""
BEGUN = dt.timedelta(hours=1)
"""A meeting that began so long ago still counts as one of today's."""


def notices(scope: Scope) -> Any:
    """Customers who do not know yet what threatens them, the nearest deadline first."""
    rows = (
        CustomerNotice.objects.visible_to(scope.user)
        .untold()
        .filter(scope.here)
        .order_by("due_at", "id")
    )
    return lean(rows, "status due_at", risk=RISK, customer=CUSTOMER)


def meetings(scope: Scope) -> Any:
    """Planned meetings of the person that begin today."""
    rows = (
        Interaction.objects.visible_to(scope.user)
        .filter(
            participants=scope.user,
            status=InteractionStatus.PLANNED,
            starts_at__gte=scope.now - BEGUN,
            starts_at__lt=scope.tonight,
        )
        .order_by("starts_at", "id")
    )
    said = "starts_at place purpose"
    return lean(rows, said, customer=CUSTOMER, type=("name", "name_zh"))


def told(scope: Scope, since: dt.timedelta = dt.timedelta(days=7)) -> Any:
    """Notices that went out and are not settled."""
    rows = (
        CustomerNotice.objects.visible_to(scope.user)
        .filter(
            scope.here,
            told_at__gt=scope.now - since,
            status__in=[NoticeStatus.SENT, NoticeStatus.ACKNOWLEDGED],
        )
        .order_by("-told_at", "-id")
    )
    return lean(rows, "told_at acknowledged_at", risk=RISK, customer=CUSTOMER)


def promises(scope: Scope) -> Any:
    """What the person has promised or owns, due today or overdue."""
    rows = (
        Commitment.objects.visible_to(scope.user)
        .open()
        .filter(Q(owner=scope.user) | Q(made_by=scope.user), due_at__lt=scope.tonight)
        .order_by("due_at", "id")
    )
    return lean(rows, "code text due_at", customer=CUSTOMER)


def actions(scope: Scope) -> Any:
    """Action items of the person, due today or overdue."""
    rows = ActionItem.objects.filter(
        owner=scope.user, status=ActionStatus.OPEN, due_at__lt=scope.tonight
    ).order_by("due_at", "id")
    return lean(rows, "text due_at", customer=CUSTOMER)


def open_actions(scope: Scope) -> Any:
    """The same without steps of relationship plans: for when others look on."""
    return actions(scope).not_confidential()


def forms(scope: Scope) -> Any:
    """Forms that wait for a signature of either side, the longest wait first."""
    waiting = [FormStatus.SENT, FormStatus.PARTLY_SIGNED]
    rows = (
        ConfirmationForm.objects.visible_to(scope.user)
        .filter(scope.here, status__in=waiting)
        .order_by("sent_at", "id")
    )
    return lean(rows, "code status sent_at", project=("name",), customer=CUSTOMER)


def reports(scope: Scope) -> Any:
    """Weekly reports that are not submitted and due today or overdue."""
    rows = (
        WeeklyReport.objects.visible_to(scope.user)
        .unsubmitted()
        .filter(scope.here, due_at__lt=scope.tonight)
        .order_by("due_at", "id")
    )
    said = "iso_year iso_week due_at"
    return lean(rows, said, project=("name",), customer=CUSTOMER)


def returned(scope: Scope) -> Any:
    """Reports that a head has returned."""
    return reports(scope).filter(status=ReportStatus.RETURNED)


def tickets(scope: Scope) -> Any:
    """Open tickets that customers wait on, next breach first.

    Those of one's customers; for who answers tickets (and for heads) all that one sees.
    """
    rows = Ticket.objects.visible_to(scope.user).open()
    if not scope.answers:
        rows = rows.filter(scope.here)
    return rows.by_next_breach()


def first_tickets(scope: Scope) -> Any:
    """Those that the day reads. Of one's customers all are sorted, so that customers and owners
    are looked up for the first only; who sees all reads the queue in its order and stops."""
    rows = tickets(scope)
    if not scope.answers:
        first = rows.values("pk")[:READ]
        rows = Ticket.objects.visible_to(scope.user).filter(pk__in=first).by_next_breach()
    return lean(rows, "code title severity queue_at", customer=CUSTOMER, owner=PERSON)


class Due(NamedTuple):
    """Which clock of a ticket is due first, when, and out of how many seconds."""

    kind: str
    due_at: dt.datetime
    target_s: int

    def get_kind_display(self) -> str:
        """The kind in words."""
        return str(ClockKind(self.kind).label)


def _due(ids: Sequence[int]) -> QuerySet:
    rows = SlaClock.objects.filter(ticket__in=ids, state__in=LIVE).exclude(due_at=None)
    if on_postgres():
        rows = rows.order_by("ticket_id", "due_at", "id").distinct("ticket_id")
    else:
        rows = rows.order_by("-due_at", "-id")
    return rows.values_list("ticket_id", "kind", "due_at", "target_s")


_DUE = KeptValues(_due)


def clocks_of(tickets: list[Ticket]) -> dict[int, Due]:
    """The live clock of each of these tickets that is due first: one query."""
    if not tickets:
        return {}
    return {pk: Due(*said) for pk, *said in _DUE.rows([row.pk for row in tickets])}


def approvals(scope: Scope) -> list[Any]:
    """Tier assessments that wait for this person (S for an executive, others for a head)."""
    wanted = Q(pk=None)
    if scope.holds(Role.EXE) or scope.user.is_superuser:
        wanted |= Q(proposed_tier=Tier.S)
    if scope.holds(Role.RH) or scope.user.is_superuser:
        wanted |= ~Q(proposed_tier=Tier.S)
    if wanted == Q(pk=None):
        return []
    rows = TierAssessment.objects.visible_to(scope.user).filter(
        wanted, status=AssessmentStatus.SUBMITTED
    )
    return list(
        rows.exclude(submitted_by=scope.user)
        .select_related("customer")
        .order_by("submitted_at", "id")[:20]
    )
