"""Columns of the customer list that need the floors above: last contact, people, what threatens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Min
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.listing import Cell, Column
from accounts.models import Customer
from core.wording import ago_words, due_words
from expectations.models import CustomerNotice
from relationships.choices import Attitude
from relationships.queries.desk import grid_summary, last_touch
from service.models import Ticket


def columns(ids: Sequence[int], *, user: Any, now: dt.datetime) -> list[Column]:
    """Four columns in six queries, whatever the number of rows."""
    return [_touch(ids, now), _people(ids, user), _threats(ids, now), _tickets(ids, user)]


def _touch(ids: Sequence[int], now: dt.datetime) -> Column:
    cells = {pk: Cell(ago_words(at, now)) for pk, at in last_touch(ids).items()}
    return Column(_("Last contact"), cells)


def _people(ids: Sequence[int], user: Any) -> Column:
    """Counts by attitude, never an average that hides the blocker (practice.md)."""
    open_to = Customer.objects.confidential_to(user).filter(pk__in=ids)
    cells = {}
    for pk, found in grid_summary(list(open_to.values_list("pk", flat=True))).items():
        if not found.assessed:
            continue
        against = found.counts[Attitude.OPPONENT]
        text = _("%(for)d for · %(against)d against") % {
            "for": found.counts[Attitude.SUPPORTER],
            "against": against,
        }
        stale = ngettext("%(n)d to check again", "%(n)d to check again", found.stale)
        cells[pk] = Cell(
            text,
            stale % {"n": found.stale} if found.stale else "",
            "risk" if against else "",
            f"/customers/{pk}/grid/",
        )
    return Column(_("Key people"), cells, locked=True)


def _threats(ids: Sequence[int], now: dt.datetime) -> Column:
    rows = CustomerNotice.objects.untold().filter(customer__in=ids).order_by()
    found = rows.values_list("customer").annotate(n=Count("pk"), due=Min("due_at"))
    cells = {
        pk: Cell(
            due_words(due, now),
            ngettext("%(n)d notice", "%(n)d notices", n) % {"n": n},
            "breach" if due <= now + dt.timedelta(hours=4) else "watch",
            f"/customer-notices/?customer={pk}",
        )
        for pk, n, due in found
    }
    return Column(_("72-hour notice"), cells)


def _tickets(ids: Sequence[int], user: Any) -> Column:
    rows = Ticket.objects.open().filter(customer__in=ids).order_by()
    found = rows.values_list("customer").annotate(n=Count("pk"))
    cells = {pk: Cell(str(n), url=f"/tickets/?customer={pk}") for pk, n in found}
    return Column(_("Open tickets"), cells, numeric=True)
