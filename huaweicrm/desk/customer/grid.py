"""The nine-grid of a customer in small: 18 counts and the attitudes, for who may read them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Customer
from relationships.choices import Attitude
from relationships.power import figures
from relationships.queries.desk import grid_summary
from relationships.queries.power import rounded, weights_at

COLUMNS = "CNW"


def card_of(customer: Customer, *, now: dt.datetime) -> dict[str, Any]:
    """Context of `desk/_grid_card.html`: two queries. The caller has asked confidential_to."""
    found = grid_summary([customer])[customer.pk]
    pos = [_cell(found.cells, "P", row, column) for row in (3, 2, 1) for column in COLUMNS]
    neg = [_cell(found.cells, "N", row, column) for row in (1, 2, 3) for column in COLUMNS]
    seats = figures(found.posts, weights_at(now))
    return {
        "seats": seats if seats.seats else None,
        "index": rounded(seats.index),
        "pos": pos,
        "neg": neg,
        "stale": found.stale,
        "unassessed": found.unassessed,
        "for_us": found.counts[Attitude.SUPPORTER],
        "neutral": found.counts[Attitude.NEUTRAL],
        "against": found.counts[Attitude.OPPONENT],
        "pos_words": _("%(n)d people with support of 0 or more") % {"n": _total(pos)},
        "neg_words": _("%(n)d people with support below 0") % {"n": _total(neg)},
    }


def _cell(cells: dict[str, int], grid: str, row: int, column: str) -> dict[str, int]:
    return {"strength": row, "count": cells.get(f"{grid}{row}{column}", 0)}


def _total(cells: list[dict[str, int]]) -> int:
    return sum(cell["count"] for cell in cells)
