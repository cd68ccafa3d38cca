"""Pages of projects: the list, one project, its team, its state."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.rules import on_team
from core import clock
from core.custom.actions import write_beside
from core.custom.forms import ask_own, taken
from core.lists.pages import check_tabs, list_page
from core.lists.reading import Listing
from core.web import actor_of, ask, staff_page
from expectations import rules
from expectations.actions import project as actions
from expectations.choices import PriorityClass, ProjectStatus
from expectations.forms import LeadForm, NewProjectForm, ProjectForm, ReasonForm, changed
from expectations.lists import PROJECTS
from expectations.models import ConfirmationForm, ExpectationItem, Project
from expectations.queries.delivery import delivery_of
from expectations.queries.form import CLASS_ORDER, triangle_of
from expectations.views.acting import acted, stepped
from expectations.views.steps import project_of

TABS = (
    ("", gettext_lazy("All")),
    ("mine", gettext_lazy("Mine")),
    ("my_customers", gettext_lazy("Of my customers")),
    ("running", gettext_lazy("Not closed")),
)
VERBS = {
    "start": (actions.start, gettext_noop("Started")),
    "resume": (actions.resume, gettext_noop("Goes on")),
    "hand-in": (actions.hand_in, gettext_noop("In acceptance")),
    "begin-warranty": (actions.begin_warranty, gettext_noop("Under warranty")),
    "close": (actions.close, gettext_noop("Closed")),
}
NEXT = {
    ProjectStatus.INITIATING: ["start"],
    ProjectStatus.EXECUTING: ["hand-in"],
    ProjectStatus.ON_HOLD: ["resume"],
    ProjectStatus.ACCEPTANCE: ["begin-warranty", "close"],
    ProjectStatus.WARRANTY: ["close"],
}


@staff_page
@require_GET
def project_list(request: HttpRequest) -> HttpResponse:
    """Projects within sight."""

    def context(listing: Listing) -> dict[str, Any]:
        return {"tabs": check_tabs(listing, TABS)}

    return list_page(request, PROJECTS, "expectations/project_list.html", context)


@staff_page
@require_http_methods(["GET", "POST"])
def new_project(request: HttpRequest) -> HttpResponse:
    """Open a project."""
    initial = {"customer": request.GET.get("customer", "")}
    form = NewProjectForm(request.POST or None, user=request.user, initial=initial)
    ask_own(form, "expectations.project")

    def effect(values: dict[str, Any]) -> str:
        by, now, own = actor_of(request), clock.now(), taken(values)
        customer = values.pop("customer")
        values.pop("version")
        ask(rules.may_open_project(request.user, customer), rule="b.6")
        leads = {role: values.pop(role) for role in ("ar", "sr", "fr")}
        project = actions.open_project(customer, leads=leads, by=by, now=now, **values)
        write_beside(project, own, by=by, now=now)
        return project.get_absolute_url()

    return acted(request, form, effect, back="/projects/", title=_("New project"),
                  submit=_("Open project"), crumb=_("Projects"),
                  crumb_url="/projects/")  # fmt: skip


@staff_page
@require_GET
def project_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One project: team, expectations by class, forms, delivery."""
    project, now = project_of(request, pk), clock.now()
    items = ExpectationItem.objects.current().filter(project=project).select_related("owner")
    ordered = sorted(items, key=lambda row: (CLASS_ORDER.get(row.priority_class, 9), row.number))
    groups = [
        {"key": key, "label": PriorityClass(key).label if key else _("not classed yet"),
         "rows": list(rows)}
        for key, rows in groupby(ordered, key=lambda row: row.priority_class)
    ]  # fmt: skip
    may_edit = rules.may_edit_project(request.user, project)
    context = {
        "project": project,
        "triangle": triangle_of(project),
        "groups": groups,
        "count": len(ordered),
        "forms": ConfirmationForm.objects.filter(project=project).order_by("-version_no")[:10],
        "members": project.members.filter(status="active").select_related("user"),
        "may_edit": may_edit,
        "may_start_early": rules.may_start_early(request.user, project),
        "sees_cost": on_team(request.user, project.customer),
        "verbs": steps_of(project) if may_edit else [],
        "delivery": delivery_of(project, request.user, now),
        "now": now,
    }
    return render(request, "expectations/project.html", context)


