"""Duties of this floor that are more than a column when they are given to somebody else."""

from __future__ import annotations

import datetime as dt

from django.db import models

from core.actors import Actor
from core.models import User
from service.actions import work


def tickets(rows: models.QuerySet, user: User, heir: User, *, by: Actor, now: dt.datetime) -> int:
    """Open tickets: a step in the log of each; its clocks run on."""
    found = list(rows.select_related("customer"))
    for ticket in found:
        work.assign(ticket, owner=heir, by=by, now=now)
    return len(found)
