"""Pages of cadence: one's own week and whom to see in it, the weeks of one's people."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.choices import Role
from accounts.rules import has_role
from core import clock
from core.paging import page_of, size_of
from core.preferences import is_presenting
from core.web import ask, staff_page
from relationships.cadence import Week
from relationships.choices import ResultStatus
from relationships.filters_rhythm import ResultFilter
from relationships.queries.cadence import week_of_people, weekly_lines, weeks_of
from relationships.queries.touches import week_list

LEADERS = (Role.RH, Role.EXE, Role.QM)


@staff_page
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """This week, the people to see in it, and what the last weeks came to."""
    now = clock.now()
    context = _five(request, now) | {
        "lines": weekly_lines(request.user, now=now, zone=_zone(request)),
        "weeks": weeks_of(request.user),
        "week": Week.of(now, _zone(request)),
        "tabs": _tabs(request, "own"),
    }
    return render(request, "relationships/cadence.html", context)


@staff_page
@require_safe
def five(request: HttpRequest) -> HttpResponse:
    """Fragment of the day: the people to see this week."""
    return render(request, "relationships/_five.html", _five(request, clock.now()))


def _five(request: HttpRequest, now: dt.datetime) -> dict[str, Any]:
    """Nothing while others look on: the reasons speak of positions."""
    if is_presenting(request):
        return {"dues": [], "total": 0, "hidden": True, "now": now}
    until = Week.of(now, _zone(request)).ends_at
    dues, total = week_list(request.user, now=now, until=until)
    return {
        "dues": [(one, one.words(now)) for one in dues],
        "total": total,
        "hidden": False,
        "now": now,
    }


@staff_page
@require_safe
def team(request: HttpRequest) -> HttpResponse:
    """What a week came to for one's people: below the minimum first asked for by a filter."""
    ask(_leads(request), _("Regional heads, executives and quality managers read this."))
    sunday, rows = week_of_people(request.user, _day(request.GET.get("week", "")))
    filters = ResultFilter(_without_week(request), queryset=rows, request=request)
    found = filters.qs if filters.is_valid() else rows
    page = page_of(
        found.select_related("rule", "user", "user__profile__unit"),
        ordering="-id",
        cursor=request.GET.get("cursor", ""),
        size=size_of(request.GET.get("page_size", "")),
    )
    context = {
        "page": page,
        "bar": [filters.form[name] for name in ("status", "subject")],
        "sunday": sunday,
        "name": Week(sunday - 6 * _DAY, _zone(request)).name if sunday else "",
        "before": sunday - 7 * _DAY if sunday else None,
        "after": sunday + 7 * _DAY if sunday else None,
        "tabs": _tabs(request, "team"),
        "below": ResultStatus.BELOW,
    }
    return render(request, "relationships/cadence_team.html", context)


_DAY = dt.timedelta(days=1)


def _without_week(request: HttpRequest) -> Any:
    asked = request.GET.copy()
    for name in ("week", "cursor", "page_size"):
        asked.pop(name, None)
    return asked


def _day(wish: str) -> dt.date | None:
    """The Sunday of the week of a day."""
    try:
        day = dt.date.fromisoformat(wish)
    except ValueError:
        return None
    return day + (6 - day.weekday()) * _DAY if 2000 <= day.year < 2100 else None


def _leads(request: HttpRequest) -> bool:
    return request.user.is_superuser or has_role(request.user, *LEADERS)


def _zone(request: HttpRequest) -> zoneinfo.ZoneInfo:
    return zoneinfo.ZoneInfo(request.user.timezone)  # type: ignore[union-attr]


def _tabs(request: HttpRequest, current: str) -> list[dict[str, Any]]:
    rows = [("own", "/cadence/", _("My weeks"))]
    if _leads(request):
        rows.append(("team", "/cadence/team/", _("My people")))
    rows += [("coverage", "/coverage/", _("Coverage matrix")), ("leave", "/leaves/", _("Leave"))]
    return [{"url": url, "label": label, "current": key == current} for key, url, label in rows]
