"""Scorecards: the cards one may read, one card with its figures, templates with their weights."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import rules
from accounts.actions import scorecards
from accounts.choices import ScorecardStatus
from accounts.filters_value import ScorecardFilter
from accounts.forms_value import CardForm, TemplateForm
from accounts.models import MetricValue, OrgUnit, Scorecard, ScorecardTemplate
from accounts.views.acting import do, submit
from core import clock
from core.paging import page_of
from core.preferences import is_presenting
from core.web import actor_of, ask, found, staff_page

CARDS, TEMPLATES = "/scorecards/", "/scorecard-templates/"


@staff_page
@require_safe
def card_list(request: HttpRequest) -> HttpResponse:
    """One's own cards, and those of the units that one heads."""
    rows = Scorecard.objects.visible_to(request.user).select_related("template", "unit", "person")
    if is_presenting(request):
        rows = rows.none()
    filters = ScorecardFilter(request.GET, queryset=rows, request=request)
    page = page_of(
        filters.qs if filters.is_valid() else rows,
        ordering="-id",
        cursor=request.GET.get("cursor", ""),
    )
    context = {
        "page": page,
        "bar": [filters.form["status"]],
        "may_open": rules.may_see_portfolio(request.user),
        "now": clock.now(),
    }
    return render(request, "accounts/scorecards.html", context)


@staff_page
@require_safe
def card_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One card: each figure with weight, target, actual and score."""
    row = _card(request, pk)
    known = scorecards.metrics()
    values = MetricValue.objects.filter(scorecard=row)
    context = {
        "row": row,
        "lines": [
            (one, *(_(known[one.metric][0]), known[one.metric][1]))
            if one.metric in known
            else (one, one.metric, "")
            for one in ([] if is_presenting(request) else values)
        ],
        "may_fill": row.status != ScorecardStatus.CONFIRMED
        and rules.may_fill_scorecard(request.user, row),
        "may_confirm": row.status == ScorecardStatus.CALCULATED
        and rules.may_confirm_scorecard(request.user, row),
        "now": clock.now(),
    }
    return render(request, "accounts/scorecard.html", context)


@staff_page
def card_new(request: HttpRequest) -> HttpResponse:
    """Open a card for a unit or a person."""
    ask(rules.may_see_portfolio(request.user), _("A head opens scorecards."), rule="R-K3")
    by = actor_of(request)
    form = CardForm(request.POST or None, user=request.user)

    def act(values: dict[str, Any]) -> Scorecard:
        units = OrgUnit.objects.visible_to(request.user)
        unit = found(units, pk=values.pop("unit"))
        ask(rules.may_open_scorecard(request.user, unit), _("A head above decides."), rule="R-K3")
        template = values.pop("template")
        return scorecards.open_card(template, unit=unit, by=by, now=clock.now(), **values)

    return submit(
        request,
        form,
        act,
        to=CARDS + "{pk}/",
        said=_("Opened and calculated"),
        page=_page(_("New scorecard"), _("Open"), _("Scorecards"), CARDS),
    )


@require_POST
@staff_page
def card_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Calculate anew, or confirm."""
    row = _card(request, pk)
    by, now = actor_of(request), clock.now()
    if verb == "confirm":
        ask(
            rules.may_confirm_scorecard(request.user, row),
            _("A head above confirms, never who is measured."),
            rule="R-K3",
        )
        return do(
            request, lambda: scorecards.confirm(row, by=by, now=now),
            to=row.get_absolute_url(), said=_("Confirmed"),
        )  # fmt: skip
    ask(rules.may_fill_scorecard(request.user, row), _("A head above decides."), rule="R-K3")
    return do(
        request, lambda: scorecards.calculate(row, by=by, now=now),
        to=row.get_absolute_url(), said=_("Calculated anew"),
    )  # fmt: skip


@staff_page
@require_safe
def template_list(request: HttpRequest) -> HttpResponse:
    """How units and persons are measured: open to all of us."""
    rows = ScorecardTemplate.objects.visible_to(request.user)
    page = page_of(rows, ordering="-id", cursor=request.GET.get("cursor", ""))
    known = scorecards.metrics()
    context = {
        "page": page,
        "lines": [
            (row, [(_(known[key][0]) if key in known else key, share)
                   for key, share in row.weights.items()])
            for row in page.rows
        ],
        "may_shape": rules.may_shape_scorecards(request.user),
        "now": clock.now(),
    }  # fmt: skip
    return render(request, "accounts/scorecard_templates.html", context)


@staff_page
def template_new(request: HttpRequest) -> HttpResponse:
    """A new draft."""
    _shaping(request)
    by = actor_of(request)
    form = TemplateForm(request.POST or None, user=request.user)
    return submit(
        request,
        form,
        lambda values: scorecards.make_template(values, by=by, now=clock.now()),
        to=TEMPLATES,
        said=_("Saved"),
        page=_page(_("New template"), _("Save"), _("Scorecard templates"), TEMPLATES),
    )


@staff_page
def template_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    _shaping(request)
    row = _template(request, pk)
    by = actor_of(request)
    start = {name: getattr(row, name) for name in ("name", "scope", "is_business", "version")}
    for key in row.weights:
        start |= {f"weight_{key}": row.weights[key], f"target_{key}": row.targets.get(key)}
    form = TemplateForm(request.POST or None, user=request.user, initial=start)
    return submit(
        request,
        form,
        lambda values: scorecards.edit_template(
            row, values, by=by, now=clock.now(), version=form.cleaned_data["version"] or 0
        ),
        to=TEMPLATES,
        said=_("Saved"),
        page=_page(row.name, _("Save"), _("Scorecard templates"), TEMPLATES),
    )


@require_POST
@staff_page
def template_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Put into use, or retire."""
    _shaping(request)
    row = _template(request, pk)
    act = {"activate": scorecards.activate, "retire": scorecards.retire}[verb]
    return do(
        request,
        lambda: act(row, by=actor_of(request), now=clock.now()),
        to=TEMPLATES,
        said=_("Saved"),
    )


def _shaping(request: HttpRequest) -> None:
    ask(
        rules.may_shape_scorecards(request.user),
        _("Executives, quality and administrators shape scorecards."),
        rule="R-K3",
    )


def _card(request: HttpRequest, pk: int) -> Scorecard:
    rows = Scorecard.objects.visible_to(request.user)
    return found(rows.select_related("template", "unit", "person", "confirmed_by"), pk=pk)


def _template(request: HttpRequest, pk: int) -> ScorecardTemplate:
    return found(ScorecardTemplate.objects.visible_to(request.user), pk=pk)


def _page(title: Any, button: Any, crumb: Any, url: str) -> dict[str, Any]:
    return {
        "title": title, "submit": button, "crumb": crumb, "crumb_url": url, "two_columns": True,
    }  # fmt: skip
