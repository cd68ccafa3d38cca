"""Pages of weekly reports: write, submit, check, publish, copy to the group."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import clock, trail
from core.errors import Refused, Stale
from core.formpages import put_on, status_of
from core.paging import ordering_of, page_of, size_of
from core.toasts import toast
from core.web import actor_of, ask, found, staff_page
from expectations import rules_delivery as rules
from expectations.actions import report as actions
from expectations.choices import Health, ReportStatus
from expectations.filters_delivery import ReportFilter
from expectations.forms_report import ReasonForm, ReportForm
from expectations.models import WeeklyReport
from expectations.queries import reports as queries
from expectations.queries.people import triangle_of
from expectations.queries.risks import lines_of
from expectations.tones import clock_of
from expectations.views.acting import acted, stepped

ORDERINGS = ("-id", "id", "-updated_at")


def _report(request: HttpRequest, pk: int) -> WeeklyReport:
    rows = queries.for_list(request.user).select_related("project__customer", "submitted_by")
    return found(rows, pk=pk)


@staff_page
@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    """Reports in sight: due, late, submitted."""
    now = clock.now()
    filters = ReportFilter(request.GET, queryset=queries.for_list(request.user), request=request)
    page = page_of(
        filters.qs,
        ordering=ordering_of(request.GET.get("ordering", ""), ORDERINGS),
        cursor=request.GET.get("cursor", ""),
        size=size_of(request.GET.get("page_size", "")),
    )
    status, late = request.GET.get("status", ""), request.GET.get("late", "")
    tabs = [
        {"url": "/weekly-reports/", "label": _("All"), "current": not (status or late)},
        {
            "url": "?status=draft",
            "label": _("To be submitted"),
            "current": status == ReportStatus.DRAFT,
        },
        {"url": "?late=true", "label": _("Late"), "current": late == "true"},
        {
            "url": "?status=submitted",
            "label": _("Submitted"),
            "current": status == ReportStatus.SUBMITTED,
        },
    ]
    context = {"now": now, "filter": filters, "page": page, "tabs": tabs}
    return render(request, "expectations/report_list.html", context)


@staff_page
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One report: read it, or write one's sections and save."""
    row, now = _report(request, pk), clock.now()
    allowed = rules.report_fields(request.user, row)
    form = ReportForm(request.POST or None, report=row, allowed=allowed)
    if request.method == "POST":
        ask(bool(allowed), rule="b.3.4 W3")
        if form.is_valid():
            try:
                _save(request, row, form, now)
            except Refused as refused:
                put_on(form, refused)
                row.refresh_from_db()
            else:
                toast(request, _("Report saved"))
                return redirect(row)
    context = _page(request, row, form, now)
    return render(request, "expectations/report.html", context, status=status_of(form))


def _save(request: HttpRequest, row: WeeklyReport, form: ReportForm, now: Any) -> None:
    values = dict(form.cleaned_data)
    version = values.pop("version")
    carry = None
    notes = None
    if "done" in form.fields:
        ticked = set(request.POST.getlist("carry"))
        carry = {
            place: {
                "done": str(place) in ticked,
                "reason": request.POST.get(f"carry_reason_{place}", ""),
            }
            for place, _one in enumerate(row.snapshot.get("carry", []))
        }
        notes = {
            risk.pk: request.POST.get(f"risk_note_{risk.pk}", "")
            for risk in queries.open_risks(row.project)
        }
    actions.edit_report(
        row,
        values,
        carry=carry,
        risk_notes=notes,
        by=actor_of(request),
        now=now,
        version=version,
    )


@staff_page
@require_POST
def report_autosave(request: HttpRequest, pk: int) -> HttpResponse:
    """Keeps what is typed: {version, saved}; 409 when somebody else saved first."""
    row, now = _report(request, pk), clock.now()
    allowed = rules.report_fields(request.user, row)
    ask(bool(allowed), rule="b.3.4 W3")
    form = ReportForm(request.POST, report=row, allowed=allowed)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=422)
    if row.status not in queries.UNSUBMITTED:
        # After submission each save is a revision: only a press of the button makes one.
        return JsonResponse({"version": row.version, "saved": ""})
    try:
        _save(request, row, form, now)
    except Stale as stale:
        return JsonResponse({"version": stale.extra["current_version"]}, status=409)
    saved = _("Saved %(at)s") % {"at": f"{localtime(now):%H:%M}"}
    return JsonResponse({"version": row.version, "saved": saved})


