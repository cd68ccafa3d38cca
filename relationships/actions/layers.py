"""Writes of layer snapshots: one row a customer and month, never changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from accounts.health import cents
from core.inserts import insert_rows, new_row
from relationships import layers
from relationships.cells import Share
from relationships.coverage import coverage_share
from relationships.models import LayerSnapshot
from relationships.power import Figures
from relationships.queries.layers import key_figures, ledgers, universal_grades


def snapshot(ids: Sequence[int], day: dt.date, *, now: dt.datetime) -> list[LayerSnapshot]:
    """Write the month of these customers as they stand today: six queries however many. A month
    that is written stays."""
    seats, shares = key_figures(ids, now=now), coverage_share(ids, now=now)
    grades, ways = universal_grades(shares, now=now), ledgers(ids, now=now)
    rows = [
        row_of(
            pk,
            day,
            seats.get(pk, Figures(None)),
            shares.get(pk, Share()),
            grades.get(pk, ""),
            ways[pk],
            now=now,
        )
        for pk in ids
    ]
    insert_rows(rows, skip_known=True)
    return rows


def row_of(
    pk: int,
    day: dt.date,
    seats: Figures,
    share: Share,
    grade: str,
    ways: Sequence[layers.Way],
    *,
    now: dt.datetime,
) -> LayerSnapshot:
    """The unsaved row of one customer."""
    known = seats.index is not None
    return new_row(
        LayerSnapshot,
        customer_id=pk,
        month=day.replace(day=1),
        as_of=day,
        key_index=cents(seats.index or 0) if known else None,
        key_coverage=cents(seats.coverage) if known else None,
        universal_grade=grade,
        organisational_grade=layers.organisational_grade(ways),
        inputs=_inputs(seats, share, ways),
        created_at=now,
    )


def _inputs(seats: Figures, share: Share, ways: Sequence[layers.Way]) -> dict[str, Any]:
    """The small figures that the grades come from."""
    done = {each.way: len(each.done) if each.least else int(each.is_met) for each in ways}
    return {
        "seats": seats.seats,
        "covered": seats.covered,
        "opponents": seats.opponents,
        "cells": share.cells,
        "reached": share.reached,
        "people": share.people,
        "met": share.met,
        **done,
    }
