"""What happens later to reference sites: a consent ends soon, or has ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext_noop

from accounts.actions import references
from accounts.models import ReferenceSite
from accounts.queries import unit_head
from accounts.timers_record import managers_of
from core import notify
from core.models import Timer, User
from core.notify import Note, Urgency

LABEL = "accounts.referencesite"


def warn_of_consents(timers: list[Timer], *, now: dt.datetime) -> None:
    """Tell the account manager (or the unit head) that a site can soon, or now, not be shown."""
    wanted = {timer.about_id for timer in timers}
    rows = list(_shown().filter(pk__in=wanted))
    people = managers_of([row.customer_id for row in rows])
    notes = [
        _note(row, people.get(row.customer_id) or [unit_head(row.customer, at=now)], now)
        for row in rows
    ]
    notify.tell_many(notes, now=now)


def expected(now: dt.datetime) -> Iterator[tuple[str, str, int, dt.datetime]]:
    """Every timer of shown sites that must be armed now."""
    running = _shown().filter(consent_until__gte=now.date() - dt.timedelta(days=1))
    for row in running.iterator():
        for kind, due in references.alerts(row, now).items():
            if due is not None:
                yield kind, LABEL, row.pk, due


def _shown():
    return ReferenceSite.objects.active().select_related("customer__owning_unit")


def _note(row: ReferenceSite, people: list[User | None], now: dt.datetime) -> Note:
    over = references.end_at(row) <= now
    title = gettext_noop("The consent of %(customer)s to show %(product)s ends on %(day)s.")
    if over:
        title = gettext_noop(
            "The consent of %(customer)s to show %(product)s ended on %(day)s; do not show it."
        )
    return Note(
        people,
        "reference.over" if over else "reference.ending",
        title,
        f"reference:{row.pk}:{row.consent_until}:{'over' if over else 'soon'}",
        {"customer": row.customer.name, "product": row.product, "day": f"{row.consent_until}"},
        row.get_absolute_url(),
        Urgency.SOON,
        row,
        row.customer,
    )
