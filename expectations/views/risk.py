"""Pages of risks: what threatens a promise, until when the customer must know, and why."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, make_aware
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import clock, trail
from core.paging import ordering_of, page_of, size_of
from core.preferences import refuse_presenting
from core.web import actor_of, ask, found, staff_page
from expectations import rules_delivery as rules
from expectations.actions import risk as actions
from expectations.choices import COMMITMENT_OPEN, CommitmentTo, RiskStatus
from expectations.filters_delivery import RiskFilter
from expectations.forms_delivery import ImpactForm, NoteForm, OccurForm, RiskEditForm, RiskForm
from expectations.models import Project, Risk
from expectations.notices import HOUR
from expectations.policies_delivery import notice_numbers
from expectations.queries.risks import lines_of, open_commitments, state_of, with_notice
from expectations.tones import RISKS, clock_of, exposure_tone
from expectations.views.acting import acted, stepped

ORDERINGS = ("-id", "id", "-updated_at")


def _risk(request: HttpRequest, pk: int) -> Risk:
    return found(with_notice(Risk.objects.visible_to(request.user)), pk=pk)


@staff_page
@require_safe
def risk_list(request: HttpRequest) -> HttpResponse:
    """Risks in sight; open ones unless the filters say otherwise."""
    now = clock.now()
    asked = request.GET if set(request.GET) & RiskFilter.names() else {"open": "true"}
    rows = with_notice(Risk.objects.visible_to(request.user))
    filters = RiskFilter(asked, queryset=rows, request=request)
    ordering = ordering_of(request.GET.get("ordering", ""), ORDERINGS)
    size = size_of(request.GET.get("page_size", ""))
    cursor = request.GET.get("cursor", "")
    page = page_of(filters.qs, ordering=ordering, cursor=cursor, size=size)
    context = {
        "now": now,
        "filter": filters,
        "page": page,
        "lines": lines_of(page.rows, now),
        "filtered": bool(request.GET),
    }
    return render(request, "expectations/risk_list.html", context)


@staff_page
@require_safe
def risk(request: HttpRequest, pk: int) -> HttpResponse:
    """One risk: its dates, its notice, its promises, its history."""
    row, now, user = _risk(request, pk), clock.now(), request.user
    notice = getattr(row, "notice", None)
    context = {
        "now": now,
        "risk": row,
        "tone": RISKS[row.status],
        "exposure_tone": exposure_tone(row.exposure),
        "state": state_of(notice, now) if notice else None,
        "notice": notice,
        "impacts": row.impacts.select_related("recorded_by", "approved_by"),
        "commitments": row.commitments.select_related("owner"),
        "history": trail.history(row, confidential=False)[:20],
        "may_edit": rules.may_edit_risk(user, row),
        "may_accept": rules.may_accept_risk(user, row),
        "is_live": row.is_open or row.status == RiskStatus.ACCEPTED,
    }
    return render(request, "expectations/risk.html", context)


@staff_page
def risk_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a risk of a project; `?commitment=7` ticks what it threatens."""
    project = found(Project.objects.visible_to(request.user).select_related("customer"), pk=pk)
    ask(rules.may_open_risk(request.user, project), rule="b.6")
    ticked = [each for each in request.GET.getlist("commitment") if _is_id(each)]
    initial = {"commitments": ticked, "owner": request.user.pk}
    form = RiskForm(request.POST or None, project=project, initial=initial)
    by, now = actor_of(request), clock.now()

    def effect(values: dict[str, Any]) -> str:
        return actions.open_risk(project, by=by, now=now, **values).get_absolute_url()

    return acted(
        request,
        form,
        effect,
        of=project,
        said=_("Risk is open"),
        template="expectations/risk_form.html",
        title=_("Open a risk"),
        project=project,
        crumb=project.name,
        crumb_url=project.get_absolute_url(),
        submit=_("Open the risk"),
        preview=_preview(project, request.POST or {"commitments": ticked}, now),
        now=now,
    )


