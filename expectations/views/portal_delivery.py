"""Portal pages of notices and published weekly reports: own customer, nothing internal (W5)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import clock
from core.errors import Forbidden, Refused
from core.toasts import toast, warn
from core.web import actor_of, found, portal_page
from expectations.actions import notice as actions
from expectations.choices import NoticeStatus
from expectations.models import CustomerNotice
from expectations.queries import delivery as queries


def _who(request: HttpRequest) -> str:
    return str(request.user.full_name or request.user)


@portal_page
@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    """What changed, the latest first."""
    rows = list(queries.portal_notices(request.user).order_by("-sent_at", "-id")[:100])
    context = {"now": clock.now(), "notices": rows, "portal_who": _who(request)}
    return render(request, "portal/notice_list.html", context)


@portal_page
@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One change: what, what it means, the date, what is offered instead."""
    row: CustomerNotice = found(queries.portal_notices(request.user), pk=pk)
    context = {
        "now": clock.now(),
        "notice": row,
        "alternatives": row.alternatives.select_related("owner"),
        "is_open": row.status == NoticeStatus.SENT,
        "may_choose": row.status != NoticeStatus.SETTLED
        and queries.portal_chooses(request.user, row.customer_id)
        and not row.alternatives.filter(status="chosen").exists(),
        "may_act": queries.portal_contact(request.user, row.customer_id) is not None,
        "portal_who": _who(request),
    }
    return render(request, "portal/notice.html", context)


@portal_page
@require_POST
def notice_acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """Read; with `alternative=7` one is chosen."""
    row = found(queries.portal_notices(request.user), pk=pk)
    contact = queries.portal_contact(request.user, row.customer_id)
    if contact is None:
        raise Forbidden(_("You read here, but do not answer for this customer."), rule="b.6")
    wish: Any = request.POST.get("alternative", "")
    if wish and not queries.portal_chooses(request.user, row.customer_id):
        raise Forbidden(_("You read here, but do not answer for this customer."), rule="b.6")
    chosen = found(row.alternatives.all(), pk=wish) if wish else None
    by, now = actor_of(request, "portal"), clock.now()
    try:
        with transaction.atomic():
            actions.acknowledge(row, contact, by=by, now=now, chosen=chosen)
    except Forbidden:
        raise
    except Refused as refused:
        warn(request, str(refused.sentence))
    else:
        toast(request, _("Your choice is with us") if chosen else _("Thank you, we know you know"))
    return redirect("portal_notice", pk=row.pk)


@portal_page
@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    """Published weekly reports."""
    rows = list(queries.portal_reports(request.user).order_by("-published_at", "-id")[:100])
    context = {"now": clock.now(), "reports": rows, "portal_who": _who(request)}
    return render(request, "portal/report_list.html", context)


@portal_page
@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """A published report: summary, visible milestones, notices; or that it was withdrawn."""
    row = found(queries.portal_reports(request.user), pk=pk)
    hidden = row.withdrawn_at is not None
    facts = {} if hidden else row.snapshot
    told = queries.portal_notices(request.user).filter(risk__project=row.project_id)
    context = {
        "now": clock.now(),
        "report": row,
        "summary": "" if hidden else row.portal_summary,
        "milestones": [one for one in facts.get("milestones", []) if one["customer_visible"]],
        "notices": [] if hidden else list(told.exclude(status=NoticeStatus.SETTLED)),
        "portal_who": _who(request),
    }
    return render(request, "portal/report.html", context)
