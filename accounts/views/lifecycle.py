"""Deciding about a proposed step along the lifecycle (R-A5)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import rules
from accounts.actions import lifecycle
from accounts.forms import ReasonForm
from accounts.models import LifecycleProposal
from accounts.views.acting import do, submit
from core import clock
from core.web import actor_of, ask, found, staff_page


@require_POST
@staff_page
def lifecycle_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The customer takes the step."""
    row = _row(request, pk)
    return do(
        request,
        lambda: lifecycle.confirm(row, by=actor_of(request), now=clock.now()),
        to=row.get_absolute_url(),
        said=_("Status changed"),
    )


@staff_page
def lifecycle_reject(request: HttpRequest, pk: int) -> HttpResponse:
    """The customer stays where it is, and why."""
    row = _row(request, pk)
    form = ReasonForm(request.POST or None, user=request.user)
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: lifecycle.reject(row, values["reason"], by=by, now=clock.now()),
        to=row.get_absolute_url(),
        said=_("Rejected; the customer stays where it is"),
        page={
            "title": _("Reject the proposed step"),
            "submit": _("Reject"),
            "crumb": row.customer.name,
            "crumb_url": row.get_absolute_url(),
        },
    )


def _row(request: HttpRequest, pk: int) -> LifecycleProposal:
    rows = LifecycleProposal.objects.visible_to(request.user)
    row = found(rows.select_related("customer__owning_unit"), pk=pk)
    ask(rules.may_run_customer(request.user, row.customer), _("The account manager decides this."))
    return row
