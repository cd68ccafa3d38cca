"""Pages of data quality: what lacks in the records of key accounts, verify in one tap (R-A8)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import rules
from accounts.actions import customers
from accounts.actions.assessments import local_today
from accounts.filters_record import GapFilter
from accounts.queries import teams_of
from accounts.queries_gaps import by_unit, kept, key_accounts, with_holdings
from accounts.views.acting import customer_of, do
from core import clock
from core.paging import page_of, size_of
from core.web import actor_of, ask, staff_page
from core.wording import localtime

OFFERED = ("tier", "owning_unit", "mine", "all")


@staff_page
@require_safe
def gaps(request: HttpRequest) -> HttpResponse:
    """Key accounts whose record lacks something or was not looked at for long."""
    rows, now = key_accounts(request.user), clock.now()
    filters = GapFilter(request.GET, queryset=rows, request=request)
    found = filters.qs if filters.is_valid() else rows
    page = page_of(
        with_holdings(found.select_related("owning_unit")),
        ordering="-id",
        cursor=request.GET.get("cursor", ""),
        size=size_of(request.GET.get("page_size", "")),
    )
    teams = teams_of([row.pk for row in page.rows])
    own = rules.editable_customers(request.user).filter(pk__in=[row.pk for row in page.rows])
    context = {
        "page": page,
        "editable": set(own.values_list("pk", flat=True)),
        "lines": [
            (row, kept(row, today=local_today(row, now), now=now), teams[row.pk].ar)
            for row in page.rows
        ],
        "units": by_unit(rows, now=now, today=localtime(now).date()),
        "bar": [filters.form[name] for name in OFFERED],
        "now": now,
    }
    return render(request, "accounts/gaps.html", context)


@require_POST
@staff_page
def customer_verify(request: HttpRequest, pk: int) -> HttpResponse:
    """The record was looked at today."""
    customer = customer_of(request, pk)
    ask(rules.may_edit_customer(request.user, customer), _("You are not on this account team."))
    now = clock.now()
    today = local_today(customer, now)
    return do(
        request,
        lambda: customers.verify(customer, by=actor_of(request), now=now, on=today),
        to=f"{customer.get_absolute_url()}record/",
        said=_("Verified today"),
    )
