"""Duties of this floor that are more than a column when they are given to somebody else."""

from __future__ import annotations

import datetime as dt

from django.db import models

from core.actors import Actor
from core.models import User
from expectations.actions import project as projects


def members(rows: models.QuerySet, user: User, heir: User, *, by: Actor, now: dt.datetime) -> int:
    """Seats in projects: a corner of the triangle goes to the heir, another seat ends."""
    found = list(rows.select_related("project__customer", "user"))
    for row in found:
        if row.is_lead:
            projects.set_lead(row.project, row.role, heir, by=by, now=now)
        else:
            projects.leave(row, by=by, now=now)
    return len(found)
