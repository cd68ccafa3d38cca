"""The lists of strategic agreements and minutes: what each shows and sorts by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from accounts.actions.assessments import local_today
from core.lists.spec import Asker, Cell, Column, ListSpec, headline
from core.markup import format_html
from core.templatetags.ui import mark, moment_when, time_left
from core.wording import ago_words
from relationships import rules
from relationships.actions.agreement_force import alert_days
from relationships.choices import MinutesStatus
from relationships.choices_agreement import AgreementStatus
from relationships.filters import MinutesPageFilter
from relationships.filters_agreement import AgreementPageFilter
from relationships.models import Minutes, StrategicAgreement
from relationships.queries.agreements import with_locked

AGREEMENT_TONES = {
    AgreementStatus.IN_FORCE: "ok",
    AgreementStatus.SIGNED: "info",
    AgreementStatus.APPROVED: "info",
    AgreementStatus.EXPIRED: "risk",
    AgreementStatus.RENEWED: "paused",
    AgreementStatus.TERMINATED: "paused",
}


def days_left(row: StrategicAgreement, now: dt.datetime) -> int | None:
    """Days until it ends, once renewal is talked of (R-R14)."""
    left = (row.ends_on - local_today(row.customer, now)).days
    near = row.status == AgreementStatus.IN_FORCE and left <= max(alert_days(now))
    return left if near else None


def tone_of_agreement(row: StrategicAgreement, now: dt.datetime) -> str:
    """The tone of a state; one that ends soon is to be watched."""
    if days_left(row, now) is not None:
        return "watch"
    return AGREEMENT_TONES.get(AgreementStatus(row.status), "none")


def _agreements(user: Any) -> models.QuerySet:
    rows = StrategicAgreement.objects.visible_to(user)
    return with_locked(rows.select_related("customer__owning_unit", "owner"))


def _agreement(row: StrategicAgreement, now: dt.datetime) -> Any:
    if not row.is_exclusive:
        return headline(row, row.title, row.code)
    said = pgettext_lazy("agreement", "exclusive")
    return headline(row, row.title, format_html("{} · {}", row.code, said))


def _agreement_state(row: StrategicAgreement, now: dt.datetime) -> Any:
    drawn, left = mark(tone_of_agreement(row, now), row.get_status_display()), days_left(row, now)
    if left is None:
        return drawn
    words = ngettext("%(n)d day left", "%(n)d days left", left) % {"n": left}
    return format_html('{} <span class="meta num">{}</span>', drawn, words)


def _agreement_columns(asker: Asker) -> Sequence[Column]:
    return [
        Column("title", _("Agreement"), lambda row: row.title, _agreement, head=True),
        Column("code", _("Code"), lambda row: row.code, default=False),
        Column("customer", _("Customer"), lambda row: Cell(
            row.customer.display_name, url=f"/customers/{row.customer_id}/agreements/")),
        Column("status", _("Status"), lambda row: row.get_status_display(), _agreement_state),
        Column("starts", pgettext_lazy("period", "From"), lambda row: row.starts_on,
               lambda row, now: f"{row.starts_on:%Y-%m-%d}"),
        Column("ends", _("Until"), lambda row: row.ends_on,
               lambda row, now: f"{row.ends_on:%Y-%m-%d}", "ends_on"),
        Column("signed", _("Signed on"), lambda row: row.signed_on),
        Column("exclusive", _("Exclusive"), lambda row: row.is_exclusive, default=False),
        Column("locked", _("Locked projects"), lambda row: row.locked_count,
               lambda row, now: str(row.locked_count), numeric=True),
        Column("owner", _("Owner"), lambda row: str(row.owner)),
        Column("updated", _("Last change"), lambda row: row.updated_at,
               lambda row, now: ago_words(row.updated_at, now), "updated_at", default=False),
    ]  # fmt: skip


AGREEMENTS = ListSpec(
    key="agreements",
    title=_("Strategic agreements"),
    path="/agreements/",
    model=StrategicAgreement,
    rows=_agreements,
    columns=_agreement_columns,
    filterset=AgreementPageFilter,
    orderings=("ends_on", "-ends_on", "-id", "-updated_at", "updated_at"),
    keeps=("mine", "open", "ending", "customer", "owner"),
)


def _minutes(user: Any) -> models.QuerySet:
    rows = Minutes.objects.visible_to(user)
    return rows.select_related("customer", "owner", "interaction__type")


def _owed(asked: Mapping[str, str], asker: Asker) -> dict[str, str]:
    """Those that I owe, when nothing else is asked for."""
    return {"mine": "true", "status": "due"}


def _writable(rows: Sequence[Minutes], shown: set[str], asker: Asker) -> Sequence[Minutes]:
    """Which of those that are due the asker may write: one query."""
    near = rules.loggable(asker.user).filter(pk__in={row.customer_id for row in rows})
    held = set(near.values_list("pk", flat=True))
    for row in rows:
        row.may_write = row.customer_id in held  # type: ignore[attr-defined]
    return rows


def _meeting(row: Minutes, now: dt.datetime) -> Any:
    said = format_html("{} · {}", row.customer.display_name, row.interaction.type)
    return headline(row, said, moment_when(row.interaction.starts_at, now))


def _due(row: Minutes, now: dt.datetime) -> Any:
    if row.status != MinutesStatus.DUE:
        return moment_when(row.due_at, now)
    tone = "breach" if row.due_at < now else "none"
    return format_html(
        '<span class="st-b num" data-s="{}">{}</span>', tone, time_left(row.due_at, now)
    )


def _minutes_state(row: Minutes, now: dt.datetime) -> Any:
    said = row.get_status_display()
    if row.status != MinutesStatus.DUE:
        if not row.is_late:
            return said
        late = pgettext_lazy("minutes", "late")
        return format_html('{} <span class="st-b" data-s="watch">{}</span>', said, late)
    if not row.may_write:  # type: ignore[attr-defined]
        return said
    return format_html(
        '<a class="btn sm" href="/interactions/{}/minutes/" data-dialog>{}'
        '<span class="vh"> {}</span></a>',
        row.interaction_id, _("Write"), row,
    )  # fmt: skip


def _minutes_columns(asker: Asker) -> Sequence[Column]:
    return [
        Column("meeting", _("Meeting"), lambda row: str(row.interaction.type), _meeting, head=True),
        Column("customer", _("Customer"), lambda row: Cell(
            row.customer.display_name, url=f"/customers/{row.customer_id}/"), default=False),
        Column("held", pgettext_lazy("interaction", "When"),
               lambda row: row.interaction.starts_at, default=False),
        Column("due", _("Due"), lambda row: row.due_at, _due, "due_at"),
        Column("owner", _("Owner"), lambda row: str(row.owner)),
        Column("status", _("Status"), lambda row: row.get_status_display(), _minutes_state),
        Column("late", pgettext_lazy("minutes", "Late"), lambda row: row.is_late, default=False),
        Column("submitted", _("Submitted"), lambda row: row.submitted_at, default=False),
        Column("distributed", _("Distributed"), lambda row: row.distributed_at, default=False),
        Column("confirmed", _("Confirmed by the customer"),
               lambda row: row.customer_confirmed_at, default=False),
    ]  # fmt: skip


MINUTES = ListSpec(
    key="minutes",
    title=_("Minutes"),
    path="/minutes/",
    model=Minutes,
    rows=_minutes,
    columns=_minutes_columns,
    filterset=MinutesPageFilter,
    orderings=("due_at", "-due_at", "-id"),
    prepare=_writable,
    assume=_owed,
    keeps=("mine", "late", "customer"),
)
