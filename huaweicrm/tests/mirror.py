"""The other side: everything the permission table builds, once more at a customer out of sight.

Each builder of the table runs with a second cast (west of the company), then every free text of
those rows is replaced by a canary that no answer to anybody of the first cast may hold.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import SimpleNamespace
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from accounts.choices import OrgLevel, PortalRight, Role, TeamRole
from accounts.models import OrgUnit, PortalMembership
from accounts.tests import build, permissions_value
from core import clock
from core.actions_tokens import create_token, known_scopes
from core.actors import Actor
from core.api.permissions import CONFIDENTIAL
from core.engine_sql import GUARDED
from core.errors import Refused
from core.models import User
from core.registry import guarded_tables
from huaweicrm.api import router
from huaweicrm.tests import permission_table as table
from huaweicrm.tests.world import world
from relationships.tests import permissions_rhythm

CANARY, TAIL = "Zq8canary", "X91fwren7"
"""People may type the first half, so an answer may repeat it; the second half is never typed, and
too long to stand by chance in the tokens and nonces of ten thousand pages (four letters did)."""
SEED = CANARY + TAIL
BLIND = ("lin", "wei", "fang", "boss", "eng", "svc", "quality", "comply")
"""Who does not see the other side: account, solution and delivery manager, regional head,
engineer, service manager, quality and compliance of the same region."""
LEFT_ALONE = {
    "core.searchentry", "core.timer", "core.event", "core.heartbeat", "core.sequence",
    "core.user", "core.policyvalue", "core.calendar", "core.calendarexception",
    "core.customfield", "accounts.orgunit", "accounts.userprofile", "accounts.userrole",
    "service.servicelevel", "service.slaclause", "relationships.interactiontype",
    "accounts.scorecardtemplate",
}  # fmt: skip
"""Open to all staff (our own organisation, levels), or made of what was planted already."""
KEYS = {
    "code", "path", "about_label", "scope_label", "verb", "kind", "once", "url", "prefix",
    "external_source", "timezone", "language", "currency", "state", "channel", "locale",
    "session_key", "key", "means", "mean", "number", "series", "name_zh", "color",
}  # fmt: skip
NOT_READ = ("django_session", "core_loginattempt", "usersessions_usersession", "core_apitoken",
            "sqlite_", "django_migrations")  # fmt: skip
"""Tables that a refused request may touch: sessions, failures, when a token was used."""
READS = re.compile(
    r"\(?SELECT |WITH (?!.*(INSERT|UPDATE|DELETE) )|(RELEASE |ROLLBACK TO )?SAVEPOINT |"
    r"(RE)?SET |PRAGMA |EXPLAIN |EXECUTE kept_|"
    r'(INSERT INTO|UPDATE|DELETE FROM) "('
    "django_session|core_loginattempt|usersessions_usersession|core_apitoken"
    ')" ',
    re.DOTALL,
)
"""Statements that change no row, or one of those tables only."""


def both_sides() -> SimpleNamespace:
    """The world of the table with more eyes, and `other`: the second cast and its objects."""
    made = world()
    made.eng = build.person("eng", made.office, Role.ENG)
    made.svc = build.person("svc", made.east, Role.SVC)
    made.quality = build.person("quality", made.east, Role.QM)
    made.comply = build.person("comply", made.east, Role.CMP)
    scopes = [*known_scopes()]
    assert CONFIDENTIAL in scopes
    _row, made.full_token = create_token(
        made.lin, name="full", scopes=scopes, days=30, by=Actor.of(made.lin), now=clock.now()
    )
    for nightly in (permissions_value.night, permissions_rhythm.judged, permissions_rhythm.month):
        nightly(made)  # they look at every customer: those of the own side are not foreign
    before = highest()
    made.other = second_cast(made)
    made.objects = objects(made.other)
    made.foreign = {
        label: set(model.objects.filter(pk__gt=top).values_list("pk", flat=True))
        for label, (model, top) in before.items()
    }
    plant(made.foreign)
    return made


def highest() -> dict[str, tuple[type[models.Model], int]]:
    """label → (model, its highest id so far)."""
    found = {}
    for model in apps.get_models():
        if model._meta.managed and isinstance(model._meta.pk, models.AutoField):
            top = model._base_manager.order_by("-pk").values_list("pk", flat=True).first()
            found[model._meta.label_lower] = (model, top or 0)
    return found


def second_cast(made: SimpleNamespace) -> SimpleNamespace:
    """The names of the first cast, held by people of the west."""
    west = build.unit("West office", OrgLevel.REP_OFFICE, made.west)
    other = SimpleNamespace(company=made.company, east=made.west, west=made.east, office=west)
    roles = {"boss": Role.RH, "lin": Role.AR, "wei": Role.SR, "fang": Role.FR, "exe": Role.EXE}
    for name, role in roles.items():
        unit = made.west if name in {"boss", "exe"} else west
        setattr(other, name, build.person(f"west-{name}", unit, role))
    for name in ("qm", "cmp", "adm", "stranger"):
        setattr(other, name, getattr(made, name))
    OrgUnit.objects.filter(pk=made.west.pk).update(head=other.boss)
    other.lanhai = build.customer(west, f"{SEED}电力")
    for name, role in (("lin", TeamRole.AR), ("wei", TeamRole.SR), ("fang", TeamRole.FR)):
        build.assign(other.lanhai, getattr(other, name), role)
    other.ruochuan = build.contact(
        other.lanhai, f"{SEED}人", email=f"{SEED}@west.example", can_sign=True, phone="13899990000"
    )
    other.portal = build.person("west-portal", is_portal=True, full_name=f"{SEED}客")
    User.objects.filter(pk=other.portal.pk).update(email=f"{SEED}@west.example")
    membership = PortalMembership(
        user=other.portal, contact=other.ruochuan, customer=other.lanhai,
        rights=list(PortalRight.values), status="active",
    )  # fmt: skip
    membership.stamp(by=build.SYSTEM, now=build.NINE)
    membership.save()
    other.token, other.token_text = create_token(
        other.lin, name="west", scopes=["me:read"], days=30, by=Actor.of(other.lin), now=clock.now()
    )
    return other


def objects(other: SimpleNamespace) -> dict[Callable, Any]:
    """builder → its object at the other customer; what was built before it stands.

    A builder that may run once only (an open assessment) leaves the one that stands.
    """
    made: dict[Callable, Any] = {}
    for row in table.rows():
        if row.own is None or row.own in made:
            continue
        try:
            with transaction.atomic():
                found = row.own(other)
        except Refused as error:
            made[row.own] = error
        else:
            made[row.own] = found.pk if isinstance(found, models.Model) else found
    return made


def plant(foreign: dict[str, set[int]]) -> None:
    """Put the canary into every free text of the rows of the other side."""
    guarded = {*guarded_tables(), *GUARDED}
    for label, pks in foreign.items():
        model = apps.get_model(label)
        if not pks or label in LEFT_ALONE or model._meta.db_table in guarded:
            continue
        rows = model._base_manager.filter(pk__in=pks)
        for field in free_texts(model):
            with suppress(IntegrityError), transaction.atomic():  # a constraint wants it empty
                rows.update(**{field.name: SEED})


def free_texts(model: type[models.Model]) -> list[models.Field]:
    """Text columns that people fill and no key of anything."""
    keys = {name for rule in model._meta.constraints for name in getattr(rule, "fields", ())}
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and not field.choices
        and not field.unique
        and field.name not in KEYS | keys
        and not field.name.endswith(("_label", "_hash", "_sha256", "sha256", "digest", "_url"))
        and (field.max_length or 999) >= len(SEED)
        and not isinstance(field, models.URLField)
    ]


@contextmanager
def changes() -> Iterator[list[str]]:
    """The statements that may have changed a row that counts: whatever does more than read."""
    said: list[str] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not READS.match(sql):
            said.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        yield said


def fingerprint() -> dict[str, str]:
    """table → hash of its rows, without sessions, failures and the last use of tokens."""
    found = {}
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            if name.startswith(NOT_READ):
                continue
            cursor.execute(f'SELECT * FROM "{name}"')
            rows = sorted(repr(row) for row in cursor.fetchall())
            found[name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def confidential_kinds() -> dict[str, type]:
    """label → resource of the class; the first resource that shows the kind."""
    found: dict[str, type] = {}
    for _prefix, view, _base in router.registry:
        if getattr(view, "confidential", False):
            found.setdefault(view.shape.Meta.model._meta.label_lower, view)
    return found
