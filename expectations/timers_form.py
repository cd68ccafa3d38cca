"""Timers of forms and early starts: each re-checks the facts, then calls an action."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext_noop

from core import notify, policy, timers
from core.models import Timer
from expectations.actions.form import (
    COUNTERSIGN,
    EXPIRY,
    REMINDER,
    expire,
    next_reminder,
    remind,
    tell_owner,
)
from expectations.actions.project import EARLY, early_receivers, next_nine
from expectations.choices import FormStatus
from expectations.models import ConfirmationForm, Project
from expectations.policies import COUNTERSIGN_H

FORM = "expectations.confirmationform"


def form_expiry(rows: list[Timer], *, now: dt.datetime) -> None:
    """R-E3: 30 d after sending an unsigned form expires."""
    for form in _forms(rows):
        expire(form, now=now)


def form_reminder(rows: list[Timer], *, now: dt.datetime) -> None:
    """R-E3: reminders on day 3, 7, 14, 25."""
    days = {row.about_id: row.facts.get("day", 0) for row in rows}
    for form in _forms(rows):
        remind(form, days[form.pk], now=now)


def form_countersign(rows: list[Timer], *, now: dt.datetime) -> None:
    """The customer signed a day ago and we have not."""
    for form in _forms(rows):
        if form.status == FormStatus.PARTLY_SIGNED:
            tell_owner(
                form, gettext_noop("%(code)s: the customer waits for our signature"), "ours", now
            )


def early_daily(rows: list[Timer], *, now: dt.datetime) -> None:
    """R-E2: AR and regional head hear of an early start every day at 09:00."""
    ids = [row.about_id for row in rows]
    projects = Project.objects.filter(pk__in=ids).select_related("customer", "expectation_owner")
    for project in projects:
        if project.early_until is None or not project.is_open:
            continue
        over = project.early_until <= now
        notify.tell(
            early_receivers(project, now),
            kind="project.early",
            title=gettext_noop("%(code)s: the early start is over; renew it or sign the form")
            if over
            else gettext_noop("%(code)s runs without an effective form until %(day)s"),
            params={"code": project.code, "day": project.early_until.date().isoformat()},
            once=f"early:{project.pk}:{now.date().isoformat()}",
            url=project.get_absolute_url(),
            urgency=notify.Urgency.NOW if over else notify.Urgency.SOON,
            about=project,
            scope=project.customer,
            now=now,
        )
        timers.arm(EARLY, project, next_nine(project, now), now=now)


def expected(now: dt.datetime | None = None) -> Iterator[tuple[str, str, int, dt.datetime]]:
    """(kind, label, id, due) of every timer of forms and early starts that must be armed."""
    rows = Timer.objects.armed().filter(kind__in=[REMINDER, EARLY])
    armed = {(kind, pk): at for kind, pk, at in rows.values_list("kind", "about_id", "armed_at")}
    sent = ConfirmationForm.objects.filter(status=FormStatus.SENT)
    for form in sent.iterator():
        yield EXPIRY, FORM, form.pk, form.expires_at
        found = next_reminder(form, armed.get((REMINDER, form.pk), form.sent_at))
        if found is not None:
            yield REMINDER, FORM, form.pk, found[1]
    for form in ConfirmationForm.objects.filter(status=FormStatus.PARTLY_SIGNED).iterator():
        assert form.customer_signed_at is not None
        hours = policy.get(COUNTERSIGN_H, at=form.customer_signed_at)
        due = form.customer_signed_at + dt.timedelta(hours=hours)
        done = Timer.objects.filter(kind=COUNTERSIGN, about_id=form.pk, state="fired")
        if not done.exists():
            yield COUNTERSIGN, FORM, form.pk, due
    early = Project.objects.open().started_early().select_related("expectation_owner")
    for project in early.iterator():
        at = armed.get((EARLY, project.pk), project.updated_at)
        yield EARLY, "expectations.project", project.pk, next_nine(project, at)


def _forms(rows: Iterable[Timer]) -> list[ConfirmationForm]:
    ids = [row.about_id for row in rows]
    found = ConfirmationForm.objects.filter(pk__in=ids)
    return list(
        found.select_related("customer", "contact", "signatory", "project__expectation_owner")
    )