def _page(request: HttpRequest, row: WeeklyReport, form: ReportForm, now: Any) -> dict[str, Any]:
    user = request.user
    before = queries.week_before(row)
    live = row.status in queries.UNSUBMITTED
    facts = queries.facts_of(row, now=now) if live else row.snapshot
    notes = row.snapshot.get("risk_notes", {})
    people = triangle_of(row.project)
    risks = lines_of(queries.open_risks(row.project), now)
    ar, sr = people.first("ar"), people.first("sr")
    return {
        "now": now,
        "report": row,
        "form": form,
        "allowed": bool(rules.report_fields(user, row)),
        "facts": facts,
        "before": before,
        "before_done": before.next.splitlines() if before else [],
        "risks": [(line, notes.get(str(line.risk.pk), "")) for line in risks],
        "carry": list(enumerate(row.snapshot.get("carry", []))),
        "clock": clock_of(row.due_at, now) if row.due_at and row.submitted_at is None else None,
        "lacks": actions.lacks(row, now=now) if live else [],
        "is_live": live,
        "fr": people.first("fr"),
        "sections": [
            (ar, _("talks with the customer"), row.ar_section_at),
            (sr, _("solution and technique"), row.sr_section_at),
        ],
        "told": [one for one in queries.notices_of(row.project) if one.told_at],
        "visible": [one for one in facts.get("milestones", []) if one["customer_visible"]],
        "revisions": _diffs(row),
        "history": trail.history(row, confidential=False)[:15],
        "may_submit": rules.may_submit_report(user, row),
        "may_return": rules.may_return_report(user, row) and row.status in actions.SUBMITTED,
        "may_publish": rules.may_publish_report(user, row),
        "is_published": row.published_at is not None and row.withdrawn_at is None,
        "rag": [(name, _label(row, name), getattr(row, name)) for name in actions.RAG[1:]],
    }


def _label(row: WeeklyReport, name: str) -> str:
    return str(row._meta.get_field(name).verbose_name)


def _diffs(row: WeeklyReport) -> list[dict[str, Any]]:
    """Each later revision with what it changed, latest first."""
    kept = list(row.revisions.select_related("submitted_by"))
    pairs = list(zip(kept, kept[1:], strict=False))
    return [
        {
            "revision": after,
            "changes": [
                (_label(row, name), old, new)
                for name, old, new in actions.changes_between(before, after)
            ],
        }
        for before, after in reversed(pairs)
    ]


def _step(
    request: HttpRequest, pk: int, may: Callable[..., bool], action: Callable[..., Any], said: str
) -> HttpResponse:
    row = _report(request, pk)
    ask(may(request.user, row), rule="b.3.4 W3")
    by, now = actor_of(request), clock.now()
    effect = lambda: action(row, by=by, now=now)  # noqa: E731
    return stepped(request, effect, back=row.get_absolute_url(), said=said)


@staff_page
@require_POST
def report_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """FR or deputy submits; the reasons of W2 are said on the page."""
    return _step(request, pk, rules.may_submit_report, actions.submit, _("Report submitted"))


@staff_page
@require_POST
def report_acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """Read and taken note of."""
    return _step(request, pk, rules.may_return_report, actions.acknowledge, _("Acknowledged"))


@staff_page
def report_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to the author, with a reason."""
    row = _report(request, pk)
    ask(rules.may_return_report(request.user, row), rule="b.3.4 W3")
    by, now = actor_of(request), clock.now()
    return acted(
        request,
        ReasonForm(request.POST or None),
        lambda values: actions.return_report(row, by=by, now=now, **values),
        of=row,
        said=_("Sent back to the author"),
        title=_("Return the report"),
        submit=_("Return the report"),
        project=row.project,
    )


@staff_page
def report_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """The dialog shows what the customer will read; POST publishes (W5)."""
    row = _report(request, pk)
    ask(rules.may_publish_report(request.user, row), rule="b.3.4 W5")
    if request.method == "POST":
        said = _("The customer can read it now")
        return _step(request, pk, rules.may_publish_report, actions.publish, said)
    context = {
        "title": _("Publish to the customer"),
        "text": row.portal_summary,
        "receivers": [
            _("%(customer)s: the summary, visible milestones and notices")
            % {"customer": row.customer.display_name}
        ],
        "submit": _("Publish the report"),
        "cancel_url": row.get_absolute_url(),
    }
    return render(request, "parts/confirm_page.html", context)


@staff_page
def report_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The customer sees “withdrawn” in its place."""
    row = _report(request, pk)
    ask(rules.may_publish_report(request.user, row), rule="b.3.4 W5")
    if request.method == "POST":
        said = _("Withdrawn from the customer")
        return _step(request, pk, rules.may_publish_report, actions.withdraw, said)
    context = {
        "title": _("Withdraw the report of week %(week)s?") % {"week": row.iso_week},
        "text": _("The customer sees “withdrawn”."),
        "submit": _("Withdraw the report"),
        "danger": True,
        "cancel_url": row.get_absolute_url(),
    }
    return render(request, "parts/confirm_page.html", context)


@staff_page
@require_safe
def report_text(request: HttpRequest, pk: int) -> HttpResponse:
    """Plain text to paste into a chat group: what the customer may read, nothing internal."""
    row = _report(request, pk)
    facts = row.snapshot
    progress = facts.get("progress", {"done": 0, "planned": 0})
    lines = [
        _("%(project)s, week %(week)s") % {"project": row.project.name, "week": row.iso_week},
        str(dict(Health.choices).get(row.overall, "")),
        _("Done %(done)s%%, planned %(planned)s%%") % progress,
        "",
        row.portal_summary,
        "",
        *(
            f"· {one['name']} {one['actual_on'] or one['forecast_on'] or one['baseline_on']}"
            for one in facts.get("milestones", [])
            if one["customer_visible"]
        ),
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
