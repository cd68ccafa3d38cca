"""Pages of the installed base: the list, one asset, and its steps."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import installed, policies, rules
from accounts.actions import assets
from accounts.actions.assessments import local_today
from accounts.choices import AssetStatus
from accounts.filters_record import AssetFilter
from accounts.forms import ReasonForm
from accounts.forms_record import AssetEditForm, AssetForm, InServiceForm
from accounts.models import Asset, Customer
from accounts.views.acting import customer_of, do, submit
from core import clock, policy
from core.numerals import whole_in
from core.paging import page_of, size_of
from core.web import actor_of, ask, found, staff_page

OFFERED = ("search", "vendor", "status", "warranty")


@staff_page
@require_safe
def asset_list(request: HttpRequest) -> HttpResponse:
    """Equipment of every customer in sight, or of one."""
    rows = Asset.objects.visible_to(request.user).select_related("customer__owning_unit")
    filters = AssetFilter(request.GET, queryset=rows, request=request)
    page = page_of(
        filters.qs if filters.is_valid() else rows,
        ordering="-id",
        cursor=request.GET.get("cursor", ""),
        size=size_of(request.GET.get("page_size", "")),
    )
    now = clock.now()
    wanted = request.GET.get("customer", "")
    customers = Customer.objects.visible_to(request.user).select_related("owning_unit")
    one = customers.filter(pk=whole_in(wanted)).first()
    context = {
        "page": page,
        "lines": [(row, *warranty_of(row, now)) for row in page.rows],
        "bar": [filters.form[name] for name in OFFERED],
        "kept": [("customer", wanted)] if one else [],
        "customer": one,
        "may_edit": one is not None and rules.may_edit_customer(request.user, one),
        "may_import": rules.may_import_assets(request.user),
        "now": now,
    }
    return render(request, "accounts/assets.html", context)


@staff_page
@require_safe
def asset(request: HttpRequest, pk: int) -> HttpResponse:
    """One asset, and what the reader may do with it."""
    row, now = _row(request, pk), clock.now()
    state, tone = warranty_of(row, now)
    edits = rules.may_edit_customer(request.user, row.customer)
    standing = edits and row.status != AssetStatus.RETIRED
    context = {
        "row": row,
        "state": state,
        "tone": tone,
        "may_edit": standing,
        "may_start": standing and row.status == AssetStatus.PLANNED,
        "now": now,
    }
    return render(request, "accounts/asset.html", context)


@staff_page
def asset_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Record equipment."""
    customer = customer_of(request, pk)
    _ask(request, customer)
    form = AssetForm(request.POST or None, user=request.user)
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: assets.create(customer, values, by=by, now=clock.now()),
        to=f"/assets/?customer={customer.pk}",
        said=_("Equipment recorded"),
        page=_page(customer, _("New equipment"), _("Record"), two_columns=True),
    )


@staff_page
def asset_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit what is written about equipment."""
    row = _row(request, pk)
    _ask(request, row.customer)
    names = (*AssetEditForm.base_fields, "version")
    form = AssetEditForm(
        request.POST or None,
        user=request.user,
        initial={name: getattr(row, name) for name in names},
    )
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: assets.edit(
            row, values, by=by, now=clock.now(), version=form.cleaned_data["version"] or row.version
        ),
        to=row.get_absolute_url(),
        said=_("Saved"),
        page=_page(row.customer, _("Edit equipment"), _("Save"), two_columns=True),
    )


@staff_page
def asset_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Planned equipment goes into service."""
    row = _row(request, pk)
    _ask(request, row.customer)
    begin = {
        "on": local_today(row.customer, clock.now()),
        "warranty_end": row.warranty_end,
        "contract": row.contract,
    }
    form = InServiceForm(request.POST or None, user=request.user, initial=begin)
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: assets.put_in_service(
            row,
            values["on"],
            warranty_end=values["warranty_end"],
            contract=values["contract"],
            by=by,
            now=clock.now(),
        ),
        to=row.get_absolute_url(),
        said=_("In service"),
        page=_page(row.customer, _("Put in service"), _("Put in service")),
    )


@staff_page
def asset_retire(request: HttpRequest, pk: int) -> HttpResponse:
    """It stands there no more."""
    row = _row(request, pk)
    _ask(request, row.customer)
    form = ReasonForm(request.POST or None, user=request.user)
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: assets.retire(row, values["reason"], by=by, now=clock.now()),
        to=row.get_absolute_url(),
        said=_("Retired; it stays in the history"),
        page=_page(row.customer, _("Retire %(asset)s") % {"asset": row}, _("Retire")),
    )


@require_POST
@staff_page
def asset_verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody looked today."""
    row = _row(request, pk)
    _ask(request, row.customer)
    return do(
        request,
        lambda: assets.verify(row, by=actor_of(request), now=clock.now()),
        to=row.get_absolute_url(),
        said=_("Verified"),
    )


def warranty_of(row: Asset, now: dt.datetime) -> tuple[str, str]:
    """(state, tone) of a warranty today; retired equipment has none."""
    state = installed.warranty(
        row.warranty_end if row.status != AssetStatus.RETIRED else None,
        today=local_today(row.customer, now),
        remind_days=policy.get(policies.WARRANTY_REMINDER_DAYS, at=now),
    )
    return state, installed.TONES[state]


def _row(request: HttpRequest, pk: int) -> Asset:
    rows = Asset.objects.visible_to(request.user).select_related("customer__owning_unit")
    return found(rows, pk=pk)


def _ask(request: HttpRequest, customer: Customer) -> None:
    ask(rules.may_edit_customer(request.user, customer), _("You are not on this account team."))


def _page(customer: Customer, title: str, verb: str, **more: Any) -> dict[str, Any]:
    return {
        "title": title,
        "submit": verb,
        "crumb": customer.name,
        "crumb_url": f"/assets/?customer={customer.pk}",
        **more,
    }
