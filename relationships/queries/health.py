"""What this floor says of account health: key persons, breadth, the four ways (R-H1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from accounts.health import Evidence, cents, normal
from relationships import layers
from relationships.coverage import coverage_share
from relationships.queries.layers import asked_of, key_figures, ledgers


def key(ids: Sequence[int], *, now: dt.datetime) -> dict[int, Evidence]:
    """The key index from −100 to 100 as 0 to 100; nothing where no map with seats is in force."""
    return {
        pk: Evidence(
            normal(each.index or 0, -100, 100),
            {
                "index": round(each.index or 0, 1),
                "seats": each.seats,
                "covered": each.covered,
                "opponents": each.opponents,
            },
        )
        for pk, each in key_figures(ids, now=now).items()
    }


def universal(ids: Sequence[int], *, now: dt.datetime) -> dict[int, Evidence]:
    """The coverage of R-R12 in per cent as of last night; nothing where nobody is known."""
    return {
        pk: Evidence(
            cents(each.coverage or 0),
            {
                "cells": each.cells,
                "touched": each.reached,
                "people": each.people,
                "met": each.met,
            },
        )
        for pk, each in coverage_share(ids, now=now).items()
        if each.cells
    }


def organisational(ids: Sequence[int], *, now: dt.datetime) -> dict[int, Evidence]:
    """How much of the four ways is done; asked of S and A only (R-R10), for others no evidence
    unless something was done."""
    asked, found = asked_of(ids), {}
    for pk, ways in ledgers(ids, now=now).items():
        facts = {each.way: len(each.done) if each.least else int(each.is_met) for each in ways}
        done = any(facts.values())
        value = cents(layers.share_of_ways(ways)) if pk in asked or done else None
        found[pk] = Evidence(value, facts if value is not None else {})
    return found
