"""What is done with an account plan: submit, decide, begin, close; its objectives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import rules_plan as rules
from accounts.actions import objectives, plans
from accounts.forms import NoteForm
from accounts.forms_plan import MeasureForm, ObjectiveForm
from accounts.models import Objective
from accounts.views.acting import do
from accounts.views.acting import submit as send
from accounts.views.plans import plan_of, words
from core import clock
from core.web import actor_of, ask, found, staff_page

Act = Callable[..., Any]


@staff_page
@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the head for approval."""
    said = _("Submitted; the regional head was told")
    return _step(request, pk, plans.submit, may=rules.may_work_plan, said=said)


@staff_page
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """A head approves it."""
    said = _("Approved; the owner was told")
    return _step(request, pk, plans.approve, may=rules.may_decide_plan, said=said)


@staff_page
@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """It is worked on."""
    return _step(request, pk, plans.start, may=rules.may_work_plan, said=_("In execution"))


@staff_page
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Its time is over."""
    return _step(request, pk, plans.close, may=rules.may_work_plan, said=_("Closed"))


@staff_page
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """A head returns it, with a reason."""
    row = plan_of(request, pk)
    ask(rules.may_decide_plan(request.user, row), rule="b.6")
    form = NoteForm(request.POST or None, user=request.user)
    form.fields["note"].label = _("Reason")
    by = actor_of(request)
    return send(
        request,
        form,
        lambda values: plans.give_back(row, by=by, now=clock.now(), note=values["note"]),
        to=row.get_absolute_url(),
        said=_("Returned to its owner"),
        page=words(row.customer, _("Return %(name)s") % {"name": row.title}, row),
    )


@staff_page
def objective_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add an objective."""
    row = plan_of(request, pk)
    ask(rules.may_work_plan(request.user, row), rule="C096")
    by = actor_of(request)
    form = ObjectiveForm(request.POST or None, user=request.user, initial={"due_on": row.ends_on})
    return send(
        request,
        form,
        lambda values: objectives.add(row, values, by=by, now=clock.now()),
        to=row.get_absolute_url(),
        said=_("Added"),
        page=words(row.customer, _("New objective"), row) | {"two_columns": True},
    )


@staff_page
def objective_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an objective."""
    row, by = _objective(request, pk), actor_of(request)
    begin = {name: getattr(row, name) for name in (*objectives.FIELDS, "version")}
    form = ObjectiveForm(request.POST or None, user=request.user, initial=begin)
    return send(
        request,
        form,
        lambda values: objectives.edit(
            row, values, by=by, now=clock.now(), version=form.cleaned_data["version"] or row.version
        ),
        to=row.get_absolute_url(),
        said=_("Saved"),
        page=words(row.customer, row.metric, row.plan) | {"two_columns": True},
    )


@staff_page
def objective_measure(request: HttpRequest, pk: int) -> HttpResponse:
    """Where it stands."""
    row, by = _objective(request, pk), actor_of(request)
    form = MeasureForm(request.POST or None, user=request.user, initial={"actual": row.actual})
    return send(
        request,
        form,
        lambda values: objectives.measure(row, values["actual"], by=by, now=clock.now()),
        to=row.get_absolute_url(),
        said=_("Saved"),
        page=words(row.customer, row.metric, row.plan),
    )


@staff_page
def objective_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """It is not pursued any more."""
    row, by = _objective(request, pk), actor_of(request)
    form = NoteForm(request.POST or None, user=request.user)
    form.fields["note"].label = _("Reason")
    return send(
        request,
        form,
        lambda values: objectives.drop(row, by=by, now=clock.now(), note=values["note"]),
        to=row.get_absolute_url(),
        said=_("Saved"),
        page=words(row.customer, _("Drop %(name)s") % {"name": row.metric}, row.plan),
    )


def _objective(request: HttpRequest, pk: int) -> Objective:
    rows = Objective.objects.visible_to(request.user)
    row = found(rows.select_related("plan__customer__owning_unit"), pk=pk)
    ask(rules.may_work_objective(request.user, row), rule="C096")
    return row


def _step(request: HttpRequest, pk: int, act: Act, *, may: Act, said: str) -> HttpResponse:
    row, by = plan_of(request, pk), actor_of(request)
    ask(may(request.user, row), rule="b.6")
    return do(
        request, lambda: act(row, by=by, now=clock.now()), to=row.get_absolute_url(), said=said
    )
