"""Pages of reference sites: the register, one site with its visits, and its steps."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import installed, policies_market, rules
from accounts.actions import references
from accounts.actions.assessments import local_today
from accounts.choices_market import ReferenceStatus
from accounts.filters_market import ReferenceFilter
from accounts.forms import ReasonForm
from accounts.forms_market import ConsentForm, ReferenceForm, ReferenceVisitForm
from accounts.models import Customer, ReferenceSite
from accounts.views.acting import customer_of, submit
from core import clock, policy
from core.numerals import whole_in
from core.paging import page_of, size_of
from core.web import actor_of, ask, found, staff_page

OFFERED = ("search", "kind", "status", "shown")


@staff_page
@require_safe
def reference_list(request: HttpRequest) -> HttpResponse:
    """The register of what can be shown, of every customer in sight or of one."""
    rows = _rows(request).annotate(hosted=Count("visits"))
    filters = ReferenceFilter(request.GET, queryset=rows, request=request)
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
        "lines": [(row, *consent_of(row, now)) for row in page.rows],
        "bar": [filters.form[name] for name in OFFERED],
        "kept": [("customer", wanted)] if one else [],
        "narrowed": any(request.GET.get(name) for name in OFFERED),
        "customer": one,
        "may_edit": one is not None and rules.may_edit_customer(request.user, one),
        "now": now,
    }
    return render(request, "accounts/references.html", context)


@staff_page
@require_safe
def reference(request: HttpRequest, pk: int) -> HttpResponse:
    """One site: what there is to see, the consent, who came."""
    row, now = found(_rows(request), pk=pk), clock.now()
    state, tone = consent_of(row, now)
    edits = rules.may_edit_customer(request.user, row.customer)
    context = {
        "row": row,
        "state": state,
        "tone": tone,
        "visits": list(row.visits.select_related("created_by")[:50]),
        "may_edit": edits and row.status != ReferenceStatus.RETIRED,
        "is_candidate": row.status == ReferenceStatus.CANDIDATE,
        "is_active": row.status == ReferenceStatus.ACTIVE,
        "now": now,
    }
    return render(request, "accounts/reference.html", context)


@staff_page
def reference_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose a site."""
    customer = customer_of(request, pk)
    _ask(request, customer)
    by = actor_of(request)
    return submit(
        request,
        ReferenceForm(request.POST or None, user=request.user),
        lambda values: references.create(customer, values, by=by, now=clock.now()),
        to="/reference-sites/{pk}/",
        said=_("Proposed; ask the customer before it is shown"),
        page=_page(customer, _("New reference site"), _("Propose")),
    )


@staff_page
def reference_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit what is written about a site."""
    row = _editable(request, pk)
    begin = {name: getattr(row, name) for name in (*references.FIELDS, "version")}
    form = ReferenceForm(request.POST or None, user=request.user, initial=begin)
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: references.edit(
            row, values, by=by, now=clock.now(), version=form.cleaned_data["version"] or row.version
        ),
        to=row.get_absolute_url(),
        said=_("Saved"),
        page=_page(row.customer, _("Edit the reference site"), _("Save")),
    )


@staff_page
def reference_activate(request: HttpRequest, pk: int) -> HttpResponse:
    """The customer agreed: it may be shown."""
    return _consented(request, pk, references.activate, _("Record the consent"))


@staff_page
def reference_renew(request: HttpRequest, pk: int) -> HttpResponse:
    """The customer agreed for longer."""
    return _consented(request, pk, references.renew, _("Renew the consent"))


@staff_page
def reference_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody came to see it."""
    row = _editable(request, pk)
    begin = {"visited_on": local_today(row.customer, clock.now()), "people": 1}
    by = actor_of(request)
    return submit(
        request,
        ReferenceVisitForm(request.POST or None, user=request.user, initial=begin),
        lambda values: references.host(row, values, by=by, now=clock.now()),
        to=row.get_absolute_url(),
        said=_("Visit noted"),
        page=_page(row.customer, _("Visit to %(site)s") % {"site": row}, _("Note the visit")),
    )


@staff_page
def reference_retire(request: HttpRequest, pk: int) -> HttpResponse:
    """It is shown no more."""
    row = _editable(request, pk)
    by = actor_of(request)
    return submit(
        request,
        ReasonForm(request.POST or None, user=request.user),
        lambda values: references.retire(row, values["reason"], by=by, now=clock.now()),
        to=row.get_absolute_url(),
        said=_("Retired; its visits stay"),
        page=_page(row.customer, _("Show %(site)s no more") % {"site": row}, _("Retire")),
    )


def consent_of(row: ReferenceSite, now: dt.datetime) -> tuple[str, str]:
    """(state, tone) of the consent today; only a shown site has one."""
    state = installed.warranty(
        row.consent_until if row.status == ReferenceStatus.ACTIVE else None,
        today=local_today(row.customer, now),
        remind_days=policy.get(policies_market.REFERENCE_REMINDER_DAYS, at=now),
    )
    return state, installed.TONES[state]


def _consented(request: HttpRequest, pk: int, act: Any, title: str) -> HttpResponse:
    row = _editable(request, pk)
    begin = {"on": local_today(row.customer, clock.now())}
    form = ConsentForm(
        request.POST or None, user=request.user, customer=row.customer, initial=begin
    )
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: act(row, form.consent(values), by=by, now=clock.now()),
        to=row.get_absolute_url(),
        said=_("Consent recorded; the site may be shown"),
        page=_page(row.customer, title, _("Record")),
    )


def _rows(request: HttpRequest) -> Any:
    rows = ReferenceSite.objects.visible_to(request.user)
    return rows.select_related("customer__owning_unit", "consent_by")


def _editable(request: HttpRequest, pk: int) -> ReferenceSite:
    row = found(_rows(request), pk=pk)
    _ask(request, row.customer)
    return row


def _ask(request: HttpRequest, customer: Customer) -> None:
    ask(rules.may_edit_customer(request.user, customer), _("You are not on this account team."))


def _page(customer: Customer, title: str, verb: str) -> dict[str, Any]:
    return {
        "title": title,
        "submit": verb,
        "crumb": customer.name,
        "crumb_url": f"/reference-sites/?customer={customer.pk}",
    }
