"""Days of the relationship calendar beside meetings: who is due, birthdays, agreements.

Each source is in CALENDAR_MARKS of the registry: called function(user, start, end, now=) with the
first day and the day after the last, it answers with marks. One query each.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _

from accounts import birthdays
from accounts.choices import ContactStatus, Tier
from accounts.models import Customer, PersonalDetail, served_by
from core import policy
from relationships import policies
from relationships.calendar import DAY, Mark
from relationships.queries.agreements import milestones
from relationships.queries.cadence import Minimum, minima_of
from relationships.queries.touches import dues_between

MOST = 40
"""So many customers are held against their minima on one page."""


def touches(user: Any, start: dt.date, end: dt.date, *, now: dt.datetime) -> list[Mark]:
    """Key people of a person whose touch falls due; who is overdue stands on today."""
    zone = get_current_timezone()
    begin, until = (dt.datetime.combine(day, dt.time(), tzinfo=zone) for day in (start, end))
    today = now.astimezone(zone).date()
    first = dt.datetime.min.replace(tzinfo=dt.UTC) if start <= today < end else begin
    found = []
    for due in dues_between(user, first, until, now=now):
        day = max(due.due_at.astimezone(zone).date(), today)
        if start <= day < end:
            found.append(
                Mark(
                    day,
                    "touch",
                    _("To see: %(name)s") % {"name": due.contact.name},
                    f"/contacts/{due.contact.pk}/grid/",
                    due.words(now),
                    tone="risk" if due.due_at < now else "watch",
                    locked=True,
                )
            )
    return found


def birthdays_near(user: Any, start: dt.date, end: dt.date, *, now: dt.datetime) -> list[Mark]:
    """Birthdays of people whom a person looks after; showing one is a reading that is logged."""
    months = {(start + number * DAY).month for number in range((end - start).days)}
    rows = PersonalDetail.objects.visible_to(user).filter(
        birthday_month__in=months,
        contact__relationship_owner=user.pk,
        contact__status=ContactStatus.ACTIVE,
    )
    found = []
    for row in rows.select_related("contact__customer").order_by("contact__name", "pk"):
        day = birthdays.next_on(row.birthday_month or 1, row.birthday_day or 1, today=start)
        if day < end:
            found.append(
                Mark(
                    day,
                    "birthday",
                    _("Birthday: %(name)s") % {"name": row.contact.name},
                    row.get_absolute_url(),
                    row.contact.customer.display_name,
                    tone="info",
                    locked=True,
                    contact_id=row.contact_id,
                )
            )
    return found


def agreements(user: Any, start: dt.date, end: dt.date, *, now: dt.datetime) -> list[Mark]:
    """Days on which a strategic agreement begins, ends or asks about its renewal (R-R14)."""
    days = [policy.get(one, at=now) for one in policies.RENEWAL_DAYS]
    words = {
        "starts": _("Agreement begins: %(customer)s"),
        "renewal": _("Renewal to be talked about: %(customer)s"),
        "ends": _("Agreement ends: %(customer)s"),
    }
    return [
        Mark(
            one.on,
            "agreement",
            words[one.kind] % {"customer": one.agreement.customer.display_name},
            one.agreement.get_absolute_url(),
            str(one.agreement),
            tone="watch" if one.kind == "renewal" else "info",
        )
        for one in milestones(user, start, end, days)
    ]


def minima_for(user: Any, *, now: dt.datetime) -> list[Minimum]:
    """What the S and A customers of a person ask for in a year: those served, of a head without
    seats all in sight; what lacks first. That they are advice only for a cash-flow customer (R-A4)
    is said to whoever may know that it is one."""
    known = Customer.objects.confidential_to(user).filter(pk=OuterRef("pk"), cash_flow=True)
    rows = Customer.objects.visible_to(user).current().filter(tier__in=(Tier.S, Tier.A))
    rows = rows.annotate(is_advised=Exists(known)).order_by("tier", "pk")
    found = list(rows.filter(pk__in=served_by(user))[:MOST]) or list(rows[:MOST])
    advised = {one.pk for one in found if one.is_advised}
    return minima_of(found, now=now, advised=advised)
