"""What was promised in meetings and waits for an answer: we can, we cannot, another date."""

from __future__ import annotations

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.choices import TeamRole
from accounts.models import AccountAssignment
from core import clock
from core.paging import page_of, size_of
from core.web import staff_page
from expectations.choices import CommitmentStatus
from expectations.consumers import MET
from expectations.models import Commitment


@staff_page
@require_safe
def promise_inbox(request: HttpRequest) -> HttpResponse:
    """Proposed commitments that came from interactions and minutes, the nearest date first."""
    seats = AccountAssignment.objects.active().filter(
        customer=OuterRef("customer"), user=request.user, role=TeamRole.FR
    )
    rows = Commitment.objects.visible_to(request.user).filter(
        status=CommitmentStatus.PROPOSED, about_label=MET, project=None
    )
    rows = rows.annotate(answers=Exists(seats)).select_related("customer", "made_by", "owner")
    page = page_of(
        rows,
        ordering="due_at",
        cursor=request.GET.get("cursor", ""),
        size=size_of(request.GET.get("page_size", "")),
    )
    return render(request, "expectations/promise_inbox.html", {"page": page, "now": clock.now()})
