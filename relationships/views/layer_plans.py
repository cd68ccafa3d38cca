"""Forms of plans for the universal and the organisational layer of a customer."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from core import clock
from core.errors import Refused
from core.formpages import answer, put_on, sent
from core.preferences import is_presenting
from core.toasts import toast
from core.web import actor_of, ask, staff_page
from relationships import rules
from relationships.actions import layer_plans, plans
from relationships.forms_plan import LayerPlanForm
from relationships.queries.rounds import raters_of
from relationships.views.grid import customer_of
from relationships.views.plans import AHEAD, plan_of


@staff_page
def layer_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft a plan for the relation to a whole customer."""
    customer = customer_of(request, pk)
    ask(rules.may_propose(request.user, customer), rule="R-R5")
    ask(not is_presenting(request), _("Scores are hidden while presenting."))
    now = clock.now()
    form = LayerPlanForm(
        sent(request),
        initial={"owner": request.user.pk, "due_on": _later(now)},
        people=raters_of(customer, request.user),
    )
    if form.is_bound and form.is_valid():
        said = form.values()
        grades = said.pop("from_grade"), said.pop("target_grade")
        try:
            row = layer_plans.draft(
                customer, said.pop("layer"), grades, by=actor_of(request), now=now, **said
            )
        except Refused as refusal:
            put_on(form, refusal)
        else:
            toast(request, _("Drafted; the regional head approves it"))
            return redirect(row.get_absolute_url())
    page = {
        "title": _("Plan for a layer"), "submit": _("Save"), "crumb": customer.name,
        "crumb_url": f"/relationship-plans/?customer={customer.pk}",
    }  # fmt: skip
    return answer(request, "parts/form_page.html", page, form)


@staff_page
def layer_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft for a layer; the layer stays."""
    row = plan_of(request, pk)
    ask(rules.may_work_plan(request.user, row), rule="R-R5")
    ask(not is_presenting(request), _("Scores are hidden while presenting."))
    if row.is_key:
        return redirect(f"/relationship-plans/{row.pk}/edit/")
    names = (*plans.LAYER_FIELDS, "version")
    form = LayerPlanForm(
        sent(request),
        initial={name: getattr(row, name) for name in names},
        people=raters_of(row.customer, request.user),
    )
    del form.fields["layer"]
    if form.is_bound and form.is_valid():
        version = form.cleaned_data["version"] or row.version
        try:
            plans.edit(row, form.values(), by=actor_of(request), now=clock.now(), version=version)
        except Refused as refusal:
            put_on(form, refusal)
        else:
            toast(request, _("Saved"))
            return redirect(row.get_absolute_url())
    page = {
        "title": _("Plan for %(name)s") % {"name": row.subject}, "submit": _("Save"),
        "crumb": row.customer.name, "crumb_url": row.get_absolute_url(),
    }  # fmt: skip
    return answer(request, "parts/form_page.html", page, form)


def _later(now: dt.datetime) -> dt.date:
    return (now + AHEAD).date()
