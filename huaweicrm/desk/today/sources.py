"""What may be due for a person today; each source is one query with what its rows need."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q

from accounts.choices import ActionStatus, AssessmentStatus, Role, Tier
from accounts.models import ActionItem, TierAssessment
from expectations.choices import FormStatus, NoticeStatus, ReportStatus
from expectations.models import Commitment, ConfirmationForm, CustomerNotice, WeeklyReport
from huaweicrm.desk.today.scope import Scope
from relationships.choices import InteractionStatus
from relationships.models import Interaction
from service.choices import LIVE
from service.models import SlaClock, Ticket

BEGUN = dt.timedelta(hours=1)
"""A meeting that began so long ago still counts as one of today's."""


def notices(scope: Scope) -> Any:
    """Customers who do not know yet what threatens them, the nearest deadline first."""
    return (
        CustomerNotice.objects.visible_to(scope.user)
        .untold()
        .filter(scope.here)
        .select_related("risk", "customer")
        .order_by("due_at", "id")
    )


def meetings(scope: Scope) -> Any:
    """Planned meetings of the person that begin today."""
    return (
        Interaction.objects.visible_to(scope.user)
        .filter(
            participants=scope.user,
            status=InteractionStatus.PLANNED,
            starts_at__gte=scope.now - BEGUN,
            starts_at__lt=scope.tonight,
        )
        .select_related("customer", "type")
        .order_by("starts_at", "id")
    )


def told(scope: Scope, since: dt.timedelta = dt.timedelta(days=7)) -> Any:
    """Notices that went out and are not settled."""
    return (
        CustomerNotice.objects.visible_to(scope.user)
        .filter(
            scope.here,
            told_at__gt=scope.now - since,
            status__in=[NoticeStatus.SENT, NoticeStatus.ACKNOWLEDGED],
        )
        .select_related("risk", "customer")
        .order_by("-told_at", "-id")
    )


def promises(scope: Scope) -> Any:
    """What the person has promised or owns, due today or overdue."""
    return (
        Commitment.objects.visible_to(scope.user)
        .open()
        .filter(Q(owner=scope.user) | Q(made_by=scope.user), due_at__lt=scope.tonight)
        .select_related("customer", "owner")
        .order_by("due_at", "id")
    )


def actions(scope: Scope) -> Any:
    """Action items of the person, due today or overdue."""
    return (
        ActionItem.objects.filter(
            owner=scope.user, status=ActionStatus.OPEN, due_at__lt=scope.tonight
        )
        .select_related("customer")
        .order_by("due_at", "id")
    )


def forms(scope: Scope) -> Any:
    """Forms that wait for a signature of either side, the longest wait first."""
    waiting = [FormStatus.SENT, FormStatus.PARTLY_SIGNED]
    return (
        ConfirmationForm.objects.visible_to(scope.user)
        .filter(scope.here, status__in=waiting)
        .select_related("project", "customer")
        .order_by("sent_at", "id")
    )


def reports(scope: Scope) -> Any:
    """Weekly reports that are not submitted and due today or overdue."""
    return (
        WeeklyReport.objects.visible_to(scope.user)
        .unsubmitted()
        .filter(scope.here, due_at__lt=scope.tonight)
        .select_related("project", "customer")
        .order_by("due_at", "id")
    )


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
    return rows.select_related("customer", "owner").by_next_breach()


def clocks_of(tickets: list[Ticket]) -> dict[int, list[SlaClock]]:
    """The live clocks of these tickets, nearest due first: one query."""
    found: dict[int, list[SlaClock]] = {}
    rows = SlaClock.objects.filter(ticket__in=tickets, state__in=LIVE)
    for clock in rows.order_by("due_at", "id"):
        found.setdefault(clock.ticket_id, []).append(clock)
    return found


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
