"""Pages of the account team: who is what, joining, ending, handing over."""

from __future__ import annotations

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts import rules
from accounts.actions import team
from accounts.choices import AssignmentStatus, TeamRole
from accounts.forms import HandOverForm, ReasonForm, SeatForm
from accounts.models import AccountAssignment, Handover
from accounts.views.acting import customer_of, head_of, submit
from core import clock
from core.web import actor_of, ask, found, staff_page

PAST = 30


@staff_page
def team_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The seats of a customer now, and who held them before."""
    customer = customer_of(request, pk)
    rows = AccountAssignment.objects.filter(customer=customer).select_related("user")
    seats = list(rows.active().order_by("id"))
    head = head_of(request, customer, "team")
    open_ = Handover.objects.open().filter(customer=customer).select_related("successor")
    may_plan = rules.may_plan_handover(request.user, customer)
    blind = may_plan and not rules.sees_confidential(request.user, customer)
    handover = open_.first() if head["inside"] or blind else None
    managed = any(seat.role == TeamRole.AR for seat in seats)
    plans = managed and handover is None and may_plan
    context = {
        **head,
        "seats": _with_sources(seats),
        "handover": handover,
        "blind": blind,
        "may_plan_handover": plans,
        "may_hand_over_ar": may_plan,
        "past": rows.exclude(status=AssignmentStatus.ACTIVE).order_by("-until", "-id")[:PAST],
        "now": clock.now(),
    }
    return render(request, "accounts/team.html", context)


def _with_sources(seats: list[AccountAssignment]) -> list[tuple[AccountAssignment, str]]:
    """Each seat with the name of the project or dispatch that brought it; a query per kind."""
    kinds: dict[str, set[int]] = {}
    for seat in seats:
        if seat.source_label:
            kinds.setdefault(seat.source_label, set()).add(seat.source_id or 0)
    names = {
        (label, row.pk): str(row)
        for label, keys in kinds.items()
        for row in apps.get_model(label)._base_manager.filter(pk__in=keys)
    }
    return [(seat, names.get((seat.source_label, seat.source_id), "")) for seat in seats]


@staff_page
def seat_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a colleague on the team."""
    customer = customer_of(request, pk)
    ask(rules.may_run_customer(request.user, customer), _("The account manager decides this."))
    form = SeatForm(
        request.POST or None, user=request.user, initial={"role": request.GET.get("role", "")}
    )
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: team.assign(
            customer, values["user"], values["role"], by=by, now=clock.now()
        ),
        to=f"{customer.get_absolute_url()}team/",
        said=_("On the team"),
        page={
            "title": _("Add to the team"),
            "submit": _("Add"),
            "crumb": customer.name,
            "crumb_url": f"{customer.get_absolute_url()}team/",
        },
    )


def _seat(request: HttpRequest, pk: int) -> AccountAssignment:
    rows = AccountAssignment.objects.visible_to(request.user).select_related("customer", "user")
    row = found(rows, pk=pk)
    ask(rules.may_run_customer(request.user, row.customer), _("The account manager decides this."))
    return row


@staff_page
def seat_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a seat."""
    row = _seat(request, pk)
    form = ReasonForm(request.POST or None, user=request.user)
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: team.end(row, reason=values["reason"], by=by, now=clock.now()),
        to=f"{row.customer.get_absolute_url()}team/",
        said=_("Off the team"),
        page={
            "title": _("%(name)s leaves the team") % {"name": row.user},
            "submit": _("End the seat"),
            "crumb": row.customer.name,
            "crumb_url": f"{row.customer.get_absolute_url()}team/",
        },
        template="parts/confirm_page.html",
    )


@staff_page
def seat_hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a seat to a successor in one step."""
    row = _seat(request, pk)
    ask(
        rules.may_hand_over_seat(request.user, row),
        _("The head above hands this seat over; ask for a handover with an overlap."),
        rule="R-A6",
    )
    form = HandOverForm(request.POST or None, user=request.user)
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: team.hand_over(
            row, values["to"], reason=values["reason"], by=by, now=clock.now()
        ),
        to=f"{row.customer.get_absolute_url()}team/",
        said=_("Handed over"),
        page={
            "title": _("Hand over: %(role)s") % {"role": row.get_role_display()},
            "submit": _("Hand over"),
            "crumb": row.customer.name,
            "crumb_url": f"{row.customer.get_absolute_url()}team/",
            "intro": _("%(name)s hands over at once; there is never a gap and never two.")
            % {"name": row.user},
        },
    )
