"""What one person answers for and another can take over: counted, listed and given.

Registry: DUTIES = ["module:TABLE"]; each table holds `Duty` rows. A column that names somebody who
must act is in one of these tables, or the test of the house says why not.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import Count, F, Value

from core import registry, trail
from core.actors import Actor
from core.models import User


@dataclasses.dataclass(frozen=True)
class Duty:
    """One column: `open` are the rows that still ask something of the person in it.

    `scope` is the path from the row to what it belongs to, "" without one; `url` lists the rows of
    one scope. `give` is "module:function", called function(rows, user, heir, by=, now=), where
    writing the column is not all there is to do. `listed`: it must be given or done before
    somebody hands over.
    """

    label: str
    field: str
    name: str
    open: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    scope: str = "customer"
    url: str = ""
    give: str = ""
    confidential: bool = False
    listed: bool = True

    @property
    def key(self) -> str:
        """`accounts.actionitem.owner`."""
        return f"{self.label}.{self.field}"

    @property
    def model(self) -> type[models.Model]:
        """The model of the rows."""
        return apps.get_model(self.label)

    def rows(self, user: User, scope: models.Model | None = None) -> models.QuerySet:
        """What this person holds, everywhere or in one scope."""
        rows = self.model._base_manager.filter(**{self.field: user}, **self.open)
        return rows.filter(**{self.scope: scope}) if scope is not None else rows


@dataclasses.dataclass(frozen=True)
class Held:
    """So many rows of one duty."""

    duty: Duty
    count: int


def declared() -> list[Duty]:
    """Every duty of the house, floor by floor."""
    return [duty for path in registry.entry("DUTIES", []) for duty in registry.load(path)]


def held(user: User, scope: models.Model, *, confidential: bool = True) -> list[Held]:
    """What somebody holds in one scope, without what nobody hands over: one query."""
    asked = [duty for duty in declared() if duty.scope and duty.listed]
    asked = [duty for duty in asked if confidential or not duty.confidential]
    parts = [
        duty.rows(user, scope)
        .order_by()
        .annotate(_which=Value(number, models.IntegerField()))
        .values("_which")
        .annotate(_many=Count("pk", distinct=True))
        .values_list("_which", "_many")
        for number, duty in enumerate(asked)
    ]
    if not parts:
        return []
    found = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return [Held(asked[which], many) for which, many in sorted(found) if many]


@transaction.atomic
def give_all(
    user: User,
    heir: User,
    *,
    by: Actor,
    now: dt.datetime,
    scope: models.Model | None = None,
    duties: Iterable[Duty] | None = None,
) -> dict[str, int]:
    """Give everything that somebody holds to somebody else; how many rows by key of the duty."""
    given = {}
    for duty in declared() if duties is None else duties:
        if scope is not None and not duty.scope:
            continue
        many = give(duty, user, heir, by=by, now=now, scope=scope)
        if many:
            given[duty.key] = many
    return given


@transaction.atomic
def give(
    duty: Duty,
    user: User,
    heir: User,
    *,
    by: Actor,
    now: dt.datetime,
    scope: models.Model | None = None,
    among: Iterable[int] | None = None,
) -> int:
    """Give the rows of one duty to somebody else, all or those `among` these ids; how many."""
    rows = duty.rows(user, scope).order_by("pk")
    if among is not None:
        rows = rows.filter(pk__in=list(among))
    if duty.scope:
        rows = rows.select_related(duty.scope)
    if duty.give:
        return registry.load(duty.give)(rows, user, heir, by=by, now=now)
    return pass_on(duty, list(rows), user, heir, by=by, now=now)


def pass_on(
    duty: Duty, rows: list[Any], user: User, heir: User, *, by: Actor, now: dt.datetime
) -> int:
    """Write the column of these rows and a line on the trail for each: few statements."""
    verb = f"{duty.model._meta.model_name}.{duty.field}_given"
    said = {duty.field: [user.pk, heir.pk]}
    trail.record_many(
        [
            trail.entry_for(
                row,
                verb,
                by=by,
                now=now,
                scope=scope_of(duty, row),
                facts=said,
                confidential=duty.confidential,
            )
            for row in rows
        ]
    )
    return duty.model._base_manager.filter(pk__in=[row.pk for row in rows]).update(
        **{duty.field: heir},
        version=F("version") + 1,
        updated_at=now,
        updated_by_id=by.user_id,
    )


def scope_of(duty: Duty, row: models.Model) -> models.Model | None:
    """What a row belongs to."""
    found: Any = row
    for step in duty.scope.split("__") if duty.scope else ():
        found = getattr(found, step)
    return found if duty.scope else None
