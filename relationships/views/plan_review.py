"""The head's monthly review: everybody who keeps us out, in one sitting (R-R5)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import clock, policy
from core.errors import Refused
from core.preferences import is_presenting
from core.toasts import toast
from core.web import actor_of, ask, staff_page
from relationships import policies, rules
from relationships.actions import plans
from relationships.actions.readings import log_reads
from relationships.queries.blockers import Blocker, blockers_for

ADDRESS = "/relationship-plans/review/"


@staff_page
def review_all(request: HttpRequest) -> HttpResponse:
    """The list with a line for each; a POST notes every line that was written."""
    if is_presenting(request):
        return render(request, "relationships/hidden.html", {"what": _("Review of blockers")})
    now, by = clock.now(), actor_of(request)
    rows, wrong = blockers_for(request.user, now=now), ""
    if request.method == "POST":
        ask(rules.heads(request.user), rule="R-R5")
        wrong = _reviewed(request, rows)
        if not wrong:
            return redirect(ADDRESS)
    log_reads([row.position.customer for row in rows], by=by, now=now)
    context = {
        "rows": rows,
        "wrong": wrong,
        "due": sum(1 for row in rows if row.is_due),
        "days": policy.get(policies.PLAN_REVIEW_DAYS, at=now),
        "may_review": any(row.may_review for row in rows),
        "said": request.POST,
        "now": now,
    }
    status = 422 if wrong else 200
    return render(request, "relationships/plan_review.html", context, status=status)


def _reviewed(request: HttpRequest, rows: list[Blocker]) -> str:
    """Note each line; the sentence of what was refused, or that nothing was written."""
    by, now, count = actor_of(request), clock.now(), 0
    for row in rows:
        note = request.POST.get(f"note-{row.plan.pk}", "").strip() if row.plan else ""
        if not note or not row.may_review:
            continue
        try:
            plans.review(row.plan, by=by, now=now, note=note)  # type: ignore[arg-type]
        except Refused as refusal:
            return str(refusal.sentence)
        count += 1
    if not count:
        return _("Write what you decided, at one of them at least.")
    toast(request, ngettext("%(n)d plan reviewed", "%(n)d plans reviewed", count) % {"n": count})
    return ""
