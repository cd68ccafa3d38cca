"""Pages of the own calendar: a month or a week, and the address for calendar programs."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import get_current_timezone, localtime
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST, require_safe

from accounts.actions.personal import log_reads_of
from core import clock, registry
from core.preferences import is_presenting
from core.toasts import toast
from core.web import actor_of, staff_page
from relationships import calendar
from relationships.actions import feeds
from relationships.choices import InteractionStatus
from relationships.models import CalendarFeed, Interaction
from relationships.queries.marks import minima_for

BACK, AHEAD = dt.timedelta(days=30), dt.timedelta(days=180)
"""What a calendar program is given: a month back, half a year ahead."""
MOST = 500


@staff_page
@require_safe
def month(request: HttpRequest) -> HttpResponse:
    """One's own meetings of a month or a week."""
    now = clock.now()
    today = localtime(now).date()
    view = "week" if request.GET.get("view") == "week" else "month"
    on = _day(request.GET.get("on", ""), today)
    start, end = calendar.span(on, view)
    by_day: dict[dt.date, list[Interaction]] = {}
    for row in _own(request.user, _midnight(start), _midnight(end)):
        by_day.setdefault(localtime(row.starts_at).date(), []).append(row)
    marks = _marks(request, start, end, now)
    weeks = [
        [(day, by_day.get(day, []), marks.get(day, [])) for day in week]
        for week in calendar.weeks(start, end)
    ]
    before, after = _around(on, view)
    context = {
        "now": now,
        "today": today,
        "on": on,
        "view": view,
        "weeks": weeks,
        "count": sum(len(rows) for rows in by_day.values()),
        "marked": sum(len(rows) for rows in marks.values()),
        # whose they are says which customers are key accounts, and which one is only advised
        "minima": [] if is_presenting(request) else minima_for(request.user, now=now),
        "before": before,
        "after": after,
        "tabs": [
            {"url": f"?view=month&on={on}", "label": _("Month"), "current": view == "month"},
            {"url": f"?view=week&on={on}", "label": _("Week"), "current": view == "week"},
        ],
    }
    return render(request, "relationships/calendar.html", context)


@staff_page
def feed(request: HttpRequest) -> HttpResponse:
    """Whether there is an address; POST makes a new one and shows it this once."""
    address = ""
    if request.method == "POST":
        token = feeds.begin(by=actor_of(request), now=clock.now())
        address = f"{settings.SITE_URL}/calendar/{token}.ics"
    row = CalendarFeed.objects.visible_to(request.user).open().first()
    context = {"feed": row, "address": address, "now": clock.now()}
    return render(request, "relationships/calendar_feed.html", context)


@staff_page
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    """The address stops working."""
    feeds.revoke(by=actor_of(request), now=clock.now())
    toast(request, _("The address does not work any more"))
    return redirect("/calendar/feed/")


@require_safe
def ics(request: HttpRequest, token: str) -> HttpResponse:
    """The meetings of whoever holds the address: type, customer, place, time and nothing else."""
    rows = CalendarFeed.objects.open().select_related("user")
    row = rows.filter(digest=feeds.digest_of(token), user__is_active=True).first()
    if row is None or row.user.is_portal:
        raise Http404
    now = clock.now()
    with override(row.user.language or settings.LANGUAGE_CODE):
        found = _own(row.user, now - BACK, now + AHEAD)[:MOST]
        text = calendar.text_of([_entry(each) for each in found], _("Meetings with customers"))
    return HttpResponse(
        text,
        content_type="text/calendar; charset=utf-8",
        headers={"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex"},
    )


def _marks(
    request: HttpRequest, start: dt.date, end: dt.date, now: dt.datetime
) -> dict[dt.date, list[calendar.Mark]]:
    """CALENDAR_MARKS of the registry by day. A birthday that is shown was read: that is noted."""
    found: list[calendar.Mark] = []
    for path in registry.entry("CALENDAR_MARKS", ()):
        found += registry.load(path)(request.user, start, end, now=now)
    if is_presenting(request):
        found = [mark for mark in found if not mark.locked]
    read = [mark.contact_id for mark in found if mark.contact_id is not None]
    if read:
        log_reads_of(read, by=actor_of(request), now=now)
    by_day: dict[dt.date, list[calendar.Mark]] = {}
    for mark in found:
        by_day.setdefault(mark.on, []).append(mark)
    return by_day


def _entry(row: Interaction) -> calendar.Entry:
    return calendar.Entry(
        uid=f"interaction-{row.pk}@huaweicrm",
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        title=f"{row.type} · {row.customer.display_name}",
        place=row.place,
        url=f"{settings.SITE_URL}{row.get_absolute_url()}",
        changed_at=row.updated_at,
        version=row.version,
    )


def _own(user: Any, start: dt.datetime, end: dt.datetime) -> Any:
    rows = Interaction.objects.visible_to(user).between(start, end).filter(participants=user)
    rows = rows.exclude(status=InteractionStatus.CANCELLED).select_related("customer", "type")
    return rows.order_by("starts_at", "id")


def _day(wish: str, today: dt.date) -> dt.date:
    try:
        day = dt.date.fromisoformat(wish)
    except ValueError:
        return today
    return day if 2000 <= day.year < 2100 else today


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=get_current_timezone())


def _around(on: dt.date, view: str) -> tuple[dt.date, dt.date]:
    if view == "week":
        return on - 7 * calendar.DAY, on + 7 * calendar.DAY
    return calendar.previous_month(on), calendar.next_month(on)
