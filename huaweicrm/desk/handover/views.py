"""Pages of handovers: which are on, whose rotation is due, what is still open in one."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import policies, rotation, rules
from accounts.actions import handovers
from accounts.choices import HandoverStatus, TeamRole
from accounts.forms_handover import HandoverPlanForm
from accounts.models import AccountAssignment, Customer, Handover, confided_to
from accounts.queries_handover import open_lines, rotations, without_handover
from accounts.views.acting import submit
from core import clock, policy
from core.paging import page_of
from core.preferences import is_presenting
from core.web import actor_of, ask, found, staff_page
from relationships.queries.handed import intimacy_of, support_kept

MOST = 50
TONES = {
    HandoverStatus.PLANNED: "info",
    HandoverStatus.IN_OVERLAP: "watch",
    HandoverStatus.COMPLETED: "ok",
    HandoverStatus.CANCELLED: "none",
}


@staff_page
@require_safe
def handover_list(request: HttpRequest) -> HttpResponse:
    """Handovers that are on, and seats whose rotation comes up without one."""
    if is_presenting(request):
        return render(request, "relationships/hidden.html", {"customer": None})
    closed, now = bool(request.GET.get("closed")), clock.now()
    rows = Handover.objects.visible_to(request.user)
    rows = rows.select_related("customer__owning_unit", "successor", "assignment__user")
    states = [HandoverStatus.COMPLETED, HandoverStatus.CANCELLED]
    rows = rows.filter(status__in=states) if closed else rows.open()
    page = page_of(rows, ordering="-id", cursor=request.GET.get("cursor", ""))
    context = {
        "page": page,
        "lines": [(row, tone_of(row, now)) for row in page.rows],
        "closed": closed,
        "due": [] if closed else _due(request.user, now),
        "now": now,
    }
    return render(request, "desk/handovers.html", context)


def _due(user: Any, now: dt.datetime) -> list[tuple[AccountAssignment, dt.date, bool]]:
    """(seat, when its rotation is due, whether that day is past)."""
    months = policy.get(policies.ROTATION_MONTHS, at=now)
    warned = min(policy.get(one, at=now) for one in policies.ROTATION_WARNINGS)
    first = rotation.began_before(now.date(), months=warned)
    begun = dt.datetime.combine(first, dt.time(), tzinfo=dt.UTC)
    seats = without_handover(rotations(begun)).filter(customer__in=confided_to(user))
    made = []
    for seat in seats[:MOST]:
        today = handovers.today_of(seat.customer, now)
        day = rotation.due_on(handovers.today_of(seat.customer, seat.since), months=months)
        made.append((seat, day, day <= today))
    return made


def tone_of(row: Handover, now: dt.datetime) -> str:
    """The tone of a state; an overlap that is over is to be finished."""
    if row.status == HandoverStatus.IN_OVERLAP and row.overlap_to < handovers.today_of(
        row.customer, now
    ):
        return "risk"
    return TONES[HandoverStatus(row.status)]


@staff_page
def handover_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan who follows the account manager of a customer."""
    rows = Customer.objects.visible_to(request.user).select_related("owning_unit")
    customer = found(rows, pk=pk)
    ask(rules.may_plan_handover(request.user, customer), rule="R-A6")
    seats = AccountAssignment.objects.active().filter(customer=customer, role=TeamRole.AR)
    seat = found(seats.select_related("user", "customer__owning_unit"), role=TeamRole.AR)
    now = clock.now()
    today = handovers.today_of(customer, now)
    least = dt.timedelta(days=policy.get(policies.OVERLAP_DAYS, at=now))
    start = {"overlap_from": today, "overlap_to": today + least}
    form = HandoverPlanForm(request.POST or None, user=request.user, initial=start)
    by = actor_of(request)
    inside = rules.sees_confidential(request.user, customer)
    return submit(
        request,
        form,
        lambda values: handovers.plan(seat, values.pop("successor"), by=by, now=now, **values),
        to="/handovers/{pk}/" if inside else f"{customer.get_absolute_url()}team/",
        said=_("Planned; both were told"),
        page={
            "title": _("Hand over %(customer)s") % {"customer": customer.name},
            "submit": _("Plan"),
            "crumb": customer.name,
            "crumb_url": f"{customer.get_absolute_url()}team/",
            "intro": _("%(name)s manages this account since %(day)s.")
            % {"name": seat.user.full_name, "day": f"{handovers.today_of(customer, seat.since)}"},
        },
    )


@staff_page
@require_safe
def handover_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One handover: what is still open, who was introduced, the letter, what was kept."""
    row, now = handover_of(request, pk), clock.now()
    if is_presenting(request):
        return render(request, "relationships/hidden.html", {"customer": row.customer})
    running = row.status == HandoverStatus.IN_OVERLAP
    open_ = open_lines(row) if row.is_open else []
    context = {
        "row": row,
        "tone": tone_of(row, now),
        "lines": [(line, _(line.name)) for line in open_],
        "more_to_meet": any(line.key == "contacts" for line in open_),
        "introduced": row.introduced.order_by("-is_decision_layer", "level", "id"),
        "stale": intimacy_of(row.assignment) if row.is_open else 0,
        "kept": _kept(row, now),
        "kept_days": policy.get(policies.KEPT_DAYS, at=now),
        "works": rules.may_work_handover(request.user, row),
        "decides": rules.may_decide_handover(request.user, row),
        "running": running,
        "now": now,
    }
    return render(request, "desk/handover.html", context)


def _kept(row: Handover, now: dt.datetime) -> Any:
    """Support so many days after, or until now while they run; None before it is completed."""
    if row.completed_at is None:
        return None
    later = row.completed_at + dt.timedelta(days=policy.get(policies.KEPT_DAYS, at=now))
    return support_kept(row.customer_id, at=row.completed_at, until=min(later, now))


def handover_of(request: HttpRequest, pk: int) -> Handover:
    """A handover within sight, else 404."""
    return _one(Handover.objects.visible_to(request.user), pk)


def handover_to_decide(request: HttpRequest, pk: int) -> Handover:
    """One that this person may begin or end, read or not, else 404."""
    return _one(Handover.objects.decided_by(request.user), pk)


def home_of(request: HttpRequest, row: Handover) -> str:
    """Where a step leads: its page; the team for who may not read it."""
    if rules.sees_confidential(request.user, row.customer):
        return row.get_absolute_url()
    return f"{row.customer.get_absolute_url()}team/"


def _one(rows: Any, pk: int) -> Handover:
    return found(
        rows.select_related("customer__owning_unit", "successor", "assignment__user", "seat"), pk=pk
    )
