"""What happens later to a customer's record: insights expire, warranties end, who lacks is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_noop

from accounts import policies
from accounts.actions import assets, insights
from accounts.choices import CustomerStatus, InsightStatus, TeamRole, Tier
from accounts.models import AccountAssignment, Asset, Customer, CustomerInsight
from accounts.queries import unit_head
from core import notify, policy
from core.actors import Actor
from core.models import Notification, Timer, User
from core.notify import Note, Urgency

SYSTEM = Actor.system()
LABEL = "accounts.customerinsight"
WANTED = "insight.wanted"
MOST = 500
"""So many customers are looked at at a time."""


def remind_of_insights(timers: list[Timer], *, now: dt.datetime) -> None:
    """Tell the account manager (or the unit head) that an insight expires soon."""
    rows = list(_published().filter(pk__in=[timer.about_id for timer in timers]))
    managers = managers_of([row.customer_id for row in rows])
    notify.tell_many(
        [
            Note(
                managers.get(row.customer_id) or [unit_head(row.customer, at=now)],
                "insight.expiring",
                gettext_noop("The insight into %(customer)s expires on %(day)s; write it anew."),
                f"insight:{row.pk}:expiring",
                {"customer": row.customer.name, "day": row.valid_until.isoformat()},
                row.get_absolute_url(),
                Urgency.SOON,
                row,
                row.customer,
            )
            for row in rows
            if row.valid_until is not None
        ],
        now=now,
    )


def expire_insights(timers: list[Timer], *, now: dt.datetime) -> None:
    """The last day of an insight is over: it stays to be read and counts no more."""
    for row in _published().filter(pk__in=[timer.about_id for timer in timers]):
        if insights.expiry_at(row) <= now:
            insights.expire(row, by=SYSTEM, now=now)


def ask_for_insights(*, now: dt.datetime) -> int:
    """Heartbeat: tell who manages a key account without an insight in force, and again each time
    the days of the reminder have passed. Returns how many customers that were."""
    days = policy.get(policies.INSIGHT_REMINDER_DAYS, at=now)
    lacking = _lacking(now - dt.timedelta(days=max(1, days)))
    asked, last = 0, 0
    while rows := list(lacking.filter(pk__gt=last)[:MOST]):
        _ask(rows, now)
        asked, last = asked + len(rows), rows[-1].pk
    return asked


def _ask(rows: list[Customer], now: dt.datetime) -> None:
    managers = managers_of([row.pk for row in rows])
    notify.tell_many(
        [
            Note(
                managers.get(row.pk) or [unit_head(row, at=now)],
                WANTED,
                gettext_noop("%(customer)s is a key account without an insight; write one."),
                f"{WANTED}:{row.pk}:{now:%Y%m%d}",
                {"customer": row.name},
                f"/customers/{row.pk}/record/",
                Urgency.SOON,
                row,
                row,
            )
            for row in rows
        ],
        now=now,
    )


def expected(now: dt.datetime) -> Iterator[tuple[str, str, int, dt.datetime]]:
    """Every timer of the record that must be armed now: (kind, about_label, about_id, due_at)."""
    for row in _published().iterator():
        yield insights.EXPIRY, LABEL, row.pk, insights.expiry_at(row)
        if insights.reminder_at(row, now) > now:
            yield insights.REMINDER, LABEL, row.pk, insights.reminder_at(row, now)
    guarded = Asset.objects.guarded().filter(warranty_end__gte=now.date() - dt.timedelta(days=1))
    for asset in guarded.select_related("customer__owning_unit").iterator():
        for kind, due in (
            (assets.REMINDER, assets.reminder_at(asset, now)),
            (assets.END, assets.end_at(asset)),
        ):
            if due > now:
                yield kind, "accounts.asset", asset.pk, due


def warn_of_warranties(timers: list[Timer], *, now: dt.datetime) -> None:
    """The warranty of equipment ends soon, or has ended: one word a customer and day."""
    rows = Asset.objects.guarded().filter(pk__in=[timer.about_id for timer in timers])
    rows = list(rows.select_related("customer__owning_unit"))
    found = {(row.customer_id, row.warranty_end): row for row in rows}
    people = managers_of(
        [customer for customer, _day in found], TeamRole.AR, TeamRole.SERVICE_SALES
    )
    notes = [
        _warranty(row, people.get(row.customer_id) or [unit_head(row.customer, at=now)], now)
        for row in found.values()
    ]
    notify.tell_many(notes, now=now)


def _warranty(row: Asset, people: list[User | None], now: dt.datetime) -> Note:
    over = assets.end_at(row) <= now
    title = gettext_noop("A warranty of equipment at %(customer)s ends on %(day)s.")
    if over:
        title = gettext_noop("A warranty of equipment at %(customer)s ended on %(day)s.")
    return Note(
        people,
        "warranty.over" if over else "warranty.ending",
        title,
        f"warranty:{row.customer_id}:{row.warranty_end}:{'over' if over else 'soon'}",
        {"customer": row.customer.name, "day": f"{row.warranty_end}"},
        f"/assets/?customer={row.customer_id}&warranty={'over' if over else 'soon'}",
        Urgency.SOON,
        row.customer,
        row.customer,
    )


def _published():
    rows = CustomerInsight.objects.filter(status=InsightStatus.PUBLISHED)
    return rows.select_related("customer__owning_unit")


def _lacking(since: dt.datetime):
    """Key accounts without an insight of which nobody was told after a moment."""
    published = CustomerInsight.objects.published().filter(customer=OuterRef("pk"))
    told = Notification.objects.filter(
        kind=WANTED, about_label="accounts.customer", about_id=OuterRef("pk"), created_at__gt=since
    )
    rows = Customer.objects.current().exclude(status=CustomerStatus.LOST)
    rows = rows.filter(~Exists(published), ~Exists(told), tier__in=(Tier.S, Tier.A))
    return rows.select_related("owning_unit").order_by("id")


def managers_of(customers: list[int], *roles: str) -> dict[int, list[User]]:
    """Who holds one of the roles (default: account manager), by customer: one query."""
    seats = AccountAssignment.objects.active().filter(
        customer__in=customers, role__in=roles or (TeamRole.AR,)
    )
    found: dict[int, list[User]] = {}
    for seat in seats.select_related("user"):
        found.setdefault(seat.customer_id, []).append(seat.user)
    return found
