"""Pages of expectations: by one line or a block, the exceptions, the matrix."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_http_methods

from core import clock
from core.formpages import status_of
from core.paging import ordering_of, page_of
from core.web import actor_of, ask, staff_page
from expectations import priority, rules
from expectations.actions import item as actions
from expectations.choices import ITEM_PROMISED
from expectations.filters import ItemFilter
from expectations.forms import ItemForm, LinesForm, OutcomeForm, ReasonForm, VerdictForm, changed
from expectations.matrix import dots_of
from expectations.models import ExpectationItem
from expectations.models.item import SCORES
from expectations.policies import weights
from expectations.views.acting import acted
from expectations.views.steps import item_of, project_of

ORDERINGS = ("-id", "statement", "-updated_at")
PARTS = {
    "metric": gettext_noop("what"),
    "target": gettext_noop("how much"),
    "proof": gettext_noop("shown by what"),
    "due_on": gettext_noop("by when"),
}


@staff_page
@require_GET
def item_list(request: HttpRequest) -> HttpResponse:
    """Expectations within sight."""
    rows = ExpectationItem.objects.visible_to(request.user)
    rows = rows.select_related("customer", "project", "owner")
    filter = ItemFilter(request.GET, queryset=rows, request=request)
    ordering = ordering_of(request.GET.get("ordering", ""), ORDERINGS)
    page = page_of(filter.qs, ordering=ordering, cursor=request.GET.get("cursor", ""))
    return render(request, "expectations/item_list.html", {"page": page, "filter": filter})


@staff_page
@require_http_methods(["GET", "POST"])
def add_lines(request: HttpRequest, pk: int) -> HttpResponse:
    """One line or a pasted block; afterwards each line says what it became."""
    project = project_of(request, pk)
    ask(rules.may_edit_project(request.user, project), rule="b.6")
    form = LinesForm(request.POST or None)
    context = {"project": project, "form": form, "crumb": project.name}
    if request.method == "POST" and form.is_valid():
        added = actions.add_lines(
            project, form.cleaned_data["text"], by=actor_of(request), now=clock.now()
        )
        context |= {
            "added": [
                {"row": row, "missing": [_(PARTS[part]) for part in row.parsed.missing]}
                for row in added
            ],
            "form": LinesForm(initial={"text": refused_lines(added)}),
        }
    return render(request, "expectations/item_add.html", context, status=status_of(form))


def refused_lines(added: list[actions.Added]) -> str:
    """Lines that became nothing, to be corrected."""
    return "\n".join(row.parsed.line for row in added if row.item is None)


@staff_page
@require_http_methods(["GET", "POST"])
def item_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One expectation: read it, correct the exceptions."""
    item = item_of(request, pk)
    mine = rules.may_edit_item(request.user, item)
    if request.method == "POST":
        ask(mine, rule="b.6")
    form = ItemForm(request.POST or None, instance=item)

    def effect(values: dict[str, Any]) -> None:
        names = list(ItemForm.Meta.fields)
        if values["priority_class"] != item.priority_class:
            ask(rules.may_classify(request.user, item), rule="R-E1")
        actions.edit_item(item, changed(form, names), by=actor_of(request), now=clock.now(),
                          version=values["version"] or 0)  # fmt: skip

    back = item.project.get_absolute_url() if item.project else item.customer.get_absolute_url()
    return acted(request, form, effect, back=back, said=_("Saved"), item=item,
                  project=item.project,
                  may_edit=mine and item.is_open, may_decide=mine and item.status in ITEM_PROMISED,
                  may_judge=rules.may_judge(request.user, item), suggestion=suggestion_of(item),
                  template="expectations/item.html")  # fmt: skip


def suggestion_of(item: ExpectationItem) -> priority.Suggestion | None:
    """The terms behind the class, when all four scores are there (R-E1)."""
    scores = [getattr(item, name) for name in SCORES]
    if None in scores:
        return None
    return priority.suggest(
        *scores, mandatory=bool(item.mandatory), weights=weights(at=clock.now())
    )


@staff_page
@require_http_methods(["GET", "POST"])
def verdict(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whether it can be done."""
    item = item_of(request, pk)
    ask(rules.may_judge(request.user, item), rule="F3")

    def effect(values: dict[str, Any]) -> None:
        actions.give_verdict(item, by=actor_of(request), now=clock.now(), **values)

    return acted(request, VerdictForm(request.POST or None), effect, of=item,
                  title=_("Feasibility"), submit=_("Give verdict"),
                  project=item.project, crumb=item.short_code, said=_("Saved"))  # fmt: skip


@staff_page
@require_http_methods(["GET", "POST"])
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an expectation out."""
    item = item_of(request, pk)
    ask(rules.may_edit_item(request.user, item), rule="b.6")

    def effect(values: dict[str, Any]) -> str:
        actions.drop(item, reason=values["reason"], by=actor_of(request), now=clock.now())
        return item.project.get_absolute_url() if item.project else "/expectation-items/"

    return acted(request, ReasonForm(request.POST or None), effect, of=item,
                  title=_("Drop expectation"), submit=_("Drop"),
                  project=item.project, crumb=item.short_code)  # fmt: skip


@staff_page
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Record how it ended."""
    item = item_of(request, pk)
    ask(rules.may_edit_item(request.user, item), rule="b.6")

    def effect(values: dict[str, Any]) -> None:
        actions.decide(item, by=actor_of(request), now=clock.now(), **values)

    return acted(request, OutcomeForm(request.POST or None), effect, of=item,
                  title=_("Record the outcome"), submit=_("Record"),
                  project=item.project, crumb=item.short_code, said=_("Saved"))  # fmt: skip


@staff_page
@require_GET
def matrix(request: HttpRequest, pk: int) -> HttpResponse:
    """Value over feasibility of a project's expectations."""
    project = project_of(request, pk)
    rows = ExpectationItem.objects.current().filter(project=project).order_by("number")
    dots = dots_of(list(rows), weights(at=clock.now()))
    unscored = [row for row in rows if None in [getattr(row, name) for name in SCORES]]
    context = {"project": project, "dots": dots, "unscored": unscored,
               "talk_first": sum(1 for dot in dots if dot.talk_first)}  # fmt: skip
    return render(request, "expectations/matrix.html", context)