@staff_page
@require_safe
def risk_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The deadline that the ticked promises give, as a fragment: nothing is written."""
    project = found(Project.objects.visible_to(request.user).select_related("customer"), pk=pk)
    now = clock.now()
    context = {"preview": _preview(project, request.GET, now), "now": now}
    return render(request, "expectations/_risk_preview.html", context)


def _is_id(said: Any) -> bool:
    return str(said).isdecimal() and len(str(said)) < 19


def _preview(project: Project, said: Any, now: Any) -> dict[str, Any] | None:
    """The earliest ticked promise to the customer, its deadline and its clock."""
    ticked = said.getlist("commitments") if hasattr(said, "getlist") else said["commitments"]
    ids = [int(each) for each in ticked if _is_id(each)]
    rows = open_commitments(project).filter(
        pk__in=ids, promised_to=CommitmentTo.CUSTOMER, status__in=COMMITMENT_OPEN
    )
    first = rows.first()
    if first is None:
        return None
    numbers = notice_numbers(project.customer.tier, at=now)
    deadline = first.due_at - numbers.lead_h * HOUR
    due = max(deadline, now + numbers.grace_h * HOUR) if deadline < now else deadline
    return {
        "promise": first,
        "deadline": deadline,
        "due": due,
        "is_late": deadline < now,
        "clock": clock_of(due, now),
        "hours": f"{numbers.lead_h:g}",
    }


@staff_page
def risk_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what a risk says."""
    refuse_presenting(request)
    row = _risk(request, pk)
    ask(rules.may_edit_risk(request.user, row), rule="b.6")
    initial = {name: getattr(row, name) for name in (*actions.EDITABLE, "version")}
    form = RiskEditForm(request.POST or None, risk=row, initial={**initial, "owner": row.owner_id})
    by, now = actor_of(request), clock.now()

    def effect(values: dict[str, Any]) -> None:
        version = values.pop("version")
        actions.edit_risk(row, values, by=by, now=now, version=version)

    title = _("Edit the risk")
    return acted(
        request,
        form,
        effect,
        of=row,
        title=title,
        submit=_("Save"),
        project=row.project,
    )


@staff_page
def risk_move(request: HttpRequest, pk: int) -> HttpResponse:
    """The date of impact moves (R-E7)."""
    row = _risk(request, pk)
    ask(rules.may_edit_risk(request.user, row), rule="b.6")
    initial = {"impact_at": _given(request.GET.get("at", "")) or row.impact_at}
    form = ImpactForm(request.POST or None, risk=row, initial=initial)
    by, now = actor_of(request), clock.now()
    return acted(
        request,
        form,
        lambda values: actions.move_impact(row, by=by, now=now, **values),
        of=row,
        said=_("The date of impact has moved"),
        title=_("Move the date of impact"),
        submit=_("Move the date"),
        project=row.project,
        intro=_("The old date stays in the history. Later: the customer hears within 24 hours."),
    )


def _given(said: str) -> Any:
    try:
        made = parse_datetime(said)
    except ValueError:
        return None
    return make_aware(made) if made is not None and is_naive(made) else made


@staff_page
def risk_occur(request: HttpRequest, pk: int) -> HttpResponse:
    """The risk has struck."""
    row = _risk(request, pk)
    ask(rules.may_edit_risk(request.user, row), rule="b.6")
    now, by = clock.now(), actor_of(request)
    form = OccurForm(request.POST or None, initial={"at": now})
    return acted(
        request,
        form,
        lambda values: actions.record_impact(row, values["at"], by=by, now=now),
        of=row,
        said=_("Recorded: it has struck"),
        title=_("It has struck"),
        submit=_("Record the impact"),
        project=row.project,
    )


@staff_page
@require_POST
def risk_mitigate(request: HttpRequest, pk: int) -> HttpResponse:
    """We have begun to act against it."""
    row = _risk(request, pk)
    ask(rules.may_edit_risk(request.user, row), rule="b.6")
    by, now = actor_of(request), clock.now()
    return stepped(
        request, lambda: actions.mitigate(row, by=by, now=now), back=row.get_absolute_url()
    )


@staff_page
def risk_close(request: HttpRequest, pk: int) -> HttpResponse:
    """The risk is over, and how it ended."""
    row = _risk(request, pk)
    ask(rules.may_edit_risk(request.user, row), rule="b.6")
    by, now = actor_of(request), clock.now()
    form = NoteForm(request.POST or None)
    form.fields["note"].label = _("How it ended")
    return acted(
        request,
        form,
        lambda values: actions.close_risk(row, note=values["note"], by=by, now=now),
        of=row,
        said=_("Risk closed"),
        title=_("Close the risk"),
        submit=_("Close the risk"),
        project=row.project,
    )


@staff_page
def risk_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """A regional head takes it as it is (b.6)."""
    row = _risk(request, pk)
    ask(rules.may_accept_risk(request.user, row), _("A regional head accepts a risk."), rule="b.6")
    by, now = actor_of(request), clock.now()
    return acted(
        request,
        NoteForm(request.POST or None),
        lambda values: actions.accept_risk(row, note=values["note"], by=by, now=now),
        of=row,
        said=_("Risk accepted"),
        title=_("Accept the risk"),
        submit=_("Accept the risk"),
        project=row.project,
        intro=_("A notice that is due stays due."),
    )
