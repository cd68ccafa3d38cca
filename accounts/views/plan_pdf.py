"""An account plan as PDF: in the reader's language, with who took it and when."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from accounts.models import AccountPlan, Objective
from accounts.templatetags.account_ui import money
from accounts.views.plans import objective_lines, parts_of, plan_of
from core import clock
from core.typeset import typeset
from core.web import staff_page


@staff_page
@require_safe
def plan_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan as it is printed from the page."""
    row, now = plan_of(request, pk), clock.now()
    data = document_of(row, request.user, now)
    response = HttpResponse(typeset("plan.typ", data), content_type="application/pdf")
    name = f"{row.customer.code}-plan-{row.pk}-{timezone.localtime(now):%Y%m%d}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def document_of(row: AccountPlan, user: Any, now: dt.datetime) -> dict[str, Any]:
    """What the template sets: words only, all of them translated."""
    budget = money(row.budget, "CNY") if row.budget is not None else ""
    sub = [row.get_kind_display(), row.get_status_display(), row.owner.full_name, budget]
    return {
        "title": f"{row.customer.name}: {row.title}",
        "language": (translation.get_language() or "zh")[:2],
        "sub": [str(each) for each in sub if each],
        "objectives": {
            "title": _("Objectives"),
            "none": _("None yet: say what is measured, from where to where, until when."),
            "heads": [
                _("Metric"), _("Type"), _("Baseline"), _("Target"),
                pgettext("objective", "Actual"), _("Due"), _("Status"),
            ],
            "rows": [_line(each, percent) for each, _tone, percent, _n in objective_lines(row)],
        },
        "parts": [
            {"title": str(label), "text": text} for label, text, _old in parts_of(row, None) if text
        ],
        "approved": _approved(row),
        "footer": _("Taken by %(name)s on %(when)s")
        % {"name": user.full_name, "when": f"{timezone.localtime(now):%Y-%m-%d %H:%M}"},
    }  # fmt: skip


def _line(each: Objective, percent: int | None) -> list[str]:
    actual = "–" if each.actual is None else str(each.actual)
    return [
        f"{each.metric} {each.unit}".strip(),
        str(each.get_type_display()),
        "–" if each.baseline is None else str(each.baseline),
        str(each.target),
        f"{actual} · {percent}%" if percent is not None and each.actual is not None else actual,
        f"{each.due_on:%Y-%m-%d}",
        " ".join(filter(None, [str(each.get_status_display()), each.note])),
    ]


def _approved(row: AccountPlan) -> str:
    if row.approver is None or row.approved_at is None:
        return ""
    day = f"{timezone.localtime(row.approved_at):%Y-%m-%d}"
    return f"{_('Approved by')} {row.approver.full_name} {day}"
