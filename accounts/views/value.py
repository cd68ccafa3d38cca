"""The worth of a customer: revenue by month, the cash-flow designation and its two consents."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts import cashflow, policies_value, rules
from accounts.actions import cash_flow, revenue
from accounts.actions.assessments import local_today
from accounts.choices import OPEN_DESIGNATIONS, DesignationStatus
from accounts.filters_value import DesignationFilter
from accounts.forms import NoteForm
from accounts.forms_value import ProposalForm
from accounts.models import CashFlowDesignation, Customer, RevenueRecord
from accounts.queries_value import figures_of
from accounts.views.acting import customer_of, do, head_of, submit
from core import clock, policy
from core.paging import page_of
from core.preferences import is_presenting
from core.web import actor_of, ask, found, staff_page

GROUNDS = {
    cashflow.DIVERGING: gettext_lazy("the strategy diverges time after time"),
    cashflow.LOW_FIT: gettext_lazy("the strategy fit is low"),
}
ENDS = {
    "reject": (gettext_lazy("Reject the proposal"), cash_flow.reject),
    "lift": (gettext_lazy("Lift the designation"), cash_flow.lift),
    "renew": (gettext_lazy("Keep the designation"), cash_flow.renew),
}


def _inside(request: HttpRequest, pk: int) -> Customer:
    customer = customer_of(request, pk)
    ask(
        rules.sees_confidential(request.user, customer),
        _("What a customer earns is for the account team and the heads above it."),
        rule="0.2",
    )
    return customer


@staff_page
@require_safe
def value_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What a customer brings in, what the rule says of it, what was decided."""
    customer, now = _inside(request, pk), clock.now()
    today = local_today(customer, now)
    rows = CashFlowDesignation.objects.filter(customer=customer).order_by("-id")
    told = list(rows.select_related("rh_by", "exe_by", "closed_by", "created_by")[:24])
    for one in told:
        one.customer = customer
    current = next((row for row in told if row.status in OPEN_DESIGNATIONS), None)
    figures = figures_of(customer, today, at=now)
    context = {
        **head_of(request, customer, "value"),
        "months": _months(customer, today, figures.currency),
        "booked": _booked(customer),
        "figures": figures,
        "grounds": words_of(figures.grounds(now)),
        "current": current,
        "why": words_of(current.grounds) if current else [],
        "seats": rules.designation_seats(request.user, current) if current else [],
        "may_decide": current is not None and rules.may_decide_designation(request.user, current),
        "steps": _steps(current, today, now),
        "past": [row for row in told if row.status not in OPEN_DESIGNATIONS],
        "may_propose": current is None and rules.may_assess(request.user, customer),
        "may_book": rules.may_book_revenue(request.user, customer),
        "now": now,
    }
    return render(request, "accounts/value.html", context)


@staff_page
@require_safe
def designation_list(request: HttpRequest) -> HttpResponse:
    """Designations of customers whose confidential class the reader sees."""
    rows = CashFlowDesignation.objects.visible_to(request.user).select_related(
        "customer__owning_unit", "rh_by", "exe_by"
    )
    if is_presenting(request):
        rows = rows.none()
    filters = DesignationFilter(request.GET, queryset=rows, request=request)
    page = page_of(
        filters.qs if filters.is_valid() else rows,
        ordering="-id",
        cursor=request.GET.get("cursor", ""),
    )
    context = {
        "page": page,
        "lines": [(row, words_of(row.grounds)) for row in page.rows],
        "bar": [filters.form["status"]],
        "hidden": is_presenting(request),
        "now": clock.now(),
    }
    return render(request, "accounts/designations.html", context)


