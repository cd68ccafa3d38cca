"""Pages of what a list can do: export, change many rows, the jobs of a person."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from core import clock, exports, jobs
from core.errors import Invalid, Refused
from core.formpages import answer, put_on, sent
from core.lists import bulk, exporting
from core.lists.forms import ExportForm
from core.lists.spec import spec_of
from core.models import Attachment, Job, JobState
from core.paging import MAX_SIZE, page_of
from core.registry import label_of
from core.toasts import toast
from core.web import actor_of, found, recent_auth, staff_page

SHOWN = 500


@staff_page
@recent_auth
def export(request: HttpRequest, key: str) -> HttpResponseBase:
    """Say what leaves the house; a small file comes at once, a large one as a job."""
    spec, now = spec_of(key), clock.now()
    if spec.confidential:
        raise Http404
    listing = exporting.listing_for(key, request.user, request.GET.urlencode(), now)
    form = ExportForm(sent(request))
    if request.method == "POST" and form.is_valid():
        kind = form.cleaned_data["kind"]
        try:
            job = exporting.ask_for(listing, kind, by=actor_of(request), now=now)
        except Refused as refusal:
            put_on(form, refusal)
        else:
            if job.state != JobState.DONE:
                return redirect(job)
            rows = list(exporting.rows_of(listing))
            name = f"{spec.title}-{now:%Y%m%d-%H%M}"
            return exports.download(name, kind, exporting.header_of(listing), rows)
    context = {
        "title": _("Export: %(list)s") % {"list": spec.title},
        "submit": _("Export"),
        "crumb": spec.title,
        "crumb_url": f"{spec.path}?{listing.query}",
        "columns": exporting.header_of(listing),
        "count": exporting.count_of(listing, 10_000),
        "form": form,
    }
    return answer(request, "core/lists/export.html", context, form)


@staff_page
def change_many(request: HttpRequest, key: str) -> HttpResponseBase:
    """Ask what is needed, then change all the chosen rows or none."""
    spec, now = spec_of(key), clock.now()
    data = request.POST if request.method == "POST" else request.GET
    verb = bulk.verb_of(spec, data.get("verb", ""))
    if verb is None:
        raise Invalid(_("This list does not offer that."), fields={"verb": [_("Unknown.")]})
    ids = bulk.chosen_ids(spec, request.user, _chosen(data), now)
    form = bulk.form_of(verb, request.user, sent(request))
    if request.method == "POST" and form.is_valid():
        given = {name: data.get(name, "") for name in form.fields}
        try:
            job = bulk.ask_for(spec, verb, ids, given, by=actor_of(request), now=now)
        except Refused as refusal:
            put_on(form, refusal)
        else:
            return redirect(job)
    rows = spec.rows(request.user).filter(pk__in=ids).order_by("pk")[:8]
    context = {
        "title": verb.label,
        "submit": verb.label,
        "crumb": spec.title,
        "crumb_url": spec.path,
        "verb": verb,
        "ids": ids if not data.get("all") else [],
        "query": data.get("query", "") if data.get("all") else "",
        "names": [str(row) for row in rows],
        "more": max(0, len(ids) - 8),
        "count": len(ids),
    }
    return answer(request, "core/lists/change_many.html", context, form)


def _chosen(data: QueryDict) -> dict[str, Any]:
    ids = [int(one) for one in data.getlist("id") if one.isdecimal() and len(one) <= 18]
    return {"all": bool(data.get("all")), "query": data.get("query", "")[:2000], "ids": ids[:5000]}


@staff_page
@require_safe
def job_list(request: HttpRequest) -> HttpResponseBase:
    """One's own exports and changes of many rows, latest first."""
    rows = Job.objects.filter(created_by=request.user).defer("report", "facts")
    page = page_of(rows, ordering="-id", cursor=request.GET.get("cursor", ""), size=MAX_SIZE)
    return render(request, "core/lists/jobs.html", {"page": page, "now": clock.now()})


@staff_page
@require_safe
def job(request: HttpRequest, pk: int) -> HttpResponseBase:
    """How far a job is, what it did to each row, its file, its undo."""
    row, now = _job(request, pk), clock.now()
    files = Attachment.objects.filter(about_label=label_of(Job), about_id=row.pk)
    done = jobs.done_of(row)
    context = {
        "row": row,
        "now": now,
        "file": files.first() if row.expires_at and row.expires_at > now else None,
        "may_undo": bulk.may_undo(row),
        "lines": sorted(row.report, key=lambda line: line["state"] != "refused")[:SHOWN],
        "refused": sum(line["state"] == "refused" for line in row.report),
        "job": {
            "label": row.title,
            "done": done,
            "total": row.total,
            "percent": round(100 * done / row.total) if row.total else 100,
            "state": "running" if row.is_open else row.state,
            "state_words": row.get_state_display(),
        },
    }
    fragment = request.headers.get("HX-Request") == "true"
    response = render(request, f"core/lists/{'_job' if fragment else 'job'}.html", context)
    if fragment and not row.is_open:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@staff_page
def job_cancel(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Stop a job."""
    row = _job(request, pk)
    jobs.cancel(row, by=actor_of(request), now=clock.now())
    toast(request, _("It stops"))
    return redirect(row)


@require_POST
@staff_page
def job_undo(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take a change of many rows back."""
    row = _job(request, pk)
    count = bulk.undo(row, by=actor_of(request), now=clock.now())
    said = ngettext("%(count)d row is as it was", "%(count)d rows are as they were", count)
    toast(request, said % {"count": count})
    return redirect(row)


def _job(request: HttpRequest, pk: int) -> Job:
    return found(Job.objects.filter(created_by=request.user), pk=pk)
