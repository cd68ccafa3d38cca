"""Pages of leave: one's own, whom one stands in for, one's people."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import rules_leave
from accounts.actions import leaves
from accounts.forms_leave import LeaveForm
from accounts.models import UserLeave
from accounts.views.acting import do, submit
from core import clock
from core.paging import page_of
from core.web import actor_of, ask, found, staff_page


@staff_page
@require_safe
def leave_list(request: HttpRequest) -> HttpResponse:
    """Leave in sight, the latest entry first."""
    now = clock.now()
    rows = UserLeave.objects.visible_to(request.user).select_related("user", "deputy")
    page = page_of(rows, ordering="-id", cursor=request.GET.get("cursor", ""))
    today = localtime(now).date()
    context = {
        "page": page,
        "lines": [
            (row, row.ends_on >= today and rules_leave.may_call_off(request.user, row))
            for row in page.rows
        ],
        "today": today,
    }
    return render(request, "accounts/leaves.html", context)


@staff_page
def leave_new(request: HttpRequest) -> HttpResponse:
    """Enter the own leave."""
    form = LeaveForm(request.POST or None, user=request.user)
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: leaves.enter(request.user, by=by, now=clock.now(), **values),
        to="/leaves/",
        said=_("Leave entered"),
        page={
            "title": _("Enter leave"),
            "intro": _(
                "Weeks in which you are mostly away ask nothing of you. The reason is not kept."
            ),
            "submit": _("Enter leave"),
            "crumb": _("Leave"),
            "crumb_url": "/leaves/",
        },
    )


@require_POST
@staff_page
def leave_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Call it off."""
    row = found(UserLeave.objects.visible_to(request.user), pk=pk)
    ask(rules_leave.may_call_off(request.user, row), _("Whoever is away calls it off."))
    return do(
        request,
        lambda: leaves.call_off(row, by=actor_of(request), now=clock.now()),
        to="/leaves/",
        said=_("Leave called off"),
    )
