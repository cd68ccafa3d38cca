"""Pages of where we stand: positions of competitors, and our products in use."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import rules
from accounts.actions import penetration, positions
from accounts.actions.assessments import local_today
from accounts.filters_market import PenetrationFilter, PositionFilter
from accounts.forms_market import PenetrationEditForm, PenetrationForm, PositionForm
from accounts.models import CompetitorPosition, Customer, ProductPenetration
from accounts.queries_market import matrix_of
from accounts.views.acting import customer_of, do, submit
from core import clock
from core.paging import page_of, size_of
from core.web import actor_of, ask, found, staff_page

POSITION_BAR = ("search", "swap", "state")
PENETRATION_BAR = ("search", "status")


@staff_page
@require_safe
def position_list(request: HttpRequest) -> HttpResponse:
    """What competitors hold, at every customer in sight or at one; the latest unless asked."""
    given = request.GET.copy()
    given.setdefault("state", "current")
    rows = CompetitorPosition.objects.visible_to(request.user)
    filters = PositionFilter(given, queryset=rows.select_related("customer__owning_unit"))
    context = _listed(request, filters, rows, POSITION_BAR)
    return render(request, "accounts/positions.html", context)


@staff_page
@require_safe
def position(request: HttpRequest, pk: int) -> HttpResponse:
    """One position, and what was known of the same competitor before."""
    row = _position(request, pk)
    same = CompetitorPosition.objects.filter(
        customer=row.customer, competitor=row.competitor, product=row.product
    )
    edits = rules.may_edit_customer(request.user, row.customer)
    context = {
        "row": row,
        "others": list(same.exclude(pk=row.pk).select_related("created_by")[:20]),
        "may_edit": edits and row.superseded_at is None,
        "now": clock.now(),
    }
    return render(request, "accounts/position.html", context)


@staff_page
def position_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Note a position; `?after=` begins with an earlier one of the same customer."""
    customer = customer_of(request, pk)
    _ask(request, customer)
    begin: dict[str, Any] = {"as_of": local_today(customer, clock.now())}
    after = request.GET.get("after", "")
    if after.isascii() and after.isdecimal():
        known = CompetitorPosition.objects.filter(customer=customer, pk=int(after[:18])).first()
        names = [name for name in positions.FIELDS if name not in ("as_of", "source")]
        begin |= {name: getattr(known, name) for name in names} if known else {}
    by = actor_of(request)
    return submit(
        request,
        PositionForm(request.POST or None, user=request.user, initial=begin),
        lambda values: positions.note(customer, values, by=by, now=clock.now()),
        to="/competitor-positions/{pk}/",
        said=_("Noted; what was known before is kept"),
        page=_page(customer, "competitor-positions", _("Position of a competitor"), _("Record")),
    )


@require_POST
@staff_page
def position_end(request: HttpRequest, pk: int) -> HttpResponse:
    """It holds nothing there any more."""
    row = _position(request, pk)
    _ask(request, row.customer)
    return do(
        request,
        lambda: positions.end(row, by=actor_of(request), now=clock.now()),
        to=row.get_absolute_url(),
        said=_("Ended; it stays in the history"),
    )


@staff_page
@require_safe
def penetration_list(request: HttpRequest) -> HttpResponse:
    """Our products in use: a list over customers; of one customer a matrix by department."""
    rows = ProductPenetration.objects.visible_to(request.user)
    joined = rows.select_related("customer__owning_unit", "unit")
    filters = PenetrationFilter(request.GET, queryset=joined)
    context = _listed(request, filters, rows, PENETRATION_BAR)
    if context["customer"] is not None and not context["narrowed"]:
        context["matrix"] = matrix_of(context["customer"])
    return render(request, "accounts/penetration.html", context)


@staff_page
def penetration_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Note a product for the customer or a department; the matrix says which."""
    customer = customer_of(request, pk)
    _ask(request, customer)
    begin = {name: request.GET.get(name, "")[:80] for name in ("product", "unit")}
    form = PenetrationForm(
        request.POST or None, user=request.user, customer=customer, initial=begin
    )
    by = actor_of(request)

    def act(values: dict[str, Any]) -> ProductPenetration:
        named = values.pop("product"), values
        return penetration.create(customer, *named, unit=values.pop("unit"), by=by, now=clock.now())

    return submit(
        request,
        form,
        act,
        to=f"/product-penetration/?customer={customer.pk}",
        said=_("Saved"),
        page=_page(customer, "product-penetration", _("Product in use"), _("Save")),
    )


@staff_page
def penetration_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is in use now."""
    rows = ProductPenetration.objects.visible_to(request.user)
    row = found(rows.select_related("customer__owning_unit", "unit"), pk=pk)
    _ask(request, row.customer)
    begin = {name: getattr(row, name) for name in (*penetration.FIELDS, "version")}
    form = PenetrationEditForm(request.POST or None, user=request.user, initial=begin)
    by = actor_of(request)
    where = " · ".join([row.product, *([row.unit.name] if row.unit else [])])
    return submit(
        request,
        form,
        lambda values: penetration.edit(
            row, values, by=by, now=clock.now(), version=form.cleaned_data["version"] or row.version
        ),
        to=f"/product-penetration/?customer={row.customer_id}",
        said=_("Saved"),
        page=_page(row.customer, "product-penetration", where, _("Save")),
    )


def _listed(
    request: HttpRequest, filters: Any, rows: Any, offered: tuple[str, ...]
) -> dict[str, Any]:
    page = page_of(
        filters.qs if filters.is_valid() else rows.none(),
        ordering="-id",
        cursor=request.GET.get("cursor", ""),
        size=size_of(request.GET.get("page_size", "")),
    )
    wanted = request.GET.get("customer", "")
    one = None
    if wanted.isascii() and wanted.isdecimal():
        seen = Customer.objects.visible_to(request.user).select_related("owning_unit")
        one = seen.filter(pk=int(wanted[:18])).first()
    return {
        "page": page,
        "bar": [filters.form[name] for name in offered],
        "kept": [("customer", wanted)] if one else [],
        "narrowed": any(request.GET.get(name) for name in offered),
        "customer": one,
        "may_edit": one is not None and rules.may_edit_customer(request.user, one),
        "now": clock.now(),
    }


def _position(request: HttpRequest, pk: int) -> CompetitorPosition:
    rows = CompetitorPosition.objects.visible_to(request.user)
    return found(rows.select_related("customer__owning_unit", "created_by"), pk=pk)


def _ask(request: HttpRequest, customer: Customer) -> None:
    ask(rules.may_edit_customer(request.user, customer), _("You are not on this account team."))


def _page(customer: Customer, listed: str, title: str, verb: str) -> dict[str, Any]:
    return {
        "title": title,
        "submit": verb,
        "crumb": customer.name,
        "crumb_url": f"/{listed}/?customer={customer.pk}",
    }