def steps_of(project: Project) -> list[tuple[str, str]]:
    """(verb, words) of what may come next."""
    return [(name, words_of(name)) for name in NEXT.get(project.status, ())]


def words_of(verb: str) -> str:
    """The words of a step."""
    return {
        "start": _("Start"),
        "resume": _("Go on"),
        "hand-in": _("Hand in for acceptance"),
        "begin-warranty": _("Begin warranty"),
        "close": _("Close project"),
    }[verb]


@staff_page
@require_http_methods(["GET", "POST"])
def edit_project(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the facts of a project."""
    project = project_of(request, pk)
    ask(rules.may_edit_project(request.user, project), rule="b.6")
    form = ProjectForm(request.POST or None, instance=project)
    ask_own(form, project)

    def effect(values: dict[str, Any]) -> None:
        by, now = actor_of(request), clock.now()
        actions.edit_project(
            project, changed(form, ProjectForm.Meta.fields), by=by, now=now,
            version=values["version"] or 0,
        )  # fmt: skip
        write_beside(project, taken(dict(values)), by=by, now=now)

    return acted(request, form, effect, of=project, said=_("Saved"),
                  title=_("Edit project"), submit=_("Save"), project=project,
                  crumb=project.name)  # fmt: skip


@staff_page
@require_http_methods(["GET", "POST"])
def team(request: HttpRequest, pk: int) -> HttpResponse:
    """Name a lead of a corner, or bring somebody in."""
    project = project_of(request, pk)
    ask(rules.may_edit_project(request.user, project), rule="b.6")
    form = LeadForm(request.POST or None, initial={"role": request.GET.get("role", "")})

    def effect(values: dict[str, Any]) -> None:
        by, now = actor_of(request), clock.now()
        if form.leads:
            actions.set_lead(project, values["role"], values["user"], by=by, now=now)
        else:
            actions.join(project, values["user"], values["role"], by=by, now=now)

    return acted(request, form, effect, of=project, said=_("Saved"),
                  title=_("Project team"), submit=_("Save"), project=project,
                  crumb=project.name)  # fmt: skip


@staff_page
@require_POST
def step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """start, resume, hand-in, begin-warranty, close."""
    project = project_of(request, pk)
    ask(rules.may_edit_project(request.user, project), rule="b.6")
    effect, said = VERBS[verb]
    return stepped(
        request,
        lambda: effect(project, by=actor_of(request), now=clock.now()) and None,
        back=project.get_absolute_url(),
        said=_(said),
    )


REASONED = {
    "start-early": (actions.start_early, gettext_noop("Start early")),
    "renew-early": (actions.renew_early, gettext_noop("Renew the early start")),
    "hold": (actions.hold, gettext_noop("Put on hold")),
    "cancel": (actions.cancel, gettext_noop("Cancel project")),
}


@staff_page
@require_http_methods(["GET", "POST"])
def reasoned(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """start-early and renew-early (regional head), hold and cancel: with a reason."""
    project = project_of(request, pk)
    early = verb.endswith("early")
    may = rules.may_start_early if early else rules.may_edit_project
    ask(may(request.user, project), rule="R-E2" if early else "b.6")
    action, title = REASONED[verb]

    def effect(values: dict[str, Any]) -> None:
        action(project, reason=values["reason"], by=actor_of(request), now=clock.now())

    return acted(request, ReasonForm(request.POST or None), effect, title=_(title),
                  of=project, submit=_(title),
                  project=project, crumb=project.name)  # fmt: skip