@staff_page
def designation_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose a customer as a cash-flow customer."""
    customer = _inside(request, pk)
    ask(rules.may_assess(request.user, customer), _("You are not on this account team."))
    by = actor_of(request)
    form = ProposalForm(request.POST or None, user=request.user)
    return submit(
        request,
        form,
        lambda values: cash_flow.propose(customer, by=by, now=clock.now(), **values),
        to=f"{customer.get_absolute_url()}value/",
        said=_("Proposed; the regional head and an executive decide"),
        page=_page(customer, _("Propose as a cash-flow customer"), _("Propose")),
    )


@require_POST
@staff_page
def designation_confirm(request: HttpRequest, pk: int, seat: str) -> HttpResponse:
    """One of the two consents."""
    row = _designation(request, pk)
    ask(
        seat in rules.designation_seats(request.user, row),
        _("The regional head and an executive agree, two persons, never the account manager."),
        rule="b.6",
    )
    return do(
        request,
        lambda: cash_flow.confirm(row, seat, by=actor_of(request), now=clock.now()),
        to=row.get_absolute_url(),
        said=_("Agreed"),
    )


@staff_page
def designation_end(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Reject a proposal, lift a designation or keep it, with a sentence."""
    row = _designation(request, pk)
    ask(rules.may_decide_designation(request.user, row), _("A head above decides."), rule="b.6")
    title, act = ENDS[verb]
    form = NoteForm(request.POST or None, user=request.user)
    form.fields["note"].label = _("Reason")
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: act(row, values["note"], by=by, now=clock.now()),
        to=row.get_absolute_url(),
        said=_("Saved"),
        page=_page(row.customer, title, title),
    )


@staff_page
def revenue_reverse(request: HttpRequest, pk: int) -> HttpResponse:
    """Book the opposite of a row."""
    rows = RevenueRecord.objects.visible_to(request.user)
    row = found(rows.select_related("customer__owning_unit", "unit"), pk=pk)
    ask(rules.may_book_revenue(request.user, row.customer), _("A head above decides."), rule="b.1")
    form = NoteForm(request.POST or None, user=request.user)
    form.fields["note"].label = _("Reason")
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: revenue.reverse(row, by=by, now=clock.now(), note=values["note"]),
        to=f"{row.customer.get_absolute_url()}value/",
        said=_("Reversed; book the right figures anew"),
        page=_page(row.customer, _("Reverse a revenue record"), _("Reverse")),
    )


def words_of(grounds: Any) -> list[str]:
    """The grounds of R-A3 in words."""
    return [str(GROUNDS[key]) for key in grounds if key in GROUNDS]


def _designation(request: HttpRequest, pk: int) -> CashFlowDesignation:
    rows = CashFlowDesignation.objects.visible_to(request.user)
    return found(rows.select_related("customer__owning_unit", "rh_by", "exe_by"), pk=pk)


def _months(customer: Customer, today: dt.date, currency: str) -> list[dict[str, Any]]:
    """The twelve whole months: orders, revenue, gross profit, cash; one query."""
    first, end = cashflow.window(today)
    sums: dict[dt.date, dict[str, Decimal]] = {}
    for row in RevenueRecord.objects.filter(customer=customer, currency=currency).between(
        first, end
    ):
        line = sums.setdefault(row.month, dict.fromkeys(revenue.AMOUNTS, Decimal(0)))
        for name in revenue.AMOUNTS:
            line[name] += getattr(row, name)
    return [{"month": month, **line} for month, line in sorted(sums.items())]


def _booked(customer: Customer) -> list[RevenueRecord]:
    """The last rows that were booked, with what reversed them."""
    rows = RevenueRecord.objects.filter(customer=customer).select_related("unit", "reversed_by")
    return list(rows.order_by("-month", "-id")[:12])


def _steps(row: CashFlowDesignation | None, today: dt.date, now: dt.datetime) -> list[Any]:
    if row is None or row.status != DesignationStatus.CONFIRMED:
        return []
    numbers = {
        "step": policy.get(policies_value.CASH_STEP, at=now),
        "floor": policy.get(policies_value.CASH_FLOOR, at=now),
    }
    share = cashflow.share_at(row.starts_on, today, **numbers)
    return [
        (one, None if row.budget is None else row.budget * one.percent / 100, one.percent == share)
        for one in cashflow.path(row.starts_on, **numbers)
    ]


def _page(customer: Customer, title: Any, button: Any) -> dict[str, Any]:
    return {
        "title": title,
        "submit": button,
        "crumb": customer.name,
        "crumb_url": f"{customer.get_absolute_url()}value/",
    }
