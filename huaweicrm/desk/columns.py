"""Columns of the customer list that need the floors above: last contact, people, what threatens.

All of them are one UNION: the list costs the same whatever columns it shows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import CharField, Count, DateTimeField, F, Max, Min, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.choices import ContactStatus
from accounts.listing import Column
from accounts.models import Customer
from core.lists.spec import Cell
from core.wording import ago_words, due_words
from expectations.models import CustomerNotice
from relationships.choices import CURRENT, HAPPENED, Attitude, GridStatus
from relationships.models import GridAssessment, Interaction
from service.models import Ticket

Said = dict[str, tuple[int, dt.datetime | None]]
BURNS = dt.timedelta(hours=4)


def columns(ids: Sequence[int], *, user: Any, now: dt.datetime) -> list[Column]:
    """Four columns in one query, whatever the number of rows."""
    said: dict[int, Said] = {pk: {} for pk in ids}
    if ids:
        for pk, what, number, moment in _rows(ids, user):
            said[pk][what] = (number, moment)
    return [
        Column(
            _("Last contact"),
            _cells(said, "touch", lambda pk, n, at: Cell(ago_words(at, now))),
            key="touch",
        ),
        Column(_("Key people"), _people(said), locked=True, key="people"),
        Column(
            _("72-hour notice"),
            _cells(said, "notice", lambda pk, n, at: _notice(pk, n, at, now)),
            key="notice",
        ),
        Column(_("Open tickets"), _cells(said, "tickets", _tickets), numeric=True, key="tickets"),
    ]


def _rows(ids: Sequence[int], user: Any) -> Any:
    """(customer, what, how many, when) of everything that the columns say."""
    open_to = Customer.objects.confidential_to(user).filter(pk__in=ids).values("pk")
    touch = _as(Interaction.objects.filter(customer__in=ids, status__in=HAPPENED), "touch")
    notices = _as(CustomerNotice.objects.untold().filter(customer__in=ids), "notice")
    tickets = _as(Ticket.objects.open().filter(customer__in=ids), "tickets")
    people = GridAssessment.objects.filter(
        customer__in=open_to, contact__status=ContactStatus.ACTIVE, status__in=CURRENT
    )
    stale = _as(people.filter(status=GridStatus.STALE), "stale")
    attitudes = people.order_by().annotate(
        column=Concat(Value("grid:"), F("attitude"), output_field=CharField())
    )
    nothing = Cast(Value(None), DateTimeField())
    return touch.annotate(n=Count("pk"), at=Max("starts_at")).union(
        notices.annotate(n=Count("pk"), at=Min("due_at")),
        tickets.annotate(n=Count("pk"), at=nothing),
        stale.annotate(n=Count("pk"), at=nothing),
        attitudes.values_list("customer_id", "column").annotate(n=Count("pk"), at=nothing),
        all=True,
    )


def _as(rows: Any, what: str) -> Any:
    return (
        rows.order_by()
        .annotate(column=Value(what, CharField()))
        .values_list("customer_id", "column")
    )


def _cells(said: dict[int, Said], what: str, made: Any) -> dict[int, Cell]:
    return {pk: made(pk, *found[what]) for pk, found in said.items() if what in found}


def _people(said: dict[int, Said]) -> dict[int, Cell]:
    """Counts by attitude, never an average that hides the blocker (practice.md)."""
    cells = {}
    for pk, found in said.items():
        number = {one: found.get(f"grid:{one}", (0, None))[0] for one in Attitude.values}
        if not any(number.values()):
            continue
        against, stale = number[Attitude.OPPONENT], found.get("stale", (0, None))[0]
        text = _("%(for)d for · %(against)d against") % {
            "for": number[Attitude.SUPPORTER],
            "against": against,
        }
        more = ngettext("%(n)d to check again", "%(n)d to check again", stale) % {"n": stale}
        cells[pk] = Cell(
            text, more if stale else "", "risk" if against else "", f"/customers/{pk}/grid/"
        )
    return cells


def _notice(pk: int, number: int, due: dt.datetime, now: dt.datetime) -> Cell:
    many = ngettext("%(n)d notice", "%(n)d notices", number) % {"n": number}
    tone = "breach" if due <= now + BURNS else "watch"
    return Cell(due_words(due, now), many, tone, f"/customer-notices/?customer={pk}")


def _tickets(pk: int, number: int, _at: None) -> Cell:
    return Cell(str(number), url=f"/tickets/?customer={pk}")
