"""Pages of the influence between customers: record one, write its note, end it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import rules
from accounts.actions import influences
from accounts.forms_record import HERE, InfluenceForm, InfluenceNoteForm
from accounts.models import Customer, CustomerInfluence
from accounts.views.acting import customer_of, do, submit
from core import clock
from core.web import actor_of, ask, found, staff_page


@staff_page
def influence_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Who advises, approves or budgets what whom buys."""
    customer = customer_of(request, pk)
    ask(rules.may_edit_customer(request.user, customer), _("You are not on this account team."))
    form = InfluenceForm(request.POST or None, user=request.user, customer=customer)
    by = actor_of(request)

    def act(values: dict[str, Any]) -> CustomerInfluence:
        ends = [customer, values["other"]]
        if values["direction"] != HERE:
            ends.reverse()
        return influences.add(*ends, values["kind"], note=values["note"], by=by, now=clock.now())

    return submit(
        request,
        form,
        act,
        to=_tree(customer),
        said=_("Influence recorded"),
        page=_page(customer, _("Influence between customers"), _("Record")),
    )


@staff_page
def influence_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the note of an influence anew."""
    row = _row(request, pk)
    ask(rules.may_edit_influence(request.user, row), _("You are not on this account team."))
    form = InfluenceNoteForm(
        request.POST or None,
        user=request.user,
        initial={"note": row.note, "version": row.version},
    )
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: influences.describe(
            row,
            values["note"],
            by=by,
            now=clock.now(),
            version=form.cleaned_data["version"] or row.version,
        ),
        to=_tree(row.customer),
        said=_("Saved"),
        page=_page(row.customer, _("Influence between customers"), _("Save")),
    )


@require_POST
@staff_page
def influence_end(request: HttpRequest, pk: int) -> HttpResponse:
    """It has no say any more."""
    row = _row(request, pk)
    ask(rules.may_edit_influence(request.user, row), _("You are not on this account team."))
    return do(
        request,
        lambda: influences.end(row, by=actor_of(request), now=clock.now()),
        to=_tree(row.customer),
        said=_("Ended; it stays in the history"),
    )


def _row(request: HttpRequest, pk: int) -> CustomerInfluence:
    rows = CustomerInfluence.objects.visible_to(request.user)
    joined = rows.select_related("customer__owning_unit", "influenced__owning_unit")
    return found(joined, pk=pk)


def _tree(customer: Customer) -> str:
    return f"{customer.get_absolute_url()}tree/"


def _page(customer: Customer, title: str, verb: str) -> dict[str, Any]:
    return {
        "title": title,
        "submit": verb,
        "crumb": customer.name,
        "crumb_url": _tree(customer),
    }
