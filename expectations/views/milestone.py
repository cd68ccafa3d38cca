"""Verbs of milestones; they are shown on the page of their project."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from core import clock
from core.web import actor_of, ask, found, staff_page
from expectations import rules_delivery as rules
from expectations.actions import milestone as actions
from expectations.forms_delivery import DoneForm, ForecastForm, MilestoneForm, NoteForm
from expectations.models import Milestone, Project
from expectations.views.acting import acted


def _milestone(request: HttpRequest, pk: int) -> Milestone:
    rows = Milestone.objects.visible_to(request.user).select_related("project__customer")
    row = found(rows, pk=pk)
    ask(rules.may_edit_milestone(request.user, row), rule="b.6")
    return row


@staff_page
def milestone_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a dated step to a project."""
    project = found(Project.objects.visible_to(request.user).select_related("customer"), pk=pk)
    ask(rules.may_plan(request.user, project), rule="b.6")
    by, now = actor_of(request), clock.now()

    def effect(values: dict[str, Any]) -> str:
        return actions.plan_milestone(project, by=by, now=now, **values).get_absolute_url()

    title = _("Add a milestone")
    back = project.get_absolute_url()
    return acted(
        request,
        MilestoneForm(request.POST or None),
        effect,
        back=back,
        title=title,
        submit=title,
        project=project,
    )


@staff_page
def milestone_forecast(request: HttpRequest, pk: int) -> HttpResponse:
    """Another date is expected."""
    row = _milestone(request, pk)
    by, now = actor_of(request), clock.now()
    form = ForecastForm(
        request.POST or None, initial={"forecast_on": row.forecast_on or row.baseline_on}
    )
    title = _("Give a forecast")
    return acted(
        request,
        form,
        lambda values: actions.forecast(row, by=by, now=now, **values),
        of=row,
        title=title,
        submit=title,
        project=row.project,
        intro=_("The baseline stands; a later forecast puts the milestone at risk."),
    )


@staff_page
def milestone_done(request: HttpRequest, pk: int) -> HttpResponse:
    """The step is done."""
    row = _milestone(request, pk)
    by, now = actor_of(request), clock.now()
    form = DoneForm(request.POST or None, initial={"actual_on": localtime(now).date()})
    title = _("Mark as done")
    return acted(
        request,
        form,
        lambda values: actions.finish(row, values["actual_on"], by=by, now=now),
        of=row,
        title=title,
        submit=title,
        project=row.project,
    )


@staff_page
def milestone_miss(request: HttpRequest, pk: int) -> HttpResponse:
    """The step was not reached."""
    row = _milestone(request, pk)
    by, now = actor_of(request), clock.now()
    title = _("Mark as missed")
    return acted(
        request,
        NoteForm(request.POST or None),
        lambda values: actions.miss(row, reason=values["note"], by=by, now=now),
        of=row,
        title=title,
        submit=title,
        project=row.project,
    )
